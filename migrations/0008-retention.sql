-- Five years: attestations that say what they cover, legal holds, purges by two persons. Runs as kashikagi_owner.

-- ---------------------------------------------------------------- attestations: daily, and when an auditor asks
alter table attestation
  drop constraint attestation_pkey,
  add column kind text not null default 'daily' check (kind in ('daily', 'on_demand')),
  add column ordinal integer not null default 1 check (ordinal > 0),
  add column requested_by text references person,
  add column counted_apart integer,
  add column covers text not null default '[]',
  add column does_not_cover text[] not null default '{}',
  add constraint attestation_pkey primary key (day, ordinal),
  add constraint attestation_asked_for_by check ((kind = 'on_demand') = (requested_by is not null));
create unique index attestation_daily on attestation (day) where kind = 'daily';
comment on column attestation.counted_apart is 'Live grants by SQL that shares nothing with the predicate; null: made before it was kept here';
comment on column attestation.covers is 'JSON: each way to the data that it speaks of, and how it was tried';
comment on column attestation.does_not_cover is 'Systems that hold the same data and that this broker does not stand before';
create table attestation_organization (
  day             date not null,
  ordinal         integer not null,
  organization_id text not null references organization,
  live_grants     integer not null check (live_grants >= 0),
  outside         integer not null check (outside between 0 and live_grants),
  primary key (day, ordinal, organization_id),
  foreign key (day, ordinal) references attestation
);
create table attestation_probe (
  day        date not null,
  ordinal    integer not null,
  grant_id   text not null references access_grant,
  target     text not null check (target in ('gate', 'introspection')),
  is_refused boolean not null,
  code       text,
  record_id  text,
  primary key (day, ordinal, grant_id, target),
  foreign key (day, ordinal) references attestation
);
comment on table attestation_probe is 'A random sample of retired credentials, tried again; not in probe, since the closing certificates are made of that';
grant select, insert on attestation_organization, attestation_probe to kashikagi_app;
grant select on attestation_organization, attestation_probe to kashikagi_auditor;

-- ---------------------------------------------------------------- legal holds
create table legal_hold (
  id                 text primary key check (id ~ '^lh_'),
  declaration_id     text not null references declaration,
  reason             text not null check (length(reason) between 2 and 500),
  placed_by          text not null references person,
  placed_at          timestamptz(3) not null,
  released_at        timestamptz(3),
  released_by_change text unique references change,
  constraint legal_hold_release_whole check (num_nulls(released_at, released_by_change) in (0, 2))
);
create index legal_hold_open on legal_hold (declaration_id) where released_at is null;
comment on table legal_hold is '保全: what a declaration left on record stays, however old, until two persons release it';
create trigger legal_hold_starts_open before insert on legal_hold for each row
  when (new.released_at is not null) execute function refuse_change('released_at');
create trigger legal_hold_release_is_final before update on legal_hold for each row
  when (old.released_at is not null or new.declaration_id <> old.declaration_id) execute function refuse_change('released_at', 'declaration_id');
create function refuse_hold_release_without_two() returns trigger language plpgsql as $$
begin
  if not exists (select from change c where c.id = new.released_by_change and c.kind = 'legal_hold.release' and c.decision = 'confirmed'
                   and c.resource_id = new.id and c.xmin = pg_current_xact_id()::xid) then
    raise exception using errcode = 'restrict_violation', message = 'a legal hold is released only by two persons';
  end if;
  return null;
end $$;
create constraint trigger legal_hold_released_by_two after update on legal_hold deferrable initially deferred for each row
  execute function refuse_hold_release_without_two();

