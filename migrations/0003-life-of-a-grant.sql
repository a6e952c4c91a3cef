-- The whole life of a grant: master data by two persons and by version, amendments of a declaration, standing plans,
-- suspension and resumption, what an ending leaves behind. Runs as kashikagi_owner.

-- ---------------------------------------------------------------- master data: versions, and two persons for each
create table fact_version (
  resource_type text not null,
  resource_id   text not null,
  version       integer not null check (version > 0),
  at            timestamptz(3) not null,
  change_id     text references change,
  facts         jsonb not null,
  primary key (resource_type, resource_id, version)
);
create unique index fact_version_change on fact_version (change_id, resource_type, resource_id);
create index fact_version_at on fact_version (resource_type, at);
comment on table fact_version is
  'Every state that a row deciding access ever had, written by a trigger: the row as on a day is the newest version at or before it.';

create function keep_version() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  -- What changes without two persons (a terminal reported lost) is a version too, of no change.
  insert into fact_version (resource_type, resource_id, version, at, change_id, facts)
  select tg_argv[0], new.id, coalesce(max(version), 0) + 1, broker_now(),
         case when tg_op = 'INSERT' or old.change_id is distinct from new.change_id then new.change_id end, to_jsonb(new)
    from fact_version where resource_type = tg_argv[0] and resource_id = new.id;
  return null;
end $$;
revoke execute on function keep_version() from public;

-- Whom a feed is about, written out once: the check below asks it for each of 2,000 people.
create table change_person (
  change_id text not null references change,
  person_id text not null,
  primary key (change_id, person_id)
);
create function keep_fed_people() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into change_person
  select distinct new.id, fed ->> 'id' from jsonb_array_elements(new.body::jsonb -> 'people') as fed;
  return null;
end $$;
revoke execute on function keep_fed_people() from public;
create trigger change_fed_people after insert on change for each row when (new.kind = 'person.feed') execute function keep_fed_people();
comment on table change_person is 'The people of a proposed feed, taken from its body by a trigger';

-- Checked at the commit, since the decision stands in the same transaction: a row written by anybody but the tables'
-- owner names a change that two persons made, about this very row, in this very transaction.
create function refuse_without_two_persons() returns trigger language plpgsql as $$
begin
  if new.change_id is null and current_user = (select relowner::regrole::text from pg_class where oid = tg_relid) then
    return null;
  end if;
  if not exists (
    select from change c
     where c.id = new.change_id and c.decision = 'confirmed' and c.xmin = pg_current_xact_id()::xid
       and (c.resource_type = tg_argv[0] and c.resource_id = new.id and starts_with(c.kind, tg_argv[0] || '.')
         or c.kind = 'person.feed' and tg_argv[0] = 'person'
            and exists (select from change_person f where f.change_id = c.id and f.person_id = new.id)
         -- A feed dates the organization's list, and changes nothing else of it.
         or c.kind = 'person.feed' and tg_argv[0] = 'organization' and c.resource_id = new.id and tg_op = 'UPDATE'
            and to_jsonb(new) - '{staff_feed_at,change_id}'::text[] = to_jsonb(old) - '{staff_feed_at,change_id}'::text[])
       and (tg_argv[0] <> 'person' or tg_op = 'INSERT' or to_jsonb(new) -> 'left_at' = to_jsonb(old) -> 'left_at'
         or c.kind = case to_jsonb(new) -> 'left_at' when 'null' then 'person.feed' else 'person.retire' end)) then
    raise exception using errcode = 'restrict_violation',
      message = format('%s %s changes only by two persons', tg_argv[0], new.id);
  end if;
  return null;
end $$;

alter table organization
  drop constraint organization_kind_check,
  add constraint organization_kind_check check (kind in ('utility', 'retailer', 'contractor', 'regulator')),
  add column is_legally_separated boolean not null default true,
  add column retailer_code text unique check (length(retailer_code) between 1 and 20),
  add column works_for text[] not null default '{}',
  add column staff_feed_at timestamptz(3),
  add column change_id text references change,
  add constraint organization_code_of_retailer check (retailer_code is null or kind = 'retailer'),
  add constraint organization_works_for check (works_for = '{}' or kind = 'contractor');
comment on column organization.is_legally_separated is '法的分離の対象か: a utility or affiliated company that the law separates';
comment on column organization.retailer_code is 'Compared with a record''s own, for the auditors: was it another retailer''s customer?';
comment on column organization.works_for is 'Whose contractor a firm is; one that works for both sides holds no administration and no export (類型C①)';
comment on column organization.staff_feed_at is 'As of when the list of its people was last confirmed; a stale one gives no new grants (MGMT-3)';

alter table person
  add column employer_id text references organization,
  add column duty text not null default 'call_response'
    check (duty in ('call_response', 'sales', 'outbound', 'receivables', 'back_office', 'network')),
  add column training_for text check (training_for in ('employee', 'contractor')),
  add column training_content_version text check (length(training_content_version) between 1 and 40),
  add column training_completed_at timestamptz(3),
  add column pledged_at timestamptz(3),
  add column pledge_version text check (length(pledge_version) between 1 and 40),
  add column change_id text references change,
  add column joined_at timestamptz(3) not null default broker_now(),
  drop constraint person_role_fits_organization,
  add constraint person_role_fits_organization check (
    case organization_kind
      when 'utility' then role in ('headquarters', 'officer', 'compliance_officer', 'auditor')
      when 'retailer' then role in ('supervisor', 'operator')
      when 'regulator' then role = 'regulator'
      else false
    end),
  add constraint person_pledge_whole check (num_nulls(pledged_at, pledge_version) in (0, 2)),
  add constraint person_sales_duty_said check (duty not in ('sales', 'outbound', 'receivables') or sales_duty_until = 'infinity');
