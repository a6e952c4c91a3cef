-- How many lookups a person makes within an hour, over all instances.

create table lookup_count (
  natural_person_key text not null,
  is_drill           boolean not null,
  slot               timestamptz(3) not null,
  expires_at         timestamptz(3) not null,
  lookups            integer not null check (lookups > 0),
  primary key (natural_person_key, is_drill, slot),
  constraint lookup_count_within_an_hour check (expires_at = slot + interval '1 hour')
);
comment on table lookup_count is
  'Lookups of one natural person, by the five minutes in which they were made; counted for 55 to 60 minutes. The gate adds them with the use numbers.';
create index lookup_count_expires_at on lookup_count (expires_at);
create trigger lookup_count_only_grows before update on lookup_count for each row
  when (new.lookups <= old.lookups) execute function refuse_change('lookups');
create trigger lookup_count_until_its_end before delete on lookup_count for each row execute function refuse_early_delete();

grant select, insert, delete on lookup_count to kashikagi_app;
grant update (lookups) on lookup_count to kashikagi_app;
grant select on lookup_count to kashikagi_auditor;

-- Sessions that are over: the ledger keeps their beginning and their end.
create function refuse_early_delete_of_session() returns trigger language plpgsql as $$
begin
  if least(old.ended_at, old.expires_at) > broker_now() - interval '1 day' then
    raise exception using errcode = 'restrict_violation', message = 'a session is kept for a day after its end';
  end if;
  return old;
end $$;
create trigger session_until_a_day_after before delete on session for each row execute function refuse_early_delete_of_session();
create index session_over on session ((least(ended_at, expires_at)));
grant delete on session to kashikagi_app;