-- ---------------------------------------------------------------- purges
create table purge (
  id              text primary key check (id ~ '^pu_'),
  month           date not null check (extract(day from month) = 1),
  retention_years integer not null check (retention_years >= 5),
  change_id       text not null unique references change,
  confirmed_at    timestamptz(3) not null,
  dropped         bigint check (dropped > 0),
  ids_digest      bytea check (octet_length(ids_digest) = 32),
  stamped_size    bigint,
  prepared_by     xid8,
  done_at         timestamptz(3),
  record_ids      text[],
  constraint purge_prepared_whole check (num_nulls(dropped, ids_digest, stamped_size, prepared_by) in (0, 4)),
  constraint purge_done_whole check (num_nulls(done_at, record_ids) in (0, 2) and (done_at is null or dropped is not null))
);
comment on table purge is 'A month of records (JST) that two persons let go after the retention; done within a day of it, or never';
comment on column purge.ids_digest is 'SHA-256 over the SHA-256 of each block of 65,536 positions, of the ids dropped, one a line, in the order of the tree';
create table purged_range (
  purge_id        text not null references purge,
  first_record_id text primary key,
  entries         bigint not null check (entries > 0)
);
comment on table purged_range is
  'Entries in a row whose payload, salt and sealed part are gone by a purge; their leaves stay. By the id of the first, since a log that follows another gives other positions';
create view purged_position as
  select r.purge_id, l.position as first_position, l.position + r.entries - 1 as last_position
    from purged_range r join leaf l on l.record_id = r.first_record_id;

-- What the two persons confirmed, in this very transaction, and nothing of what was done.
create function refuse_purge_without_two() returns trigger language plpgsql as $$
begin
  if new.dropped is not null or not exists (
       select from change c where c.id = new.change_id and c.kind = 'purge.records' and c.decision = 'confirmed'
          and c.resource_id = new.id and c.body::jsonb ->> 'month' = to_char(new.month, 'YYYY-MM')
          and c.xmin = pg_current_xact_id()::xid and c.decided_at = new.confirmed_at) then
    raise exception using errcode = 'restrict_violation', message = 'records are purged only by two persons';
  end if;
  return null;
end $$;
create constraint trigger purge_by_two after insert on purge deferrable initially deferred for each row
  execute function refuse_purge_without_two();

create function purge_begins(month date) returns timestamptz language sql stable as $$
  select month::timestamp at time zone 'Asia/Tokyo' $$;
create function purge_ends(month date) returns timestamptz language sql stable as $$
  select (month + interval '1 month') at time zone 'Asia/Tokyo' $$;
comment on function purge_ends(date) is 'The first instant after the month, in Japan''s time; purge_begins: its first';
-- What no purge takes: what the held declarations left; and records that explain the ledger itself: which positions were purged,
-- which log this one follows, what was there when it began.
create function never_purged() returns text[] language sql immutable as $$
  select array['records.purged', 'ledger.succession', 'house.adopted'] $$;
create function declarations_on_hold() returns text[] language sql stable as $$
  select array(select distinct declaration_id from legal_hold where released_at is null) $$;

create function refuse_half_a_purge() returns trigger language plpgsql as $$
begin
  if exists (select from purge p where p.id = new.id and p.dropped is not null and p.done_at is null) then
    raise exception using errcode = 'restrict_violation', message = 'what a purge has named goes in the same transaction';
  end if;
  return null;
end $$;
create constraint trigger purge_is_whole after update on purge deferrable initially deferred for each row
  execute function refuse_half_a_purge();

-- The first of two steps, in one transaction with the second: what would go is found and named. Nobody is kept waiting by it.
-- Trusts: the clock, and that a row of checkpoint_timestamp stands for a token that was verified.
create function prepare_purge(purge_id text) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p purge;
  begins timestamptz;
  ends   timestamptz;
  held   text[] := declarations_on_hold();
  stamped bigint;
  final   bigint;
