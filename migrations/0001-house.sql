-- The house: every table of the straight path, its constraints, and who may touch it.
-- Runs as kashikagi_owner. kashikagi_app and kashikagi_auditor exist already (they are cluster-wide).

revoke create on schema public from public;
grant usage on schema public to kashikagi_app, kashikagi_auditor;

-- ---------------------------------------------------------------- the one clock (law 8)
create function broker_now() returns timestamptz language sql stable parallel safe
  as 'select pg_catalog.date_trunc(''milliseconds'', pg_catalog.clock_timestamp())';
comment on function broker_now() is
  'The one clock (law 8). STABLE so that indexes are used; not now(), which stands still in a transaction that waits for a lock.';

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception using errcode = 'restrict_violation',
    message = format('%s.%s cannot change', tg_table_name, array_to_string(tg_argv, ', '));
end $$;

-- ---------------------------------------------------------------- roster: organizations, people, rooms, terminals
create table organization (
  id            text primary key check (id ~ '^[a-z][a-z0-9-]{1,39}$'),
  kind          text not null check (kind in ('utility', 'retailer', 'regulator')),
  name          text not null check (length(name) between 1 and 100),
  is_affiliated boolean not null default false,
  registered_at timestamptz(3) not null default broker_now(),
  ended_at      timestamptz(3),
  unique (id, kind)
);
comment on column organization.is_affiliated is '特定関係事業者: a group company of the utility';

create table person (
  id                 text primary key check (id ~ '^[a-z][a-z0-9-]{1,63}$'),
  organization_id    text not null,
  organization_kind  text not null,
  natural_person_key text not null,
  role               text not null,
  name               text not null check (length(name) between 1 and 100),
  employment         text not null check (employment in ('employee', 'contractor')),
  left_at                timestamptz(3),
  training_valid_until   timestamptz(3),
  recertified_until      timestamptz(3),
  has_conflict           boolean not null default false,
  sales_duty_until       timestamptz,
  utility_staff_until    timestamptz(3),
  utility_staff_cleared  boolean not null default false,
  foreign key (organization_id, organization_kind) references organization (id, kind),
  unique (organization_id, natural_person_key),
  constraint person_role_fits_organization check (
    case organization_kind
      when 'utility' then role in ('headquarters', 'officer', 'compliance_officer', 'auditor')
      when 'retailer' then role in ('supervisor', 'operator')
      else role = 'regulator'
    end)
);
comment on column person.role is 'One role a person (law 5): retail staff hold no granting, monitoring or administering role.';
comment on column person.natural_person_key is 'One natural person is one person across organizations (law 4); a keyed reference, never a public number.';
comment on column person.sales_duty_until is 'End of sales, outbound or receivables duty; infinity = now. Bars for 90 days after it.';

create table room (
  id              text primary key check (id ~ '^[a-z][a-z0-9-]{1,39}$'),
  organization_id text references organization,
  name            text not null
);
comment on table room is 'Registered support rooms (施行規則第33条の15 ①). Without an organization: shared by several retailers in turn.';

create table terminal (
  id                  text primary key check (id ~ '^tm_'),
  serial              text not null unique check (length(serial) between 1 and 64),
  organization_id     text not null references organization,
  custodian_person_id text not null references person,
  room_id             text not null references room,
  jwk                 text not null,
  jkt                 text not null unique check (length(jkt) = 43),
  enrolled_at         timestamptz(3) not null,
  enrolled_by_change  text not null,
  lost_at             timestamptz(3),
  retired_at          timestamptz(3)
);
create trigger terminal_loss_is_final before update on terminal for each row
  when (old.lost_at is not null and old.lost_at is distinct from new.lost_at
     or old.retired_at is not null and old.retired_at is distinct from new.retired_at)
  execute function refuse_change('lost_at', 'retired_at');
comment on column terminal.jkt is 'RFC 7638 thumbprint of the public key: what a DPoP proof must match';

