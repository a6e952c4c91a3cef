-- Tables against ledger: what differs is an alarm, and denies.

create table house_adoption (
  is_only   boolean primary key default true check (is_only),
  at        timestamptz(3) not null,
  record_id text not null
);
comment on table house_adoption is
  'That the facts which were here before the ledger stand in it once, as found; the one row is what keeps two instances from doing it twice';

create table mismatch (
  id             text primary key check (id ~ '^mm_'),
  resource_type  text not null check (resource_type in ('declaration', 'support_call', 'nomination', 'grant', 'credential',
    'organization', 'person', 'terminal', 'agreement', 'field_profile', 'standing_plan', 'field', 'record', 'ledger')),
  resource_id    text not null,
  what           text not null check (length(what) between 1 and 200),
  found_at       timestamptz(3) not null,
  record_id      text not null,
  cleared_at     timestamptz(3),
  cleared_record text,
  constraint mismatch_clearing_whole check (num_nulls(cleared_at, cleared_record) in (0, 2))
);
create unique index mismatch_open on mismatch (resource_type, resource_id, what) where cleared_at is null;
create index mismatch_found on mismatch (found_at, id);
comment on table mismatch is 'Where a row that decides access is not what the ledger says: while one is open, whatever stands on that row is denied';
comment on column mismatch.what is 'A column that differs; or no_record, no_row, and what else can be wrong with the resource';
create trigger mismatch_starts_open before insert on mismatch for each row
  when (new.cleared_at is not null) execute function refuse_change('cleared_at');
create trigger mismatch_clearing_is_final before update on mismatch for each row
  when (old.cleared_at is not null) execute function refuse_change('cleared_at');

create table replay (
  id         text primary key check (id ~ '^rp_'),
  at         timestamptz(3) not null,
  occasion   text not null check (occasion in ('daily', 'asked')),
  day        date not null,
  asked_by   text references person,
  records    bigint not null check (records >= 0),
  rows       integer not null check (rows >= 0),
  found      integer not null check (found >= 0),
  cleared    integer not null check (cleared >= 0),
  open       integer not null check (open >= 0),
  record_id  text not null,
  constraint replay_asked_by_somebody check ((occasion = 'asked') = (asked_by is not null))
);
create unique index replay_of_the_day on replay (day) where occasion = 'daily';
create index replay_at on replay (at, id);
comment on table replay is 'Every time all tables were compared with the whole ledger: once a day (JST), and when an auditor asks';

-- The steps of a declaration, without its uses and without the credentials of each five minutes: what the look of every
-- minute reads. A record that the gate writes is kept out by its first comparison.
create index record_step on record (declaration_id)
  where decision = 'done' and declaration_id is not null and type not like '%credential.%';

grant select, insert on house_adoption, mismatch, replay to kashikagi_app;
grant update (cleared_at, cleared_record) on mismatch to kashikagi_app;
grant select on house_adoption, mismatch, replay to kashikagi_auditor;
