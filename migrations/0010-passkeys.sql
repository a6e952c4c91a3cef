-- Passkeys, the first officers, the enrolment ceremony of a terminal. Runs as kashikagi_owner.

-- ---------------------------------------------------------------- passkeys: proven, then confirmed by two
create table passkey_challenge (
  challenge_hash bytea primary key check (octet_length(challenge_hash) = 32),
  purpose        text not null check (purpose in ('enrol', 'first', 'sign_in', 'presence')),
  person_id      text references person,
  expires_at     timestamptz(3) not null,
  constraint passkey_challenge_of_somebody check ((purpose = 'sign_in') = (person_id is null))
);
create index passkey_challenge_expires_at on passkey_challenge (expires_at);
comment on table passkey_challenge is 'Each challenge once, on every instance: the row is taken away by whoever answers it, rightly or wrongly.';

create table passkey_request (
  id              text primary key check (id ~ '^pk_'),
  person_id       text not null references person,
  credential_id   bytea not null check (octet_length(credential_id) between 16 and 1023),
  credential_hash bytea not null generated always as (sha256(credential_id)) stored,
  public_key      bytea not null check (octet_length(public_key) between 32 and 2048),
  sign_count      bigint not null check (sign_count between 0 and 4294967295),
  is_synced       boolean not null,
  label           text not null check (length(label) between 1 and 60),
  proven_at       timestamptz(3) not null default broker_now()
);
create index passkey_request_credential on passkey_request (credential_hash);
create index passkey_request_person on passkey_request (person_id);
comment on table passkey_request is 'A key that a person has shown, as it was shown; it opens nothing until two others have confirmed it.';
comment on column passkey_request.public_key is 'COSE_Key (RFC 9052), as the authenticator gave it';
comment on column passkey_request.is_synced is 'The authenticator may copy the key to its owner''s other devices (BE flag)';

create table first_enrolment (
  person_id  text primary key references person,
  code_hash  bytea not null unique check (octet_length(code_hash) = 32),
  made_at    timestamptz(3) not null default broker_now(),
  expires_at timestamptz(3) not null,
  used_at    timestamptz(3),
  used_code  text,
  passkey_id text unique references passkey_request,
  constraint first_enrolment_is_a_day check (expires_at <= made_at + interval '24 hours'),
  constraint first_enrolment_use_whole check (num_nulls(used_at, used_code, passkey_id) in (0, 3)),
  constraint first_enrolment_by_its_code check (sha256(convert_to(used_code, 'UTF8')) = code_hash),
  constraint first_enrolment_in_time check (used_at < expires_at)
);
create trigger first_enrolment_use_is_final before update on first_enrolment for each row
  when (old.used_at is not null) execute function refuse_change('used_at', 'passkey_id');
comment on table first_enrolment is 'How the first two officers come in (kashikagi bootstrap): once each. The code is written down when it is spent, so that nobody spends one that they do not know.';

create table passkey (
  id              text primary key references passkey_request,
  person_id       text not null references person,
  credential_hash bytea not null constraint passkey_credential_once unique,
  public_key      bytea not null,
  label           text not null,
  enrolled_at     timestamptz(3) not null default broker_now(),
  change_id       text references change,
  revoked_at      timestamptz(3),
  revoked_by      text references person,
  revoke_reason   text check (length(revoke_reason) between 2 and 500),
  suspended_at    timestamptz(3),
  constraint passkey_revocation_whole check (num_nulls(revoked_at, revoked_by, revoke_reason) in (0, 3))
);
create index passkey_person on passkey (person_id);
comment on table passkey is 'What a person signs in with when the identity provider is down. Change null: one of the first two officers, by a code.';
comment on column passkey.suspended_at is 'Its counter went back: there are two of it. It never comes back; another one is enrolled.';

create table passkey_use (
  passkey_id   text primary key references passkey,
  sign_count   bigint not null check (sign_count between 0 and 4294967295),
  last_used_at timestamptz(3)
);
create trigger passkey_counter_only_grows before update on passkey_use for each row
  when (new.sign_count < old.sign_count) execute function refuse_change('sign_count');
comment on table passkey_use is 'Apart from passkey: a use is no new version of the facts.';

create function refuse_passkey_of_one() returns trigger language plpgsql as $$
declare
  is_as_shown boolean := exists (
    select from passkey_request r where r.id = new.id
       and (r.person_id, r.credential_hash, r.public_key, r.label) = (new.person_id, new.credential_hash, new.public_key, new.label));
  is_first boolean := exists (
    select from first_enrolment f where f.passkey_id = new.id and f.person_id = new.person_id and f.xmin = pg_current_xact_id()::xid);
  is_by_two_others boolean := exists (
    select from change c where c.id = new.change_id and c.kind = 'passkey.enrol' and c.decision = 'confirmed'
       and c.resource_type = 'passkey' and c.resource_id = new.id and c.body::jsonb ->> 'id' = new.id
       and c.xmin = pg_current_xact_id()::xid
       and not exists (select from person p join person own on own.natural_person_key = p.natural_person_key
                        where p.id in (c.proposed_by, c.decided_by) and own.id = new.person_id));
begin
  if not is_as_shown or not (is_by_two_others or is_first and new.change_id is null) then
    raise exception using errcode = 'restrict_violation',
      message = format('passkey %s: not as it was shown, or not by two others', new.id);
  end if;
  return null;