begin
  select * into strict p from purge where id = purge_id for update;
  begins := purge_begins(p.month);
  ends := purge_ends(p.month);
  if p.done_at is not null or p.dropped is not null then
    raise exception using errcode = 'restrict_violation', message = 'this purge was done';
  end if;
  if not exists (select from change c where c.id = p.change_id and c.kind = 'purge.records' and c.decision = 'confirmed'
                    and c.resource_id = p.id) then
    raise exception using errcode = 'restrict_violation', message = 'records are purged only by two persons';
  end if;
  if p.confirmed_at <= broker_now() - interval '24 hours' then
    raise exception using errcode = 'restrict_violation', message = 'what two persons confirmed more than a day ago is not done any more';
  end if;
  if ((p.month + interval '1 month') + make_interval(years => greatest(5, p.retention_years))) at time zone 'Asia/Tokyo' > broker_now() then
    raise exception using errcode = 'restrict_violation', message = 'the month is within the retention';
  end if;
  if exists (select from record r where r.at >= begins and r.at < ends and not exists (select from leaf l where l.record_id = r.id)) then
    raise exception using errcode = 'restrict_violation', message = 'a record of the month has no place in the tree';
  end if;

  with gone as materialized (
    select l.position, l.record_id
      from record r join leaf l on l.record_id = r.id
     where r.at >= begins and r.at < ends and r.type <> all(never_purged()) and coalesce(r.declaration_id <> all(held), true)
  ), named as (
    insert into purged_range (purge_id, first_record_id, entries)
    select p.id, (array_agg(record_id order by position))[1], count(*)
      from (select position, record_id, position - row_number() over (order by position) as island from gone) as numbered
     group by island
    returning entries
  ), blocks as (
    select position / 65536 as block, sha256(convert_to(string_agg(record_id, E'\n' order by position), 'UTF8')) as digest
      from gone group by position / 65536
  )
  update purge set dropped = (select count(*) from gone), prepared_by = pg_current_xact_id(), stamped_size = 0,
         ids_digest = (select sha256(string_agg(digest, ''::bytea order by block)) from blocks)
   where id = p.id and exists (select from gone) and (select count(*) from named) > 0;
  if not found then
    raise exception using errcode = 'restrict_violation', message = 'nothing of the month is there to be purged';
  end if;

  select max(last_position) into final from purged_position r where r.purge_id = p.id;
  -- Of this log: the positions of one before it were others.
  select max(s.size) into stamped from checkpoint_timestamp s join signed_checkpoint c on c.origin = s.origin;
  if stamped is null or stamped <= final then
    raise exception using errcode = 'restrict_violation', message = 'no time-stamped checkpoint covers the month';
  end if;
  update purge set stamped_size = stamped where id = p.id;
end $$;

-- The second step: the records of type records.purged stand in this transaction and name what goes, and it goes. The whole
-- month is dropped; what is kept is written anew into a partition of its own. Appends wait for at most lock_timeout at a time.
create function finish_purge(purge_id text, naming_records text[]) returns bigint
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p purge;
  begins timestamptz;
  ends   timestamptz;
  held   text[] := declarations_on_hold();
  partition text;
  kept   bigint;
  said   jsonb;
  meant  jsonb;