create index person_natural_person on person (natural_person_key);
create index person_employer on person (employer_id) where employer_id is not null;
comment on column person.employer_id is 'The contractor firm that employs this person; null for staff of the organization itself';
comment on column person.joined_at is 'Set when somebody is added and when brought back: what they were given before is not theirs again';
comment on column person.training_for is 'Staff training does not cover contractors, nor the other way round (EDU-5)';

alter table entrustment_agreement
  add column sub_contracting_permitted boolean not null default false,
  add column sub_contractors text[] not null default '{}',
  add column registered_at timestamptz(3) not null default broker_now(),
  add column change_id text references change;
comment on column entrustment_agreement.registered_at is 'A grant stands on agreements registered before its approval; a later one revives nothing.';
alter table field_profile add column change_id text references change;
alter table terminal
  add column checked_out_to text references person,
  add column checked_out_at timestamptz(3),
  add column room_entry_log_ref text check (length(room_entry_log_ref) between 1 and 100),
  add column change_id text references change,
  add constraint terminal_enrolled_by_a_change foreign key (enrolled_by_change) references change (id),
  add constraint terminal_check_out_whole check (num_nulls(checked_out_to, checked_out_at) in (0, 2));

create function refuse_field_in_force() returns trigger language plpgsql as $$
begin
  if exists (select from field_profile p where p.id = new.profile_id and p.current_version >= new.version
               and p.xmin <> pg_current_xact_id()::xid) then
    raise exception using errcode = 'restrict_violation', message = 'a version in force gains no field';
  end if;
  return new;
end $$;
create trigger field_profile_field_before_its_version before insert on field_profile_field
  for each row execute function refuse_field_in_force();
-- Checked at the commit: a field comes with the version that two persons put in force, in their very transaction. None waits
-- in a version of tomorrow for their word about something else.
create function refuse_field_in_advance() returns trigger language plpgsql as $$
begin
  if current_user <> (select relowner::regrole::text from pg_class where oid = tg_relid)
     and not exists (select from field_profile p where p.id = new.profile_id and p.current_version = new.version
                       and p.xmin = pg_current_xact_id()::xid) then
    raise exception using errcode = 'restrict_violation', message = 'a field comes with its version, by two persons';
  end if;
  return null;
end $$;
create constraint trigger field_profile_field_with_its_version after insert on field_profile_field deferrable initially deferred
  for each row execute function refuse_field_in_advance();

create table standing_plan (
  id               text primary key check (id ~ '^sp_'),
  organization_id  text not null references organization,
  field_profile_id text not null references field_profile,
  people           text[] not null check (cardinality(people) between 1 and 2000),
  seats            integer not null check (seats > 0),
  shift_hours_max  numeric not null check (shift_hours_max > 0 and shift_hours_max <= 12),
  valid_from       timestamptz(3) not null,
  valid_until      timestamptz(3) not null,
  retired_at       timestamptz(3),
  change_id        text references change,
  constraint standing_plan_is_short check (valid_from < valid_until and valid_until <= valid_from + interval '90 days')
);
create index standing_plan_organization on standing_plan (organization_id);
comment on table standing_plan is 'People and seats that two persons agreed to beforehand: it approves in the instant of the nomination, and bypasses no check.';

create function both_sides(firm text) returns boolean language sql stable as $$
  select coalesce(bool_or(p.kind = 'utility') and bool_or(p.kind = 'retailer'), false)
    from organization f cross join unnest(f.works_for) as principal join organization p on p.id = principal
   where f.id = firm $$;
create function refuse_both_sides() returns trigger language plpgsql as $$
declare
  is_refused boolean;
begin
  if tg_table_name = 'person' then
    is_refused := new.role <> 'operator' and new.left_at is null and both_sides(new.employer_id);
  else
    is_refused := both_sides(new.id)
      and exists (select from person p where p.employer_id = new.id and p.role <> 'operator' and p.left_at is null);
  end if;
  if is_refused then
    raise exception using errcode = 'restrict_violation', constraint = 'no_administration_for_both_sides',
      message = 'a firm that works for both sides holds no administration and no export';
  end if;
  return null;
end $$;
create function refuse_active_elsewhere() returns trigger language plpgsql as $$
begin
  if exists (select from person o where o.natural_person_key = new.natural_person_key and o.organization_id <> new.organization_id
               and o.left_at is null) then
    raise exception using errcode = 'restrict_violation', constraint = 'person_active_in_one_organization',
      message = 'one natural person is active in one organization';
  end if;
  return null;
end $$;
-- The owner alone writes without a change (refuse_without_two_persons).
create trigger person_active_once after insert or update on person for each row
  when (new.left_at is null and new.change_id is not null) execute function refuse_active_elsewhere();
create trigger person_both_sides after insert or update on person for each row when (new.employer_id is not null) execute function refuse_both_sides();
create trigger organization_both_sides after update on organization for each row execute function refuse_both_sides();

do $$
declare
  master record;