end $$;
create constraint trigger passkey_added_by_two after insert on passkey deferrable initially deferred for each row
  execute function refuse_passkey_of_one();
create trigger passkey_starts_alive before insert on passkey for each row
  when (new.revoked_at is not null or new.suspended_at is not null) execute function refuse_change('revoked_at', 'suspended_at');
create trigger passkey_end_is_final before update on passkey for each row
  when (old.revoked_at is not null and (old.revoked_at, old.revoked_by, old.revoke_reason)
          is distinct from (new.revoked_at, new.revoked_by, new.revoke_reason)
     or old.suspended_at is not null and old.suspended_at is distinct from new.suspended_at
     or (old.person_id, old.credential_hash, old.public_key, old.label, old.enrolled_at, old.change_id)
          is distinct from (new.person_id, new.credential_hash, new.public_key, new.label, new.enrolled_at, new.change_id))
  execute function refuse_change('revoked_at', 'suspended_at', 'public_key');
create function refuse_foreign_revocation() returns trigger language plpgsql as $$
begin
  if not exists (select from person p where p.id = new.revoked_by and (p.id = new.person_id or p.role = 'officer')) then
    raise exception using errcode = 'restrict_violation', message = 'a passkey is revoked by its person or by an officer';
  end if;
  return new;
end $$;
create trigger passkey_revoked_by_the_entitled before update on passkey for each row
  when (old.revoked_at is null and new.revoked_at is not null) execute function refuse_foreign_revocation();
create trigger passkey_version after insert or update on passkey for each row execute function keep_version('passkey');

alter table mismatch drop constraint mismatch_resource_type_check,
  add constraint mismatch_resource_type_check check (resource_type in ('declaration', 'support_call', 'nomination', 'grant', 'credential',
    'organization', 'person', 'person_identity', 'passkey', 'terminal', 'agreement', 'field_profile', 'standing_plan', 'field', 'record',
    'ledger'));

-- ---------------------------------------------------------------- sessions: by which passkey, at which terminals
alter table session
  add column passkey_id text references passkey,
  add column terminal_ids text[] not null default '{}';
create function keep_session_bindings() returns trigger language plpgsql as $$
begin
  select passkey_id, terminal_ids into new.passkey_id, new.terminal_ids from session where id = new.replaces;
  return new;
end $$;
create trigger session_keeps_bindings before insert on session for each row
  when (new.replaces is not null) execute function keep_session_bindings();
create index session_passkey on session (passkey_id) where passkey_id is not null and ended_at is null;
create index session_terminals on session using gin (terminal_ids) where ended_at is null;
comment on column session.passkey_id is 'By which it began, or by which presence was proved last: it ends with it';
comment on column session.terminal_ids is 'On which it was given credentials: it ends with the loss of any of them';

-- ---------------------------------------------------------------- terminals: the ceremony
create table terminal_window (
  id                  text primary key check (id ~ '^tw_'),
  organization_id     text not null references organization,
  serial              text not null check (length(serial) between 1 and 64),
  custodian_person_id text not null references person,
  room_id             text not null references room,
  opened_by           text not null references person,
  opened_in_session   text not null references session (id),
  opened_at           timestamptz(3) not null default broker_now(),
  expires_at          timestamptz(3) not null,
  code_hash           bytea not null check (octet_length(code_hash) = 32),
  guesses             integer not null default 0,
  jkt                 text check (length(jkt) = 43),
  proven_at           timestamptz(3),
  change_id           text unique references change,
  constraint terminal_window_is_short check (expires_at <= opened_at + interval '10 minutes'),
  constraint terminal_window_guesses check (guesses between 0 and 5),
  constraint terminal_window_proof_whole check (num_nulls(jkt, proven_at, change_id) in (0, 3)),
  constraint terminal_window_in_time check (proven_at < expires_at)
);
create trigger terminal_window_takes_one_key before update on terminal_window for each row
  when (old.proven_at is not null or new.guesses < old.guesses) execute function refuse_change('jkt', 'guesses');
comment on table terminal_window is 'Ten minutes in which one terminal may show one key, to a code that an officer read out; a second officer then confirms.';

-- ---------------------------------------------------------------- who may touch what
-- UPDATE is what FOR UPDATE asks for; nothing is updated there.
grant select, insert, update (expires_at), delete on passkey_challenge to kashikagi_app;
grant select on passkey_request, first_enrolment, passkey, passkey_use, terminal_window to kashikagi_app;
grant insert (id, person_id, credential_id, public_key, sign_count, is_synced, label, proven_at) on passkey_request to kashikagi_app;
grant update (used_at, used_code, passkey_id) on first_enrolment to kashikagi_app;
grant insert on passkey, passkey_use, terminal_window to kashikagi_app;
grant update (revoked_at, revoked_by, revoke_reason, suspended_at) on passkey to kashikagi_app;
grant update (sign_count, last_used_at) on passkey_use to kashikagi_app;
grant update (guesses, jkt, proven_at, change_id) on terminal_window to kashikagi_app;
grant update (passkey_id, terminal_ids) on session to kashikagi_app;
grant select on passkey_request, passkey, passkey_use, terminal_window to kashikagi_auditor;
