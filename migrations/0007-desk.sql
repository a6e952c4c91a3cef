-- The auditor's desk: indexes for its questions, the opening of sealed values, findings. Runs as kashikagi_owner.

-- ---------------------------------------------------------------- the auditors' questions (GET /records, POST /records/search)
-- Each costs inserts. In all but the last new rows go to a few pages at their ends; a supply point's go anywhere.
-- What stands after the time does not order: a filter beside the first is tried in the index, not row by row in the table.
drop index record_person;
create index record_person on record (person_id, at, type, decision);
create index record_declaration on record (declaration_id, at, type, decision, organization_id) where declaration_id is not null;
create index record_organization on record (organization_id, at, type, decision) where organization_id is not null;
create index record_type on record (type, at, decision);
create index record_decision on record (decision, at) where decision <> 'permit';
create index record_supply_point on record (supply_point_ref, at) where supply_point_ref is not null;

-- ---------------------------------------------------------------- changes: who may, by kind
create table change_entitlement (
  family    text primary key check (family ~ '^[a-z_]*$'),
  proposers text[] not null,
  deciders  text[] not null
);
comment on table change_entitlement is
  'The roles of the two persons, by what stands before the dot in the kind of a change; the empty family is every other.';
insert into change_entitlement values
  ('', array['officer'], array['officer', 'headquarters']),
  ('declaration', array['headquarters'], array['headquarters', 'compliance_officer']),
  ('record', array['auditor'], array['officer', 'compliance_officer']);
create or replace function refuse_unentitled_change() returns trigger language plpgsql as $$
declare
  entitled change_entitlement;
begin
  select * into strict entitled from change_entitlement
   where family in ('', split_part(new.kind, '.', 1)) order by family desc limit 1;
  if not exists (select from person where id = new.proposed_by and role = any(entitled.proposers))
     or new.decided_by is not null and not exists (select from person where id = new.decided_by and role = any(entitled.deciders)) then
    raise exception using errcode = 'restrict_violation', message = format('%s: not by these persons', new.kind);
  end if;
  return new;
end $$;

-- ---------------------------------------------------------------- sealed values are opened by two persons
create table record_opening (
  change_id    text primary key references change,
  record_id    text not null,
  opened_for   text not null references person,
  confirmed_at timestamptz(3) not null
);
create index record_opening_record on record_opening (record_id, opened_for);
comment on table record_opening is
  'That one auditor may see the sealed values of one record, for 24 hours from a confirmation; the values themselves are never here.';
create function refuse_opening_by_one() returns trigger language plpgsql as $$
begin
  if not exists (
    select from change c join person p on p.id = c.proposed_by
     where c.id = new.change_id and c.kind = 'record.open' and c.decision = 'confirmed' and c.xmin = pg_current_xact_id()::xid
       and c.resource_type = 'record' and c.resource_id = new.record_id and c.body::jsonb ->> 'id' = new.record_id
       and c.proposed_by = new.opened_for and p.role = 'auditor' and c.decided_at = new.confirmed_at) then
    raise exception using errcode = 'restrict_violation', message = 'sealed values are opened only by two persons';
  end if;
  return null;
end $$;
-- Checked at the commit, since the decision stands in the same transaction.
create constraint trigger record_opening_by_two after insert on record_opening deferrable initially deferred
  for each row execute function refuse_opening_by_one();

-- ---------------------------------------------------------------- findings of the auditors
create table finding (
  id              text primary key check (id ~ '^fd_'),
  subject_type    text not null check (subject_type in ('declaration', 'grant', 'person', 'record', 'supply_point_ref', 'organization')),
  subject_id      text not null check (length(subject_id) between 1 and 64),
  type            text not null check (type in ('outside_declaration', 'outside_area', 'wrong_terminal', 'two_places', 'shift_edges',
    'repeated_views', 'quiet_disaster', 'contractor_enquiry', 'receivables', 'moving_in', 'switching', 'outbound_sales', 'analysis',
    'separation_of_duties', 'eligibility', 'training', 'terminals_and_rooms', 'records_and_retention', 'procedure')),
  severity        text not null check (severity in ('low', 'medium', 'high')),
  text            text not null check (length(text) between 2 and 2000),
  owner_person_id text not null references person,
  due_date        date not null,
  found_by        text not null references person,
  found_at        timestamptz(3) not null,
  assigned_at     timestamptz(3) not null,
  changed_by      text not null references person,
  answer          text check (length(answer) between 2 and 2000),
  answered_at     timestamptz(3),
  closing_reason  text check (length(closing_reason) between 2 and 500),
  closed_at       timestamptz(3),
  constraint finding_answer_whole check (num_nulls(answer, answered_at) in (0, 2)),
  constraint finding_closing_whole check (num_nulls(closing_reason, closed_at) in (0, 2)),
  constraint finding_closed_after_its_answer check (closed_at is null or answered_at is not null)
);
create index finding_found on finding (found_at, id);
create index finding_owner on finding (owner_person_id) where closed_at is null;
comment on table finding is 'What an auditor found: whose it is to answer, by when. Nothing of it is ever cleared; open, answered and closed are read from the times.';
comment on column finding.assigned_at is 'When the present owner got it';
comment on column finding.changed_by is 'The auditor of the last change; each change has its record';
create function refuse_unentitled_finding() returns trigger language plpgsql as $$
begin
  if not exists (select from person where id = new.changed_by and role = 'auditor')
     or tg_op = 'INSERT' and new.found_by <> new.changed_by then
    raise exception using errcode = 'restrict_violation', message = 'findings are the auditors'' own';
  end if;
  -- Only when it is given to somebody: an owner who has another role since is no reason to refuse the answer.
  if (tg_op = 'INSERT' or new.owner_person_id <> old.owner_person_id)
     and not exists (select from person where id = new.owner_person_id and role in ('officer', 'compliance_officer')) then
    raise exception using errcode = 'restrict_violation', message = 'an officer or the compliance officer answers';
  end if;
  return new;
end $$;
create trigger finding_by_an_auditor before insert or update on finding for each row execute function refuse_unentitled_finding();
create trigger finding_starts_open before insert on finding for each row
  when (new.answered_at is not null or new.closed_at is not null) execute function refuse_change('answered_at', 'closed_at');
create trigger finding_stays_what_it_is before update on finding for each row
  when ((old.id, old.subject_type, old.subject_id, old.type, old.text, old.found_by, old.found_at)
      is distinct from (new.id, new.subject_type, new.subject_id, new.type, new.text, new.found_by, new.found_at)
     or old.answered_at is not null and new.answered_at is null
     or old.closed_at is not null and old is distinct from new)
  execute function refuse_change('subject', 'type', 'text', 'found_by', 'found_at', 'answered_at', 'closed_at');

-- ---------------------------------------------------------------- who may touch what
grant select on change_entitlement to kashikagi_app;
grant select, insert on record_opening to kashikagi_app;
grant select, insert, update (severity, owner_person_id, due_date, assigned_at, changed_by, answer, answered_at, closing_reason, closed_at) on finding to kashikagi_app;
grant select on change_entitlement, record_opening, finding to kashikagi_auditor;
