-- What leaves the house: time-stamps, witnesses, heartbeats, logs that follow one another.

-- ---------------------------------------------------------------- time-stamps (RFC 3161)
create table checkpoint_timestamp (
  id         bigint generated always as identity primary key,
  size       bigint not null check (size >= 0),
  note       text not null,
  token      bytea not null,
  stamped_at timestamptz(3) not null
);
create index checkpoint_timestamp_size on checkpoint_timestamp (size);
comment on table checkpoint_timestamp is 'Checkpoints that an authority outside has stamped, each token verified before it was kept; no purge of records without one';
comment on column checkpoint_timestamp.note is 'The signed checkpoint as it was stamped, byte for byte';
comment on column checkpoint_timestamp.stamped_at is 'The authority''s time, not ours';
create trigger checkpoint_timestamp_stays before update or delete on checkpoint_timestamp for each row
  execute function refuse_change('note', 'token');
grant select, insert on checkpoint_timestamp to kashikagi_app;
grant select on checkpoint_timestamp to kashikagi_auditor;

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