-- ---------------------------------------------------------------- agreements, field profiles and their ceiling (law 3)
create table entrustment_agreement (
  id              text primary key check (id ~ '^ag_'),
  organization_id text not null references organization,
  number          text not null unique,
  valid_from      timestamptz(3) not null,
  valid_until     timestamptz(3) not null,
  ended_at        timestamptz(3),
  clauses         text[] not null,
  is_complete     boolean not null generated always as (
    clauses @> array['tasks', 'confidentiality', 'personal_data', 'sub_contracting', 'log_consent', 'penalty', 'no_group_sharing']) stored,
  legal_ground    text not null check (legal_ground in ('disaster', 'subsidiary', 'no_non_public_information')),
  chosen_by       text not null check (chosen_by in ('public_call', 'negotiated')),
  chosen_reason   text not null,
  check (valid_from < valid_until)
);
create index entrustment_agreement_organization on entrustment_agreement (organization_id);
comment on column entrustment_agreement.is_complete is 'MECH-1: no grant without every clause';
comment on column entrustment_agreement.legal_ground is '施行規則第33条の9 ①②③ (as printed 2023-02-20; the current text is on e-Gov)';

create table field (
  id            text primary key,
  item          text not null,
  label_ja      text not null,
  label_en      text not null,
  class         text not null check (class in ('S', 'O', 'X', 'Z', 'T', 'D')),
  is_non_public boolean not null,
  reason        text not null,
  ceiling       text not null check (ceiling in ('never', 'limited')),
  unique (id, ceiling)
);
create table field_mode (
  field_id text not null,
  ceiling  text not null default 'limited' check (ceiling = 'limited'),
  mode     text not null check (mode in ('show', 'part', 'match', 'reveal', 'derived', 'dispatch')),
  primary key (field_id, mode),
  foreign key (field_id, ceiling) references field (id, ceiling)
);
comment on table field_mode is 'The ceiling: a never-field can have no row here, so no profile can name it, whoever tries (law 3).';
create trigger field_is_fixed before update or delete on field
  for each row execute function refuse_change('ceiling');

create table field_profile (
  id              text primary key check (id ~ '^[a-z][a-z0-9-]{1,39}$'),
  label           text not null,
  current_version integer not null,
  retired_at      timestamptz(3)
);
create table field_profile_field (
  profile_id text not null references field_profile,
  version    integer not null check (version > 0),
  field_id   text not null,
  mode       text not null,
  primary key (profile_id, version, field_id),
  foreign key (field_id, mode) references field_mode (field_id, mode)
);
create trigger field_profile_field_is_fixed before update or delete on field_profile_field
  for each row execute function refuse_change('mode');
comment on table field_profile_field is 'Versions never change; a new version is a new set of rows, and takes effect with field_profile.current_version.';

-- ---------------------------------------------------------------- changes: two persons
create table change (
  id            text primary key check (id ~ '^ch_'),
  kind          text not null,
  body          text not null,
  proposed_by   text not null references person,
  proposed_at   timestamptz(3) not null,
  lapses_at     timestamptz(3) not null,
  decision      text check (decision in ('confirmed', 'rejected')),
  decided_by    text references person,
  decided_at    timestamptz(3),
  reason        text,
  resource_type text,
  resource_id   text,
  constraint change_needs_another_person check (decided_by is distinct from proposed_by or decided_by is null),
  constraint change_decision_whole check (num_nulls(decision, decided_by, decided_at) in (0, 3)),
  constraint change_decided_in_time check (decided_at < lapses_at)
);

create trigger change_starts_open before insert on change for each row
  when (new.decision is not null) execute function refuse_change('decision');
create trigger change_decision_is_final before update on change for each row
  when (old.decision is not null) execute function refuse_change('decision');

-- ---------------------------------------------------------------- declarations, support calls
create table number_series (
  series text primary key,
  last   integer not null
);