begin
  for master in select * from (values ('organization', 'organization'), ('person', 'person'), ('terminal', 'terminal'),
      ('entrustment_agreement', 'agreement'), ('field_profile', 'field_profile'), ('standing_plan', 'standing_plan')) as m (tab, resource) loop
    execute format('create trigger %I after insert or update on %I for each row execute function keep_version(%L)',
      master.tab || '_version', master.tab, master.resource);
    execute format('create constraint trigger %I after insert on %I deferrable initially deferred for each row
      execute function refuse_without_two_persons(%L)', master.tab || '_added_by_two', master.tab, master.resource);
    -- A loss needs one word of either side; everything else of a terminal needs two.
    execute format('create constraint trigger %I after update on %I deferrable initially deferred for each row
      when (%s) execute function refuse_without_two_persons(%L)', master.tab || '_changed_by_two', master.tab,
      case master.tab when 'terminal' then 'old.change_id is distinct from new.change_id or old.lost_at is not distinct from new.lost_at'
                      else 'true' end, master.resource);
  end loop;
end $$;

-- Nobody says when they joined or when an agreement was registered: it is so when it is written.
create function keep_joining() returns trigger language plpgsql as $$
begin
  new.joined_at := broker_now();
  return new;
end $$;
create trigger person_joins before insert on person for each row execute function keep_joining();
create trigger person_joins_again before update on person for each row
  when (old.left_at is not null and new.left_at is null) execute function keep_joining();
create function keep_registration() returns trigger language plpgsql as $$
begin
  new.registered_at := broker_now();
  return new;
end $$;
create trigger entrustment_agreement_is_registered before insert on entrustment_agreement for each row execute function keep_registration();
create trigger standing_plan_retirement_is_final before update on standing_plan for each row
  when (old.retired_at is not null and old.retired_at is distinct from new.retired_at) execute function refuse_change('retired_at');

create trigger organization_end_is_final before update on organization for each row
  when (old.ended_at is not null and old.ended_at is distinct from new.ended_at) execute function refuse_change('ended_at');
create trigger entrustment_agreement_end_is_final before update on entrustment_agreement for each row
  when (old.ended_at is not null and old.ended_at is distinct from new.ended_at) execute function refuse_change('ended_at');
create trigger field_profile_retirement_is_final before update on field_profile for each row
  when (old.retired_at is not null and old.retired_at is distinct from new.retired_at
     or new.current_version < old.current_version)
  execute function refuse_change('retired_at', 'current_version');

-- ---------------------------------------------------------------- changes: who may
alter table change add column difference text not null default '[]';
comment on column change.difference is 'JSON: what the proposal would change, member by member; if it differs at the confirmation, nothing takes effect';
alter table change add constraint change_lapses_in_a_day check (lapses_at <= proposed_at + interval '24 hours');
create function refuse_unentitled_change() returns trigger language plpgsql as $$
declare
  proposers text[] := case when new.kind like 'declaration.%' then array['headquarters'] else array['officer'] end;
  deciders  text[] := case when new.kind like 'declaration.%' then array['headquarters', 'compliance_officer']
                           else array['officer', 'headquarters'] end;
begin
  if not exists (select from person where id = new.proposed_by and role = any(proposers))
     or new.decided_by is not null and not exists (select from person where id = new.decided_by and role = any(deciders)) then
    raise exception using errcode = 'restrict_violation', message = format('%s: not by these persons', new.kind);
  end if;
  return new;
end $$;
create trigger change_by_the_entitled before insert or update on change for each row execute function refuse_unentitled_change();

-- ---------------------------------------------------------------- declarations: amendments
alter table declaration
  drop constraint declaration_is_bounded,
  drop constraint declaration_unconfirmed_is_short,
  add column waits_for_confirmation boolean not null default false,
  add column told text[] not null default '{}',
  add column declared_area text[],
  add constraint declaration_unconfirmed_is_short check (
    confirmed_at is not null or hard_end_at <= declared_at + interval '30 minutes');
update declaration set declared_area = target_area;
alter table declaration alter column declared_area set not null;
comment on column declaration.waits_for_confirmation is
  'One person''s word has opened this area for its 30 minutes within the last 24 hours: this one opens after two.';
comment on column declaration.told is 'Who was told at the declaration: officers and compliance officer (ART-5)';
comment on column declaration.declared_area is
  'As declared, whatever was shrunk since: what one person''s word has opened counts for 24 hours. Kept by a trigger.';
create function keep_declared_area() returns trigger language plpgsql as $$
begin
  new.declared_area := new.target_area;
  return new;
end $$;
create trigger declaration_keeps_its_area before insert on declaration for each row execute function keep_declared_area();

-- One minute for a transaction that waited for its commit. The tables' owner loads and moves what tests need.
create function refuse_other_times() returns trigger language plpgsql as $$
declare
  said timestamptz := case tg_op when 'INSERT' then new.declared_at else new.confirmed_at end;
begin
  if current_user <> (select relowner::regrole::text from pg_class where oid = tg_relid)
     and not (said <= broker_now() and said > broker_now() - interval '1 minute') then
    raise exception using errcode = 'restrict_violation', message = 'a declaration is neither back-dated nor confirmed at another time';
  end if;
  if tg_op = 'UPDATE' and new.confirmed_at >= old.hard_end_at then
    raise exception using errcode = 'restrict_violation', message = 'what has run out is not confirmed';
  end if;
  return new;
end $$;
create trigger declaration_is_not_back_dated before insert on declaration for each row execute function refuse_other_times();
create trigger declaration_confirmed_in_time before update on declaration for each row
  when (old.confirmed_at is null and new.confirmed_at is not null) execute function refuse_other_times();
create trigger declaration_expected_end_follows before update on declaration for each row
  when (old.expected_end_at is distinct from new.expected_end_at and new.expected_end_at <> new.hard_end_at)
  execute function refuse_change('expected_end_at');

create table declaration_amendment (
  declaration_id    text not null references declaration,
  ordinal           integer not null,
  kind              text not null check (kind in ('extend', 'grow', 'shrink')),
  at                timestamptz(3) not null,
  amended_by        text not null references person,
  change_id         text references change,
  hard_end_at       timestamptz(3),
  target_area       text[],
  reason            text not null check (length(reason) between 2 and 500),
  outage_households integer check (outage_households >= 0),
  primary key (declaration_id, ordinal),
  unique (change_id),
  constraint amendment_by_two check ((kind = 'shrink') = (change_id is null)),
  constraint amendment_says_what check (case kind when 'extend' then num_nulls(hard_end_at, outage_households) = 0 else target_area is not null end)
);
comment on table declaration_amendment is 'Extension and growth name the change that two persons made; shrinking is one person''s, at once.';

-- As the gate counts: a prefecture covers its municipalities, a city its wards (JIS X 0402: 101–199 follow their city).
create function city_of_ward(code text) returns text language sql immutable as $$
  select max(city) from unnest(string_to_array(
    '01100 04100 11100 12100 13100 14100 14130 14150 15100 22100 22130 23100 26100 27100 27140 28100 33100 34100 40100 40130 43100', ' ')) as city
   where substr(code, 3, 1) = '1' and left(city, 2) = left(code, 2) and city <= left(code, 5) $$;
create function area_covers(wider text[], narrower text[]) returns boolean language sql immutable as $$
  select not exists (
    select from unnest(narrower) as code
     where not exists (select from unnest(wider) as entry where entry in (code, left(code, 2)) or left(entry, 5) = city_of_ward(code))) $$;
-- The union of the times within 24 hours in which one person's word alone held a place of this area open.
create function opened_unconfirmed(area text[], drill boolean, at timestamptz) returns interval language sql stable as $$
  select coalesce(sum(upper(span) - lower(span)), interval '0')
    from (select unnest(range_agg(tstzrange(greatest(d.declared_at, at - interval '24 hours'),
                                            least(d.hard_end_at, d.lifted_at, at)))) as span
            from declaration d
           where d.confirmed_at is null and d.is_drill = drill and not d.waits_for_confirmation and d.posture_level <> '警戒本部'
             and least(d.hard_end_at, d.lifted_at, at) > greatest(d.declared_at, at - interval '24 hours')
             and exists (select from unnest(d.declared_area) as one, unnest(area) as other
                          where area_covers(array[one], array[other]) or area_covers(array[other], array[one]))) as opened $$;
create function refuse_more_minutes() returns trigger language plpgsql as $$
begin
  if current_user <> (select relowner::regrole::text from pg_class where oid = tg_relid)
     and new.hard_end_at - new.declared_at > interval '30 minutes' - opened_unconfirmed(new.target_area, new.is_drill, new.declared_at) then
    raise exception using errcode = 'restrict_violation',
      message = 'one person''s word opens an area for 30 minutes in 24 hours';
  end if;
  return new;
end $$;
create trigger declaration_within_its_minutes before insert on declaration for each row
  when (not new.waits_for_confirmation and new.posture_level <> '警戒本部') execute function refuse_more_minutes();

create function refuse_unamended() returns trigger language plpgsql as $$
begin
  if new.hard_end_at > old.hard_end_at and old.confirmed_at is null and new.confirmed_at is not null
     and new.hard_end_at <= least(new.expected_end_at, new.declared_at + interval '72 hours') then
    null; -- the confirmation itself
  elsif new.hard_end_at > old.hard_end_at and not (new.hard_end_at <= old.hard_end_at + interval '72 hours' and exists (
      select from declaration_amendment a join change c on c.id = a.change_id
        join person p on p.id = c.decided_by
       where a.declaration_id = new.id and a.kind = 'extend' and a.hard_end_at = new.hard_end_at and c.decision = 'confirmed'
         and c.kind = 'declaration.extend' and c.resource_id = new.id and c.xmin = pg_current_xact_id()::xid
         and (new.hard_end_at <= new.declared_at + interval '14 days' or p.role = 'compliance_officer'))) then
    raise exception using errcode = 'restrict_violation', message = 'a declaration is extended only by two persons, 72 hours at a time';
  end if;
  if new.target_area <> old.target_area and not exists (
      select from declaration_amendment a left join change c on c.id = a.change_id left join person p on p.id = c.decided_by
       where a.declaration_id = new.id and a.target_area = new.target_area and a.xmin = pg_current_xact_id()::xid
         and case a.kind
               when 'shrink' then area_covers(old.target_area, new.target_area)
               else c.decision = 'confirmed' and c.kind = 'declaration.grow' and c.resource_id = new.id
                    and c.xmin = pg_current_xact_id()::xid
                    and (broker_now() <= new.declared_at + interval '14 days' or p.role = 'compliance_officer')
             end) then
    raise exception using errcode = 'restrict_violation', message = 'an area shrinks by an amendment, and grows only by two persons';
  end if;
  return null;
end $$;
create constraint trigger declaration_amended_by_two after update on declaration deferrable initially deferred for each row
  when (new.hard_end_at is distinct from old.hard_end_at or new.target_area is distinct from old.target_area)
  execute function refuse_unamended();

-- ---------------------------------------------------------------- support calls, nominations
alter table support_call add column selection_reason text check (length(selection_reason) between 2 and 500);
comment on column support_call.selection_reason is 'Why these organizations and not the others that could be called (FAIR-2)';
alter table support_call add column offers text not null default '[]';
comment on column support_call.offers is 'JSON: every registered retailer at the call: called or not, its agreement valid or not (FAIR-3)';
create function refuse_call_by_others() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'support_call' then
    if not exists (select from person where id = to_jsonb(new) ->> 'called_by' and role = 'headquarters') then
      raise exception using errcode = 'restrict_violation', message = 'only headquarters calls for support';
    end if;
  elsif not exists (select from support_call where id = to_jsonb(new) ->> 'support_call_id' and xmin = pg_current_xact_id()::xid) then
    raise exception using errcode = 'restrict_violation', message = 'whom a call is addressed to, and its seats, stand with the call';
  end if;
  return new;
end $$;
create trigger support_call_by_headquarters before insert on support_call for each row execute function refuse_call_by_others();
create trigger support_call_organization_with_its_call before insert on support_call_organization
  for each row execute function refuse_call_by_others();
create trigger support_call_decline_is_final before update on support_call_organization for each row
  when (old.declined_at is not null) execute function refuse_change('declined_at');
create function refuse_foreign_decline() returns trigger language plpgsql as $$
begin
  if not exists (select from person where id = new.declined_by and role = 'supervisor' and organization_id = new.organization_id) then
    raise exception using errcode = 'restrict_violation', message = 'only the called organization''s supervisor declines';
  end if;
  return new;
end $$;
create trigger support_call_declined_by_the_called before update on support_call_organization for each row
  when (new.declined_at is not null) execute function refuse_foreign_decline();

alter table nomination
  add column standing_plan_id text references standing_plan,
  drop constraint nomination_decision_whole,
  add constraint nomination_decision_whole check (
    num_nulls(decision, decided_at) in (0, 2)
    and case when decision is null then num_nonnulls(decided_by, standing_plan_id) = 0
             else num_nonnulls(decided_by, standing_plan_id) = 1 end),
  add constraint nomination_plan_only_approves check (standing_plan_id is null or decision = 'approved');
create function refuse_unentitled_decision() returns trigger language plpgsql as $$
begin
  if new.decided_by is not null and not exists (
      select from person p where p.id = new.decided_by
         and case when new.decision = 'withdrawn' then p.role = 'supervisor' and p.organization_id = new.organization_id
                  else p.role = 'headquarters' end)
     or not exists (select from person p where p.id = new.nominated_by and p.role = 'supervisor' and p.organization_id = new.organization_id) then
    raise exception using errcode = 'restrict_violation',
      message = 'the own supervisor nominates and withdraws; headquarters approves and denies';
  end if;
  return new;
end $$;
create trigger nomination_by_the_entitled before insert or update on nomination for each row execute function refuse_unentitled_decision();
create function refuse_late_nominee() returns trigger language plpgsql as $$
begin
  if exists (select from added a join nomination n on n.id = a.nomination_id where n.decision is not null) then
    raise exception using errcode = 'restrict_violation', message = 'nobody joins a nomination that is decided';
  end if;
  return null;
end $$;
create trigger nomination_person_in_time after insert on nomination_person referencing new table as added
  for each statement execute function refuse_late_nominee();

-- ---------------------------------------------------------------- grants
alter table access_grant
  alter column approved_by drop not null,
  add column standing_plan_id text references standing_plan,
  add column resumed_at timestamptz(3),
  add column resumed_by text references person,
  add column resume_reason text,
  add column suspenders text[] not null default '{}',
  add constraint grant_approved_by_person_or_plan check (num_nonnulls(approved_by, standing_plan_id) = 1),
  add constraint grant_suspension_whole check (num_nulls(suspended_at, suspended_by, suspend_reason) in (0, 3)),
  add constraint grant_resumption_whole check (num_nulls(resumed_at, resumed_by, resume_reason) in (0, 3)),
  add constraint grant_resumed_by_another check (resumed_at is null or resumed_at < suspended_at or resumed_by <> suspended_by);
comment on column access_grant.resumed_at is
  'A suspension holds until a later resumption; an acknowledgement from before it no longer counts. Nothing is ever cleared.';

comment on column access_grant.suspenders is 'All who suspended it since the last resumption, by a trigger: none of them resumes it';
update access_grant set suspenders = array[suspended_by] where suspended_by is not null;

create index access_grant_plan on access_grant (standing_plan_id) where standing_plan_id is not null;

create function refuse_grant_not_nominated() returns trigger language plpgsql as $$
begin
  if exists (
    select from given g where not exists (
      select from nomination n
        join nomination_person np on np.nomination_id = n.id and np.person_id = g.person_id and np.verdict = 'eligible'
        join support_call c on c.id = n.support_call_id
        join declaration d on d.id = c.declaration_id
        join person p on p.id = g.person_id
       where n.id = g.nomination_id and n.decision = 'approved' and n.decided_by is not distinct from g.approved_by
         and n.standing_plan_id is not distinct from g.standing_plan_id
         and (n.support_call_id, n.organization_id, n.nominated_by, n.starts_at, n.ends_at)
           = (g.support_call_id, g.organization_id, g.nominated_by, g.starts_at, g.ends_at)
         and (c.declaration_id, c.field_profile_id) = (g.declaration_id, g.field_profile_id)
         and (p.organization_id, p.natural_person_key) = (g.organization_id, g.natural_person_key)
         and p.role = 'operator' and c.response_pattern > 0
         and (d.confirmed_at is not null or d.declared_by is distinct from g.approved_by))) then
    raise exception using errcode = 'restrict_violation', constraint = 'grant_of_an_approved_nomination',
      message = 'a grant belongs to an eligible person of an approved nomination';
  end if;
  if exists (
    select from given g join standing_plan s on s.id = g.standing_plan_id
     where s.retired_at is not null or not (s.valid_from <= g.approved_at and g.approved_at < s.valid_until)
        or (s.organization_id, s.field_profile_id) is distinct from (g.organization_id, g.field_profile_id)
        or g.ends_at > least(g.starts_at + s.shift_hours_max * interval '1 hour', s.valid_until)
        or exists (select from declaration d where d.id = g.declaration_id and d.confirmed_at is null))
     or exists (
    -- A plan is agreed to beforehand: whom somebody stopped since, in this declaration, a person with a name lets back in.
    select from given g
      join access_grant o on o.natural_person_key = g.natural_person_key and o.declaration_id = g.declaration_id
     where g.standing_plan_id is not null
       and (o.revoked_at is not null or o.suspended_at is not null and (o.resumed_at is null or o.resumed_at < o.suspended_at)))
     or exists (
    select standing_plan_id, person_id from given where standing_plan_id is not null
    except select id, unnest(people) from standing_plan where id in (select standing_plan_id from given))
     or exists (
    select from (select distinct standing_plan_id, starts_at, ends_at, approved_at from given) g
      join standing_plan s on s.id = g.standing_plan_id
      join access_grant o on o.standing_plan_id = s.id
      join declaration d on d.id = o.declaration_id
     where o.starts_at < g.ends_at and o.ends_at > g.starts_at and o.revoked_at is null and o.handed_back_at is null
       and o.ends_at > g.approved_at and d.lifted_at is null and d.hard_end_at > g.approved_at
     group by s.id, s.seats, g.starts_at, g.ends_at, g.approved_at
    having count(*) > s.seats) then
    raise exception using errcode = 'restrict_violation', constraint = 'grant_within_its_plan',
      message = 'a standing plan approves its own people, within its seats and hours, while it is valid';
  end if;
  if exists (
    select from given g
      join access_grant o on o.natural_person_key = g.natural_person_key and o.id <> g.id and (g.is_drill or not o.is_drill)
       and o.starts_at < g.ends_at and o.ends_at > g.starts_at and o.revoked_at is null and o.handed_back_at is null
      join declaration d on d.id = o.declaration_id
     where d.lifted_at is null and d.hard_end_at > g.approved_at and o.ends_at > g.approved_at) then
    raise exception using errcode = 'restrict_violation', constraint = 'grant_one_at_a_time',
      message = 'a person has one grant at an instant';
  end if;
  if exists (
    select from (select distinct support_call_id, organization_id, starts_at, ends_at, approved_at from given) g
      join support_call_organization s using (support_call_id, organization_id)
      join access_grant o using (support_call_id, organization_id)
      join declaration d on d.id = o.declaration_id
     where o.starts_at < g.ends_at and o.ends_at > g.starts_at and o.revoked_at is null and o.handed_back_at is null
       and o.ends_at > g.approved_at and d.lifted_at is null and d.hard_end_at > g.approved_at
     group by g.support_call_id, g.organization_id, g.starts_at, g.ends_at, s.seats
    having count(*) > s.seats) then
    raise exception using errcode = 'restrict_violation', constraint = 'grant_within_the_seats', message = 'no seat is left';
  end if;
  return null;
end $$;
create trigger access_grant_of_an_approved_nomination after insert on access_grant referencing new table as given
  for each statement execute function refuse_grant_not_nominated();

-- Law 9: at the commit, since the approval of a real shift ends the drills that it interrupts in its own transaction.
create function refuse_drill_beside_real() returns trigger language plpgsql as $$
begin
  if exists (
    select from access_grant o join declaration d on d.id = o.declaration_id
     where o.natural_person_key = new.natural_person_key and o.is_drill
       and o.starts_at < new.ends_at and o.ends_at > new.starts_at and o.revoked_at is null and o.handed_back_at is null
       and o.ends_at > new.approved_at and d.lifted_at is null and d.hard_end_at > new.approved_at) then
    raise exception using errcode = 'restrict_violation', constraint = 'grant_drill_gives_way',
      message = 'a drill gives way to a real shift of the same person';
  end if;
  return null;
end $$;
create constraint trigger access_grant_drill_gives_way after insert on access_grant deferrable initially deferred for each row
  when (not new.is_drill) execute function refuse_drill_beside_real();

drop trigger access_grant_end_is_final on access_grant;
create trigger access_grant_end_is_final before update on access_grant for each row
  when (old.revoked_at is not null
       and (old.revoked_at, old.revoked_by, old.revoke_reason) is distinct from (new.revoked_at, new.revoked_by, new.revoke_reason)
     or old.handed_back_at is not null and old.handed_back_at is distinct from new.handed_back_at
     or old.acknowledged_at is not null and (new.acknowledged_at is null or new.acknowledged_at < old.acknowledged_at)
     or old.suspended_at is not null and (new.suspended_at is null or new.suspended_at < old.suspended_at
       or new.suspended_at = old.suspended_at and (new.suspended_by, new.suspend_reason) is distinct from (old.suspended_by, old.suspend_reason))
     or old.resumed_at is not null and (new.resumed_at is null or new.resumed_at < old.resumed_at)
     or old.person_id is distinct from new.person_id or old.declaration_id is distinct from new.declaration_id
     or old.ends_at is distinct from new.ends_at or old.starts_at is distinct from new.starts_at)
  execute function refuse_change('revoked_at', 'handed_back_at', 'acknowledged_at', 'suspended_at', 'resumed_at', 'person_id',
    'declaration_id', 'starts_at', 'ends_at');

create function refuse_unentitled_hand() returns trigger language plpgsql as $$
begin
  if new.revoked_by is distinct from old.revoked_by
       and not exists (select from person where id = new.revoked_by and (role in ('headquarters', 'auditor') or role = 'officer'
             -- The second of two who narrow a plan, in their transaction: what it approved and has not begun.
             and exists (select from standing_plan s
                  where s.id = new.standing_plan_id and s.xmin = pg_current_xact_id()::xid and new.starts_at > new.revoked_at
                    and (s.retired_at is not null or new.ends_at > s.valid_until or new.person_id <> all (s.people)))))
     or new.suspended_at is distinct from old.suspended_at
       and not exists (select from person where id = new.suspended_by and (role in ('headquarters', 'auditor')
                         or role = 'supervisor' and organization_id = new.organization_id))
     or new.resumed_at is distinct from old.resumed_at
       and not exists (select from person where id = new.resumed_by and role = 'headquarters' and id <> new.suspended_by
             and natural_person_key not in (select natural_person_key from person where id = any (new.suspenders))) then
    raise exception using errcode = 'restrict_violation',
      message = 'headquarters and monitors revoke and suspend, the own supervisor suspends, another HQ person resumes';
  end if;
  return new;
end $$;
create trigger access_grant_by_the_entitled before update on access_grant for each row
  when (new.revoked_by is distinct from old.revoked_by or new.suspended_at is distinct from old.suspended_at
     or new.resumed_at is distinct from old.resumed_at)
  execute function refuse_unentitled_hand();

create function keep_suspenders() returns trigger language plpgsql as $$
begin
  if old.suspended_at is null or old.resumed_at >= old.suspended_at then
    new.suspenders := array[new.suspended_by];
  elsif new.suspended_by <> all (old.suspenders) then
    new.suspenders := old.suspenders || new.suspended_by;
  end if;
  return new;
end $$;
create trigger access_grant_adds_suspender before update on access_grant for each row
  when (new.suspended_at is distinct from old.suspended_at) execute function keep_suspenders();

create trigger credential_release_is_final before update on credential for each row
  when (old.jti = new.jti and old.released_at is not null and old.released_at is distinct from new.released_at)
  execute function refuse_change('released_at');
create function refuse_early_delete() returns trigger language plpgsql as $$
begin
  if old.expires_at > broker_now() then
    raise exception using errcode = 'restrict_violation', message = format('%s is kept until its end', tg_table_name);
  end if;
  return old;
end $$;
create trigger dpop_proof_until_its_end before delete on dpop_proof for each row execute function refuse_early_delete();
create trigger number_series_only_grows before update on number_series for each row
  when (new.last <= old.last) execute function refuse_change('last');
alter table session add constraint session_is_bounded check (expires_at <= created_at + interval '12 hours');

-- ---------------------------------------------------------------- the gate: incidents freeze a field for everyone
create table incident (
  id              text primary key check (id ~ '^in_'),
  at              timestamptz(3) not null,
  field_id        text not null references field,
  declaration_id  text not null references declaration,
  is_drill        boolean not null,
  released_at     timestamptz(3),
  released_by_change text references change,
  constraint incident_release_whole check (num_nulls(released_at, released_by_change) in (0, 2))
);
create index incident_open on incident (field_id) where released_at is null;
alter table incident add column use_key bytea check (octet_length(use_key) = 16),
  add constraint incident_once_of_a_use unique (use_key, field_id);
comment on column incident.use_key is 'Keyed, so that no row here leads to the use: it bounds how many fields one use can freeze';
create trigger incident_release_is_final before update on incident for each row
  when (old.released_at is not null) execute function refuse_change('released_at');
create function refuse_release_without_two() returns trigger language plpgsql as $$
begin
  if not exists (select from change c where c.id = new.released_by_change and c.kind = 'field.release' and c.decision = 'confirmed'
                   and c.body::jsonb -> 'release' ? new.field_id and c.xmin = pg_current_xact_id()::xid) then
    raise exception using errcode = 'restrict_violation', message = 'a frozen field is released only by two persons';
  end if;
  return null;
end $$;
create constraint trigger incident_released_by_two after update on incident deferrable initially deferred for each row
  execute function refuse_release_without_two();
comment on table incident is
  '見えてはいけないものが見えた: while one of a field is open, the field is frozen for everyone (a drill''s: in drills). Who reported it, and after which use, is sealed in the record, not here.';

-- ---------------------------------------------------------------- what an ending leaves behind (law 6)
create table grant_ending (
  grant_id   text primary key references access_grant,
  ended_at   timestamptz(3) not null,
  cause      text not null,
  closed_at  timestamptz(3) not null,
  record_id  text not null
);
comment on table grant_ending is 'When and why a grant truly ended, written after the fact; access never waits for it.';
create table probe (
  id         bigint generated always as identity primary key,
  grant_id   text not null references access_grant,
  target     text not null check (target in ('gate', 'introspection')),
  at         timestamptz(3) not null,
  is_refused boolean not null,
  code       text,
  record_id  text
);
create index probe_grant on probe (grant_id);
create table exposure (
  id          text primary key check (id ~ '^ex_'),
  grant_id    text not null references access_grant,
  target      text not null,
  found_at    timestamptz(3) not null,
  what        text not null,
  resolved_at timestamptz(3)
);
create unique index exposure_open on exposure (grant_id, target) where resolved_at is null;
create trigger exposure_resolution_is_final before update on exposure for each row
  when (old.resolved_at is not null) execute function refuse_change('resolved_at');
comment on table exposure is 'What could not be proved ended: named, and in the way of the closing certificate until it is.';
create table certificate (
  declaration_id text primary key references declaration,
  completed_at   timestamptz(3) not null,
  record_id      text not null
);
create table attestation (
  day             date primary key,
  at              timestamptz(3) not null,
  live_grants     integer not null,
  outside         integer not null,
  record_id       text not null
);
comment on table attestation is 'Each day (JST): how many grants are live, and how many of them outside a declaration in force (0, or an alarm)';

-- An end is written after the fact: the very cause and instant that it names stand in the rows.
create function refuse_end_without_cause() returns trigger language plpgsql as $$
begin
  if not exists (
    select from access_grant g
      join declaration d on d.id = g.declaration_id
      join person p on p.id = g.person_id
      join organization o on o.id = g.organization_id
      join field_profile f on f.id = g.field_profile_id
     cross join lateral (values
       ('revoked', g.revoked_at), ('handed_back', g.handed_back_at), ('lifted', d.lifted_at), ('shift_ended', g.ends_at),
       (case when d.confirmed_at is null then 'declaration_lapsed' else 'declaration_expired' end, d.hard_end_at),
       ('person_left', case when p.joined_at > g.approved_at then least(p.left_at, p.joined_at) else p.left_at end),
       ('organization_ended', o.ended_at), ('profile_retired', f.retired_at),
       ('agreement_ended', (select max(least(a.valid_until, a.ended_at)) from entrustment_agreement a
          where a.organization_id = p.organization_id and a.is_complete and a.valid_from <= broker_now()
            and a.registered_at <= g.approved_at))) as c (cause, at)
     where g.id = new.grant_id and c.cause = new.cause and c.at = new.ended_at and c.at <= broker_now()) then
    raise exception using errcode = 'restrict_violation', message = 'nothing in the rows has ended the grant so';
  end if;
  return new;
end $$;
create trigger grant_ending_has_its_cause before insert on grant_ending for each row execute function refuse_end_without_cause();

create function refuse_premature_certificate() returns trigger language plpgsql as $$
begin
  if not exists (select from declaration d where d.id = new.declaration_id
                    and (d.lifted_at <= broker_now() or d.hard_end_at <= broker_now()))
     or exists (select from access_grant g where g.declaration_id = new.declaration_id
                   and not exists (select from grant_ending e where e.grant_id = g.id))
     or exists (select from access_grant g join credential c on c.grant_id = g.id where g.declaration_id = new.declaration_id
                   and 2 > (select count(distinct b.target) from probe b where b.grant_id = g.id and b.is_refused))
     or exists (select from exposure x join access_grant g on g.id = x.grant_id
                 where g.declaration_id = new.declaration_id and x.resolved_at is null) then
    raise exception using errcode = 'restrict_violation', message = 'not everything of the declaration is closed';
  end if;
  return new;
end $$;
create trigger certificate_of_what_is_closed before insert on certificate for each row execute function refuse_premature_certificate();
create trigger exposure_starts_open before insert on exposure for each row
  when (new.resolved_at is not null) execute function refuse_change('resolved_at');

create table endings_brake (
  is_drill  boolean not null,
  at        timestamptz(3) not null,
  by_clock  integer not null,
  open      integer not null,
  record_id text not null,
  primary key (is_drill, at)
);
comment on table endings_brake is 'So many ends by the clock alone at once that none of them is closed before a person acts; once an hour while it lasts';

-- ---------------------------------------------------------------- who may touch what
grant insert on organization, person, entrustment_agreement, field_profile, field_profile_field, standing_plan to kashikagi_app;
grant update (name, is_affiliated, is_legally_separated, retailer_code, works_for, staff_feed_at, ended_at, change_id) on organization to kashikagi_app;
grant update (role, name, employment, employer_id, duty, left_at, training_valid_until, training_for, training_content_version,
  training_completed_at, pledged_at, pledge_version, recertified_until, has_conflict, sales_duty_until, utility_staff_until,
  utility_staff_cleared, change_id) on person to kashikagi_app;
grant update (valid_until, ended_at, clauses, legal_ground, chosen_by, chosen_reason, sub_contracting_permitted, sub_contractors,
  change_id) on entrustment_agreement to kashikagi_app;
grant update (label, current_version, retired_at, change_id) on field_profile to kashikagi_app;
grant update (custodian_person_id, room_id, checked_out_to, checked_out_at, room_entry_log_ref, change_id) on terminal to kashikagi_app;
grant update (people, seats, shift_hours_max, valid_until, retired_at, change_id) on standing_plan to kashikagi_app;
grant update (expected_end_at) on declaration to kashikagi_app;
grant update (standing_plan_id) on nomination to kashikagi_app;
grant update (resumed_at, resumed_by, resume_reason) on access_grant to kashikagi_app;
grant select on fact_version, change_person, standing_plan to kashikagi_app;
grant select, insert on declaration_amendment, incident, grant_ending, probe, exposure, certificate, attestation, endings_brake
  to kashikagi_app;
grant update (released_at, released_by_change) on incident to kashikagi_app;
grant update (resolved_at) on exposure to kashikagi_app;
grant select on fact_version, change_person, standing_plan, declaration_amendment, incident, grant_ending, probe, exposure, certificate,
  attestation, endings_brake to kashikagi_auditor;
