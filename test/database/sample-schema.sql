-- A schema with one of each thing that the snapshot tells. Unlike the product's, it means nothing.
create extension btree_gist;
revoke create on schema public from public;
grant usage on schema public to kashikagi_app, kashikagi_auditor;

create domain code as text collate "C" default 'x' not null check (value ~ '^[a-z]+$') constraint code_is_short check (length(value) < 9);
comment on domain code is 'A short word';
create type colour as enum ('red', 'green', 'blue');
create type span as (width integer, height numeric(6, 2));
create type dates as range (subtype = date);
create sequence ticket as integer start 100 increment 5 maxvalue 900 cycle;
grant usage on sequence ticket to kashikagi_app;

create function "Now"() returns timestamptz language sql stable parallel safe
  return date_trunc('milliseconds', clock_timestamp());
comment on function "Now"() is 'The clock''s hand';
create function refuse_change() returns trigger language plpgsql security definer set search_path = public as $$
begin
  raise exception 'no';
end $$;
create function area(width integer, height integer default 1) returns integer language sql immutable as 'select width * height';
create function area(size span) returns numeric language sql immutable begin atomic
  select (size).width * (size).height;
end;
create procedure tidy(inout n integer) language plpgsql as $$ begin n := 0; end $$;
revoke execute on routine area(integer, integer), tidy(integer) from public;
grant execute on function area(integer, integer) to kashikagi_app;

create table room (
  id         text primary key check (id ~ '^[a-z]{2,}$'),
  label      text collate "C" not null default '''quoted'' ' || current_date,
  kind       colour not null default 'red',
  opened_at  timestamptz(3) not null default "Now"(),
  seats      integer check (seats in (1, 2, 3)),
  doubled    integer generated always as (seats * 2) stored,
  tags       text[] not null default '{}',
  no         bigint generated always as identity,
  "Mixed Up" code,
  unique (id, kind),
  constraint room_opens_late check (opened_at > '2026-01-01 00:00+09')
);
comment on table room is 'Where people sit, ''together''';
comment on column room."Mixed Up" is '部屋の名前';
comment on constraint room_opens_late on room is 'Not before';
create index room_label on room (lower(label) desc nulls last) include (seats) where seats > 1;
create unique index room_tags on room using btree (tags) nulls not distinct;

create table stay (
  room_id   text not null,
  room_kind colour not null,
  during    tstzrange not null,
  note      text,
  foreign key (room_id, room_kind) references room (id, kind) on update cascade deferrable initially deferred,
  constraint stay_alone exclude using gist (room_id with =, during with &&)
);
alter table stay drop column note;
alter table stay add column remark text, add constraint stay_remark check (remark <> '') not valid;
create trigger stay_stays before update of during or delete on stay
  for each row when (old.remark is not null) execute function refuse_change('during');
create trigger stay_always before truncate on stay for each statement execute function refuse_change();
alter table stay enable always trigger stay_always;
alter table stay enable row level security;
alter table stay force row level security;
create policy stay_seen on stay for select to kashikagi_app using (remark <> 'hidden');

create table record (
  id text not null,
  at timestamptz(3) not null,
  constraint record_pk primary key (id, at)
) partition by range (at);
create index record_at on record using brin (at);
create table record_default partition of record default;
create table record_2026_01 (like record including defaults including constraints);
alter table record attach partition record_2026_01 for values from ('2026-01-01 00:00+09') to ('2026-02-01 00:00+09');
create table record_2026_02 partition of record for values from ('2026-02-01 00:00+09') to ('2026-03-01 00:00+09');
create table record_note (record_id text, record_at timestamptz(3), foreign key (record_id, record_at) references record);
create table bucket (id integer) partition by hash (id);
create table bucket_0 partition of bucket for values with (modulus 2, remainder 0);
create table pile (colour colour) partition by list (colour);
create unlogged table scratch () with (fillfactor = 70, autovacuum_enabled = false);

create view late_room with (security_barrier) as
  select r.id, r.kind as sort, (select count(*) from stay s where s.room_id = r.id) as stays
  from room r where r.seats > 1 and r.label <> 'r.label' order by r.id;
create view room_stay as select r.id, s.during from room r join stay s on s.room_id = r.id;
create view two_rooms as select room.id from room union all select record.id from record;
comment on view late_room is 'Rooms with a seat';
comment on column late_room.stays is 'How many';
create materialized view room_count as select room.kind, count(*) as n from room group by room.kind;
create unique index room_count_kind on room_count (kind);

grant select, insert on room, record to kashikagi_app;
grant update (seats, label), references (id) on room to kashikagi_app;
grant all on scratch to kashikagi_app;
grant select on late_room, room to kashikagi_auditor;
grant select on room_count to public;
grant delete, select on stay to kashikagi_app with grant option;
revoke update, delete, truncate on record from kashikagi_owner;