create table declaration (
  id                  text primary key check (id ~ '^dc_'),
  number              text not null unique,
  name                text not null check (length(name) between 1 and 100),
  hazard_types        text[] not null check (cardinality(hazard_types) > 0),
  target_area         text[] not null check (cardinality(target_area) > 0),
  posture_level       text not null,
  legal_basis         text not null,
  necessity_statement text not null check (length(necessity_statement) between 20 and 2000),
  rule_version        text not null,
  is_drill            boolean not null,
  expected_end_at     timestamptz(3) not null,
  declared_by         text not null references person,
  declared_at         timestamptz(3) not null,
  confirmed_by        text references person,
  confirmed_at        timestamptz(3),
  hard_end_at         timestamptz(3) not null,
  lifted_by           text references person,
  lifted_at           timestamptz(3),
  lift_reason         text,
  constraint declaration_confirmed_by_another check (confirmed_by is distinct from declared_by or confirmed_by is null),
  constraint declaration_confirmation_whole check (num_nulls(confirmed_by, confirmed_at) in (0, 2)),
  constraint declaration_unconfirmed_is_short check (
    confirmed_at is not null or hard_end_at <= declared_at + interval '30 minutes'),
  constraint declaration_lift_whole check (num_nulls(lifted_by, lifted_at, lift_reason) in (0, 3)),
  constraint declaration_is_bounded check (hard_end_at <= declared_at + interval '72 hours'),
  unique (id, is_drill)
);
create trigger declaration_starts_unconfirmed before insert on declaration for each row
  when (new.confirmed_at is not null or new.lifted_at is not null)
  execute function refuse_change('confirmed_at', 'lifted_at');
create function refuse_others_than_headquarters() returns trigger language plpgsql as $$
begin
  if exists (
    select from unnest(array[to_jsonb(new) ->> 'declared_by', to_jsonb(new) ->> 'confirmed_by', to_jsonb(new) ->> 'lifted_by',
                             to_jsonb(new) ->> 'approved_by']) as who
     where who is not null and not exists (select from person where id = who and role = 'headquarters')) then
    raise exception using errcode = 'restrict_violation',
      message = format('%s: only headquarters declares, confirms, lifts and approves', tg_table_name);
  end if;
  return new;
end $$;
create trigger declaration_by_headquarters before insert or update on declaration
  for each row execute function refuse_others_than_headquarters();
create trigger declaration_stays_what_it_is before update on declaration for each row
  when (old.is_drill is distinct from new.is_drill or old.declared_at is distinct from new.declared_at
     or old.declared_by is distinct from new.declared_by or old.number is distinct from new.number
     or (old.lifted_at is not null and (old.lifted_at, old.lifted_by, old.lift_reason) is distinct from (new.lifted_at, new.lifted_by, new.lift_reason))
     or (old.confirmed_at is not null and old.confirmed_at is distinct from new.confirmed_at)
     or (old.confirmed_by is not null and old.confirmed_by is distinct from new.confirmed_by))
  execute function refuse_change('is_drill', 'declared_at', 'declared_by', 'number', 'lifted_at', 'confirmed_at', 'confirmed_by');

create table support_call (
  id                 text primary key check (id ~ '^sc_'),
  number             text not null unique,
  declaration_id     text not null references declaration,
  field_profile_id   text not null references field_profile,
  response_pattern   smallint not null check (response_pattern in (0, 1, 2)),
  necessity          text not null check (length(necessity) between 20 and 2000),
  capacity_evidence  text not null,
  alternatives_tried text[] not null,
  shift_hours_max    numeric not null check (shift_hours_max > 0 and shift_hours_max <= 12),
  called_by          text not null references person,
  called_at          timestamptz(3) not null
);
create index support_call_declaration on support_call (declaration_id);
create table support_call_organization (
  support_call_id   text not null references support_call,
  organization_id   text not null,
  organization_kind text not null default 'retailer' check (organization_kind = 'retailer'),
  seats             integer not null check (seats > 0),
  declined_by       text references person,
  declined_at       timestamptz(3),
  decline_reason    text,
  primary key (support_call_id, organization_id),
  foreign key (organization_id, organization_kind) references organization (id, kind)
);
create index support_call_organization_organization on support_call_organization (organization_id);

