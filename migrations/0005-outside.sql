-- What leaves the house: time-stamps, witnesses, heartbeats, logs that follow one another.

-- ---------------------------------------------------------------- witnesses
create table cosignature (
  origin   text not null,
  vkey     text not null,
  size     bigint not null check (size >= 0),
  note     text not null,
  line     text not null check (line like '— % %' and line like E'%\n'),
  taken_at timestamptz(3) not null,
  primary key (origin, vkey)
);
comment on table cosignature is 'The last checkpoint that each witness cosigned, and its signature line, verified before it was kept';
comment on column cosignature.note is 'The checkpoint as this log signed it: its own signature line and no other';
create trigger cosignature_only_grows before update on cosignature for each row
  when (new.size < old.size or new.origin <> old.origin or new.vkey <> old.vkey)
  execute function refuse_change('size', 'origin', 'vkey');

-- ---------------------------------------------------------------- time-stamps (RFC 3161)
create table checkpoint_timestamp (
  id         bigint generated always as identity primary key,
  origin     text not null,
  size       bigint not null check (size >= 0),
  note       text not null,
  token      bytea not null check (octet_length(token) between 1 and 65536),
  policy     text not null,
  stamped_at timestamptz(3) not null,
  taken_at   timestamptz(3) not null,
  constraint checkpoint_stamped_once unique (origin, size)
);
create index checkpoint_timestamp_size on checkpoint_timestamp (size);
comment on table checkpoint_timestamp is 'Checkpoints that an authority outside has stamped, each token verified before it was kept; no purge of records without one';
comment on column checkpoint_timestamp.note is 'The signed checkpoint as it was stamped, byte for byte: with this log''s signature line and no other';
comment on column checkpoint_timestamp.token is 'The TimeStampResp as it came (DER)';
comment on column checkpoint_timestamp.stamped_at is 'The authority''s time, not ours; taken_at is ours';
create trigger checkpoint_timestamp_stays before update or delete on checkpoint_timestamp for each row
  execute function refuse_change('note', 'token');

create table time_stamp_wanted (
  record_id text primary key
);
comment on table time_stamp_wanted is 'Records (of lifts) whose checkpoint is stamped before the hour is over; gone when it is';

-- ---------------------------------------------------------------- who asks outside
create table outside_turn (
  name   text primary key,
  holder text not null,
  until  timestamptz not null
);
comment on table outside_turn is 'Which instance asks a witness or the time-stamper; by the machine''s own clock, and an economy: two that ask do no harm';

grant select, insert, update (size, note, line, taken_at) on cosignature to kashikagi_app;
grant select, insert on checkpoint_timestamp to kashikagi_app;
grant select, insert, delete on time_stamp_wanted to kashikagi_app;
grant select, insert, delete, update (holder, until) on outside_turn to kashikagi_app;
grant select on cosignature, checkpoint_timestamp to kashikagi_auditor;

-- ---------------------------------------------------------------- logs that follow one another
-- After a loss no checkpoint may be signed that contradicts an older one: a new log begins, and names the one before.
create table retired_log (
  ordinal     integer primary key check (ordinal > 0),
  origin      text not null unique,
  vkey        text not null,
  signed_size bigint not null check (signed_size >= 0),
  note        text not null,
  found_size  bigint not null check (found_size >= 0),
  found_root  bytea not null check (octet_length(found_root) = 32),
  successor   text not null unique check (successor <> origin),
  record_id   text not null unique,
  why         text not null check (length(why) between 2 and 500),
  retired_at  timestamptz(3) not null
);
comment on table retired_log is 'Logs that go on no more, each with its last signed checkpoint, and what was found of its tree; only the owner writes here (kashikagi new-log)';
comment on column retired_log.record_id is 'The first entry of the log that followed; behind it stand the entries that were found, in their order';
create trigger retired_log_stays before update or delete on retired_log for each row
  execute function refuse_change('origin');

create function refuse_retired_log() returns trigger language plpgsql as $$
declare
  key constant text := '^[^+]+[+][0-9a-f]+[+](.*)$';
begin
  if exists (select from retired_log r where r.origin = new.origin or substring(r.vkey from key) = substring(new.vkey from key))
     or new.origin <> (select r.successor from retired_log r order by r.ordinal desc limit 1) then
    raise exception using errcode = 'restrict_violation',
      message = 'signed_checkpoint: a log that was retired signs no more, and only its successor follows it';
  end if;
  return new;
end $$;
create trigger signed_checkpoint_of_the_successor before insert on signed_checkpoint for each row
  execute function refuse_retired_log();
grant select on retired_log to kashikagi_app, kashikagi_auditor;

-- ---------------------------------------------------------------- heartbeats
create table service_beat (
  slot      timestamptz(3) not null,
  instance  text not null,
  is_record boolean not null,
  primary key (slot, instance)
);
create unique index service_beat_one_record on service_beat (slot) where is_record;
comment on table service_beat is 'Which instances were there in a slot of five minutes; one of them writes the slot’s record, so that a silence shows as a gap';
create trigger service_beat_stays before update or delete on service_beat for each row
  execute function refuse_change('slot');
create table service_end (
  instance text primary key,
  ended_at timestamptz(3) not null
);
comment on table service_end is 'Instances that were stopped in order; who is not here and beats no more was cut off';
create trigger service_end_stays before update or delete on service_end for each row
  execute function refuse_change('instance');
grant select, insert on service_beat, service_end to kashikagi_app;
grant select on service_beat, service_end to kashikagi_auditor;
