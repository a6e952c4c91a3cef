-- The schema public as the catalogues describe it. Generated: change it by a migration, then by "npm run schema".

grant usage on schema public to kashikagi_app;
grant usage on schema public to kashikagi_auditor;
grant usage on schema public to public;

create extension btree_gist;

create domain code as text collate "C" default 'x'::text not null
  constraint code_check CHECK (VALUE ~ '^[a-z]+$'::text)
  constraint code_is_short CHECK (length(VALUE) < 9);
comment on domain code is 'A short word';

create type colour as enum ('red', 'green', 'blue');

create type dates as range (subtype = date);

create type span as (width integer, height numeric(6,2));

create sequence ticket as integer increment by 5 minvalue 1 maxvalue 900 start with 100 cycle;
grant usage on sequence ticket to kashikagi_app;

create table bucket (
  id integer
) partition by HASH (id);
-- partitions: by hash (modulus 2), without a DEFAULT; none granted by itself

create table pile (
  colour colour
) partition by LIST (colour);

create table record (
  id text not null,
  at timestamp(3) with time zone not null,
  constraint record_pk PRIMARY KEY (id, at)
) partition by RANGE (at);
-- partitions: by month, with a DEFAULT; none granted by itself
CREATE INDEX record_at ON ONLY record USING brin (at);
grant select, insert on record to kashikagi_app;
revoke update, delete, truncate on record from kashikagi_owner;

create table record_note (
  record_id text,
  record_at timestamp(3) with time zone,
  constraint record_note_record_id_record_at_fkey FOREIGN KEY (record_id, record_at) REFERENCES record(id, at)
);

create table room (
  id text not null,
  label text collate "C" default '''quoted'' '::text || CURRENT_DATE not null,
  kind colour default 'red'::colour not null,
  opened_at timestamp(3) with time zone default "Now"() not null,
  seats integer,
  doubled integer generated always as (seats * 2) stored,
  tags text[] default '{}'::text[] not null,
  no bigint generated always as identity not null,
  "Mixed Up" code,
  constraint room_id_check CHECK (id ~ '^[a-z]{2,}$'::text),
  constraint room_id_kind_key UNIQUE (id, kind),
  constraint room_opens_late CHECK (opened_at > '2025-12-31 15:00:00+00'::timestamp with time zone),
  constraint room_pkey PRIMARY KEY (id),
  constraint room_seats_check CHECK (seats = ANY (ARRAY[1, 2, 3]))
);
CREATE INDEX room_label ON room USING btree (lower(label) DESC NULLS LAST) INCLUDE (seats) WHERE seats > 1;
CREATE UNIQUE INDEX room_tags ON room USING btree (tags) NULLS NOT DISTINCT;
comment on table room is 'Where people sit, ''together''';
comment on column room."Mixed Up" is '部屋の名前';
comment on constraint room_opens_late on room is 'Not before';
grant select, insert on room to kashikagi_app;
grant select on room to kashikagi_auditor;
grant references (id) on room to kashikagi_app;
grant update (label, seats) on room to kashikagi_app;

create unlogged table scratch (
) with (autovacuum_enabled=false, fillfactor=70);
grant all on scratch to kashikagi_app;

create table stay (
  room_id text not null,
  room_kind colour not null,
  during tstzrange not null,
  remark text,
  constraint stay_alone EXCLUDE USING gist (room_id WITH =, during WITH &&),
  constraint stay_remark CHECK (remark <> ''::text) NOT VALID,
  constraint stay_room_id_room_kind_fkey FOREIGN KEY (room_id, room_kind) REFERENCES room(id, kind) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
);
alter table stay enable row level security;
alter table stay force row level security;
create policy stay_seen on stay as permissive for select to kashikagi_app using ((remark <> 'hidden'::text));
CREATE TRIGGER stay_always BEFORE TRUNCATE ON stay FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
alter table stay enable always trigger stay_always;
CREATE TRIGGER stay_stays BEFORE DELETE OR UPDATE OF during ON stay FOR EACH ROW WHEN (old.remark IS NOT NULL) EXECUTE FUNCTION refuse_change('during');
grant select, delete on stay to kashikagi_app with grant option;

create view late_room with (security_barrier=true) as
 SELECT id,
    kind AS sort,
    ( SELECT count(*) AS count
           FROM stay s
          WHERE s.room_id = r.id) AS stays
   FROM room r
  WHERE seats > 1 AND label <> 'r.label'::text
  ORDER BY id;
comment on view late_room is 'Rooms with a seat';
comment on column late_room.stays is 'How many';
grant select on late_room to kashikagi_auditor;

create materialized view room_count as
 SELECT kind,
    count(*) AS n
   FROM room
  GROUP BY kind;
CREATE UNIQUE INDEX room_count_kind ON room_count USING btree (kind);
grant select on room_count to public;

create view room_stay as
 SELECT r.id,
    s.during
   FROM room r
     JOIN stay s ON s.room_id = r.id;

create view two_rooms as
 SELECT room.id
   FROM room
UNION ALL
 SELECT record.id
   FROM record;

CREATE OR REPLACE FUNCTION public."Now"()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN date_trunc('milliseconds'::text, clock_timestamp());
comment on routine "Now"() is 'The clock''s hand';
grant execute on function "Now"() to public;

CREATE OR REPLACE FUNCTION public.area(width integer, height integer DEFAULT 1)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
AS $function$select width * height$function$;
grant execute on function area(integer,integer) to kashikagi_app;

CREATE OR REPLACE FUNCTION public.area(size span)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE
BEGIN ATOMIC
 SELECT (((size).width)::numeric * (size).height);
END;
grant execute on function area(span) to public;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
begin
  raise exception 'no';
end $function$;
grant execute on function refuse_change() to public;

CREATE OR REPLACE PROCEDURE public.tidy(INOUT n integer)
 LANGUAGE plpgsql
AS $procedure$ begin n := 0; end $procedure$;