-- ---------------------------------------------------------------- nominations, grants
create table nomination (
  id              text primary key check (id ~ '^nm_'),
  support_call_id text not null,
  organization_id text not null,
  nominated_by    text not null references person,
  nominated_at    timestamptz(3) not null,
  starts_at       timestamptz(3) not null,
  ends_at         timestamptz(3) not null,
  note            text not null,
  decision        text check (decision in ('approved', 'denied', 'withdrawn')),
  decided_by      text references person,
  decided_at      timestamptz(3),
  decision_reason text,
  foreign key (support_call_id, organization_id) references support_call_organization,
  constraint nomination_shift_is_bounded check (starts_at < ends_at and ends_at <= starts_at + interval '12 hours'),
  constraint nomination_decision_whole check (num_nulls(decision, decided_by, decided_at) in (0, 3)),
  constraint nomination_not_decided_by_nominator check (
    decision is null or decision = 'withdrawn' or decided_by <> nominated_by)
);
create trigger nomination_decision_is_final before update on nomination for each row
  when (old.decision is not null) execute function refuse_change('decision');
create trigger nomination_starts_open before insert on nomination for each row
  when (new.decision is not null) execute function refuse_change('decision');
create index nomination_support_call on nomination (support_call_id);
create table nomination_person (
  nomination_id text not null references nomination,
  ordinal       integer not null,
  person_id     text not null,
  verdict       text not null check (verdict in ('eligible', 'refused')),
  code          text,
  primary key (nomination_id, ordinal),
  check ((verdict = 'refused') = (code is not null))
);
comment on column nomination_person.person_id is 'As named by the supervisor; without a foreign key, since an unknown person is a refused one, on record.';

create table access_grant (
  id                 text primary key check (id ~ '^gr_'),
  nomination_id      text not null references nomination,
  support_call_id    text not null references support_call,
  declaration_id     text not null references declaration,
  person_id          text not null references person,
  natural_person_key text not null,
  organization_id    text not null references organization,
  field_profile_id   text not null references field_profile,
  is_drill           boolean not null,
  starts_at          timestamptz(3) not null,
  ends_at            timestamptz(3) not null,
  nominated_by       text not null references person,
  approved_by        text not null references person,
  approved_at        timestamptz(3) not null,
  acknowledged_at    timestamptz(3),
  notice_version     text,
  suspended_at       timestamptz(3),
  suspended_by       text references person,
  suspend_reason     text,
  revoked_at         timestamptz(3),
  revoked_by         text references person,
  revoke_reason      text,
  handed_back_at     timestamptz(3),
  unique (nomination_id, person_id),
  constraint grant_drill_as_declared foreign key (declaration_id, is_drill) references declaration (id, is_drill),
  constraint grant_shift_is_bounded check (starts_at < ends_at and ends_at <= starts_at + interval '12 hours'),
  constraint grant_approver_gains_nothing check (approved_by <> person_id),
  constraint grant_nominator_does_not_approve check (approved_by <> nominated_by),
  constraint grant_revocation_whole check (num_nulls(revoked_at, revoked_by, revoke_reason) in (0, 3)),
  constraint grant_acknowledgement_whole check (num_nulls(acknowledged_at, notice_version) in (0, 2))
);
create index access_grant_natural_person on access_grant (natural_person_key, ends_at);
create index access_grant_declaration on access_grant (declaration_id);
create index access_grant_support_call on access_grant (support_call_id, organization_id);
create trigger access_grant_by_headquarters before insert on access_grant
  for each row execute function refuse_others_than_headquarters();
create trigger access_grant_end_is_final before update on access_grant for each row
  when (old.revoked_at is not null
       and (old.revoked_at, old.revoked_by, old.revoke_reason) is distinct from (new.revoked_at, new.revoked_by, new.revoke_reason)
     or old.handed_back_at is distinct from new.handed_back_at and old.handed_back_at is not null
     or old.acknowledged_at is distinct from new.acknowledged_at and old.acknowledged_at is not null
     or old.person_id is distinct from new.person_id or old.declaration_id is distinct from new.declaration_id
     or old.ends_at is distinct from new.ends_at or old.starts_at is distinct from new.starts_at)
  execute function refuse_change('revoked_at', 'handed_back_at', 'acknowledged_at', 'person_id', 'declaration_id', 'starts_at', 'ends_at');