begin
  select * into strict p from purge where id = purge_id for update;
  begins := purge_begins(p.month);
  ends := purge_ends(p.month);
  partition := 'record_' || to_char(p.month, 'YYYY_MM');
  if p.done_at is not null or p.prepared_by is distinct from pg_current_xact_id() then
    raise exception using errcode = 'restrict_violation', message = 'a purge is prepared and done in one transaction';
  end if;
  select jsonb_agg(named.range order by (named.range -> 0)::bigint) into said
    from record r, jsonb_array_elements(r.payload::jsonb -> 'details' -> 'ranges') as named (range)
   where r.id = any(naming_records) and r.type = 'records.purged' and r.xmin = pg_current_xact_id()::xid
     and r.payload::jsonb -> 'details' ->> 'purge' = p.id;
  select jsonb_agg(jsonb_build_array(r.first_position, r.last_position) order by r.first_position) into meant
    from purged_position r where r.purge_id = p.id;
  if said is distinct from meant then
    raise exception using errcode = 'restrict_violation', message = 'the records of this purge name other positions';
  end if;

  create table record_kept (like record including defaults including constraints including indexes);
  insert into record_kept select * from record r
    where r.at >= begins and r.at < ends and (r.type = any(never_purged()) or r.declaration_id = any(held));
  get diagnostics kept = row_count;
  -- So that it is attached without being read again.
  execute format('alter table record_kept add constraint of_its_month check (at is not null and at >= %L and at < %L)', begins, ends);
  alter table record_kept alter column payload set statistics 0, alter column salt set statistics 0, alter column sealed set statistics 0;

  for attempt in 1..40 loop
    begin
      perform set_config('lock_timeout', '100ms', true);
      lock table only record in access exclusive mode;
      execute format('drop table if exists %I', partition);
      perform forget_in_default(begins, ends);
      if kept > 0 then
        execute format('alter table record_kept rename to %I', partition);
        execute format('alter table record attach partition %I for values from (%L) to (%L)', partition, begins, ends);
        execute format('alter table %I drop constraint of_its_month', partition);
      else
        drop table record_kept;
      end if;
      exit;
    exception when lock_not_available then
      -- The lock is free again here: whoever waited behind it goes first.
      if attempt = 40 then raise; end if;
      perform pg_sleep(0.2);
    end;
  end loop;
  update purge set done_at = broker_now(), record_ids = naming_records where id = p.id;
  return kept;
end $$;

-- A deleted row lies in its page until that is written over, so the default partition is written anew.
create function forget_in_default(begins timestamptz, ends timestamptz) returns void
  language plpgsql set search_path = public, pg_temp as $$
begin
  if not exists (select from record_default r where r.at >= begins and r.at < ends) then
    return;
  end if;
  create table record_rest as select * from record_default r where not (r.at >= begins and r.at < ends);
  truncate record_default;
  insert into record_default select * from record_rest;
  drop table record_rest;
end $$;
revoke execute on function prepare_purge(text), finish_purge(text, text[]), forget_in_default(timestamptz, timestamptz) from public;

-- ---------------------------------------------------------------- who may propose and confirm: not headquarters
insert into change_entitlement values
  ('purge', array['officer'], array['officer', 'compliance_officer']),
  ('legal_hold', array['compliance_officer'], array['officer', 'compliance_officer']);

-- ---------------------------------------------------------------- partitions: no statistics of what is to be forgotten
-- PostgreSQL would keep common values and a histogram of each column, also after the partition is gone.
do $$
declare partition record;
begin
  for partition in select relid::regclass as name from pg_partition_tree('record') loop
    execute format('alter table only %s alter column payload set statistics 0, alter column salt set statistics 0,
                    alter column sealed set statistics 0', partition.name);
  end loop;
end $$;
create or replace function make_record_partitions(first_month date, months integer) returns integer language plpgsql as $$
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
      execute format('alter table %I alter column payload set statistics 0, alter column salt set statistics 0,
                      alter column sealed set statistics 0', partition);
      execute format('alter table record attach partition %I for values from (%L) to (%L)', partition,
        begins::timestamp at time zone 'Asia/Tokyo', (begins + interval '1 month')::timestamp at time zone 'Asia/Tokyo');
      made := made + 1;
    end if;
  end loop;
  return made;
end $$;

-- ---------------------------------------------------------------- who may touch what
grant select, insert on legal_hold to kashikagi_app;
grant update (released_at, released_by_change) on legal_hold to kashikagi_app;
grant select, insert (id, month, retention_years, change_id, confirmed_at) on purge to kashikagi_app;
grant select on purged_range, purged_position to kashikagi_app;
grant execute on function prepare_purge(text), finish_purge(text, text[]) to kashikagi_app;
grant select on legal_hold, purge, purged_range, purged_position to kashikagi_auditor;
