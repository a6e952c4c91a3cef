-- What a session ends with is kept for its whole chain of step-ups, apart from how presence was proved last.

-- ---------------------------------------------------------------- which providers vouched
create table session_provider (
  session_id   text not null references session (id) on delete cascade,
  provider     text not null,
  provider_sub text not null,
  provider_sid text,
  constraint session_provider_once unique nulls not distinct (session_id, provider, provider_sub, provider_sid)
);
create index session_provider_sub on session_provider (provider, provider_sub);
create index session_provider_sid on session_provider (provider, provider_sid) where provider_sid is not null;
comment on table session_provider is
  'Each word of a provider that a session stands on: its own, and those of the sessions that it took the place of. It ends with any of them.';

insert into session_provider
  with recursive chain as (
    select id as session_id, id, replaces from session
    union
    select chain.session_id, s.id, s.replaces from chain join session s on s.id = chain.replaces)
  select distinct chain.session_id, s.provider, s.provider_sub, s.provider_sid
    from chain join session s on s.id = chain.id where s.provider is not null;

create function bind_session_providers() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into session_provider
    select new.id, new.provider, new.provider_sub, new.provider_sid where new.provider is not null
    union
    select new.id, provider, provider_sub, provider_sid from session_provider where session_id = new.replaces;
  return null;
end $$;
revoke execute on function bind_session_providers() from public;
create trigger session_binds_providers after insert on session for each row
  when (new.provider is not null or new.replaces is not null) execute function bind_session_providers();

create or replace function end_sessions_of_identity() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update session s set ended_at = greatest(broker_now(), s.created_at), end_cause = 'identity_retired'
   where s.person_id = new.person_id and s.ended_at is null
     and exists (select from session_provider b where b.session_id = s.id and b.provider = new.provider);
  return null;
end $$;
drop index session_of_provider;
grant select on session_provider to kashikagi_app;

-- ---------------------------------------------------------------- which passkeys
alter table session add column passkey_ids text[] not null default '{}';
update session set passkey_ids = c.passkeys
  from (with recursive chain as (
          select id as session_id, passkey_id, replaces from session
          union
          select chain.session_id, s.passkey_id, s.replaces from chain join session s on s.id = chain.replaces)
        select session_id, array_agg(distinct passkey_id) as passkeys from chain where passkey_id is not null group by session_id) c
 where c.session_id = session.id;
-- PostgreSQL 15 keeps the privilege of a column that is gone.
revoke update (passkey_id) on session from kashikagi_app;
alter table session drop column passkey_id;
create index session_passkeys on session using gin (passkey_ids) where ended_at is null;
comment on column session.passkey_ids is 'By which it began, and by which presence was proved since: it ends with any of them';

create or replace function keep_session_bindings() returns trigger language plpgsql as $$
begin
  select passkey_ids, terminal_ids into new.passkey_ids, new.terminal_ids from session where id = new.replaces;
  return new;
end $$;
create trigger session_bindings_only_grow before update on session for each row
  when (not new.passkey_ids @> old.passkey_ids or not new.terminal_ids @> old.terminal_ids)
  execute function refuse_change('passkey_ids', 'terminal_ids');
grant update (passkey_ids) on session to kashikagi_app;