comment on table access_grant is 'Timestamps, no state column: whether a grant is live is derived at the instant of the decision (law 1).';

-- ---------------------------------------------------------------- credentials
create table credential (
  grant_id    text primary key references access_grant,
  jti         text not null unique,
  jkt         text not null,
  terminal_id text not null references terminal,
  person_id   text not null references person,
  issued_at   timestamptz(3) not null,
  expires_at  timestamptz(3) not null,
  released_at timestamptz(3),
  constraint credential_is_short check (expires_at <= issued_at + interval '5 minutes')
);
comment on table credential is 'One current credential a grant (law 4). A well-signed token whose id is not here opens nothing.';

create table dpop_proof (
  replay_key bytea primary key,
  expires_at timestamptz(3) not null
);
create index dpop_proof_expires_at on dpop_proof (expires_at);
comment on table dpop_proof is 'Each proof once, on every instance: SHA-256 of key thumbprint and jti';

-- ---------------------------------------------------------------- lookups
create table lookup_ref (
  ref_hash         bytea primary key,
  grant_id         text not null references access_grant,
  call_id          text not null,
  call             text not null,
  supply_point_ref text not null,
  sealed           bytea not null,
  is_match_only    boolean not null,
  expires_at       timestamptz(3) not null
);
create index lookup_ref_expires_at on lookup_ref (expires_at);
comment on column lookup_ref.call is 'JSON: direction, start, ticket and purpose of the call, repeated in the record of each use of the reference';
comment on column lookup_ref.sealed is 'The supply point number, encrypted: needed to fetch again, dead after 15 minutes';

create table field_reveal (
  declaration_id   text not null references declaration,
  call_id          text not null,
  supply_point_ref text not null,
  field_id         text not null references field,
  revealed_at      timestamptz(3) not null,
  primary key (declaration_id, call_id, supply_point_ref, field_id)
);
create table search_failure (
  declaration_id text not null references declaration,
  sought         text not null,
  failures       integer not null,
  primary key (declaration_id, sought)
);
comment on table search_failure is 'Failed factors and matches of one sought key, over all operators and grants of a declaration';
create trigger search_failure_only_grows before update on search_failure for each row
  when (new.failures <= old.failures) execute function refuse_change('failures');
create table grant_use (
  grant_id text primary key references access_grant,
  last_no  integer not null
);
create trigger grant_use_only_grows before update on grant_use for each row
  when (new.last_no <= old.last_no) execute function refuse_change('last_no');
comment on table grant_use is 'Each grant numbers its own uses 1, 2, 3 …, so that completeness can be checked';

-- ---------------------------------------------------------------- the ledger's front (laws 2 and 7)
create table record (
  id               text not null,
  at               timestamptz(3) not null,
  type             text not null,
  decision         text not null check (decision in ('done', 'permit', 'refuse')),
  code             text,
  is_drill         boolean not null,
  person_id        text,
  organization_id  text,
  declaration_id   text,
  grant_id         text,
  use_no           integer,
  supply_point_ref text,
  payload          text not null,
  salt             bytea not null check (octet_length(salt) = 32),
  sealed           bytea,
  primary key (id, at)
) partition by range (at);
comment on table record is 'Every step, durable before its answer leaves. The hashed bytes are payload (text, as written); the columns repeat what auditors search by.';
comment on column record.sealed is 'What was searched, matched, disclosed (customer data): AES-256-GCM over its own salt and the values';
create index record_at on record (at, id);
create index record_person on record (person_id, at);
create index record_grant on record (grant_id, at) where grant_id is not null;

create table pending (
  id        bigint generated always as identity primary key,
  record_id text not null,
  entry     text not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_insert_scale_factor = 0.2);
comment on table pending is 'What waits for its place in the tree; the id is drawn while the gate lock is held, so no use stands after its end';

create table record_default partition of record default;
create function make_record_partitions(first_month date, months integer) returns integer language plpgsql as $$
declare
  begins date;
  made integer := 0;
  partition text;
begin
  for begins in select (first_month + make_interval(months => n))::date from generate_series(0, months - 1) n loop
    partition := 'record_' || to_char(begins, 'YYYY_MM');
    if to_regclass('public.' || partition) is null then
      -- CREATE, then ATTACH: CREATE … PARTITION OF waits behind any open query on the parent
      execute format('create table %I (like record including defaults including constraints)', partition);
      execute format('alter table record attach partition %I for values from (%L) to (%L)', partition,
        begins::timestamp at time zone 'Asia/Tokyo', (begins + interval '1 month')::timestamp at time zone 'Asia/Tokyo');
      made := made + 1;
    end if;
  end loop;
  return made;
end $$;
comment on function make_record_partitions(date, integer) is 'Months (JST) of record made ahead by the owner; a missing one falls into record_default, so an ending never fails for want of one';
select make_record_partitions((date_trunc('month', broker_now() at time zone 'Asia/Tokyo') - interval '1 month')::date, 74);

-- ---------------------------------------------------------------- identity, once
create table session (
  token_hash    bytea primary key,
  person_id     text not null references person,
  created_at    timestamptz(3) not null,
  stepped_up_at timestamptz(3) not null,
  expires_at    timestamptz(3) not null,
  ended_at      timestamptz(3)
);
create trigger session_end_is_final before update on session for each row
  when (old.ended_at is not null) execute function refuse_change('ended_at');
create index session_person on session (person_id);
create table system_client (
  id          text primary key check (id ~ '^[a-z][a-z0-9-]{1,63}$'),
  label       text not null,
  secret_hash bytea,
  jwks        text,
  retired_at  timestamptz(3)
);
comment on column system_client.secret_hash is 'scrypt of the secret; clients with private_key_jwt have jwks instead';

create table idempotency (
  person_id  text not null,
  route      text not null,
  key        text not null check (length(key) between 1 and 200),
  body_hash  bytea not null,
  answer     text,
  created_at timestamptz(3) not null,
  primary key (person_id, route, key)
);
create index idempotency_created_at on idempotency (created_at);
comment on table idempotency is 'Same key and body: the same answer, 24 h. Data calls never come here (law 3).';

-- ---------------------------------------------------------------- who may touch what
grant select on organization, person, room, entrustment_agreement, field, field_mode, field_profile, field_profile_field,
  system_client to kashikagi_app;
grant select, insert on terminal, change, declaration, support_call, support_call_organization, nomination,
  nomination_person, access_grant, credential, record, field_reveal, session to kashikagi_app;
grant select, insert (record_id, entry) on pending to kashikagi_app;
grant update (lost_at, retired_at) on terminal to kashikagi_app;
grant update (decision, decided_by, decided_at, reason, resource_type, resource_id) on change to kashikagi_app;
grant update (confirmed_by, confirmed_at, hard_end_at, target_area, lifted_by, lifted_at, lift_reason) on declaration to kashikagi_app;
grant update (declined_by, declined_at, decline_reason) on support_call_organization to kashikagi_app;
grant update (decision, decided_by, decided_at, decision_reason) on nomination to kashikagi_app;
grant update (acknowledged_at, notice_version, suspended_at, suspended_by, suspend_reason, revoked_at, revoked_by,
  revoke_reason, handed_back_at) on access_grant to kashikagi_app;
grant update (jti, jkt, terminal_id, person_id, issued_at, expires_at, released_at) on credential to kashikagi_app;
grant update (stepped_up_at, ended_at) on session to kashikagi_app;
grant select, insert, update on number_series, search_failure, grant_use to kashikagi_app;
grant select, insert, update, delete on idempotency to kashikagi_app;
grant select, insert, delete on dpop_proof, lookup_ref to kashikagi_app;
revoke execute on function make_record_partitions(date, integer) from public;

grant select on organization, person, room, terminal, entrustment_agreement, field, field_mode, field_profile,
  field_profile_field, change, declaration, support_call, support_call_organization, nomination, nomination_person,
  access_grant, credential, record, pending, search_failure, grant_use, field_reveal to kashikagi_auditor;
