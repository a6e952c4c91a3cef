-- Who you are: sessions that rotate, identity providers, presence.

-- ---------------------------------------------------------------- sessions
-- No session of before names the record of its sign-in: one signs in again.
delete from session;
drop index session_person;
alter table session
  alter column stepped_up_at drop not null,
  add column id              text not null unique check (id ~ '^se_'),
  add column method          text not null check (method in ('demonstration', 'oidc', 'passkey')),
  add column provider        text check (provider ~ '^[a-z][a-z0-9-]{0,39}$'),
  add column provider_sid    text check (length(provider_sid) between 1 and 255),
  add column provider_sub    text check (length(provider_sub) between 1 and 255),
  add column organization_id text not null references organization,
  add column role            text not null,
  add column record_id       text not null unique,
  add column replaces        text unique references session (id),
  add column last_seen_at    timestamptz(3) not null,
  add column end_cause       text check (end_cause in ('signed_out', 'ended_by_person', 'ended_by_officer', 'rotated',
    'person_changed', 'provider_logout', 'identity_retired', 'passkey_revoked', 'terminal_lost')),
  add constraint session_provider_of_oidc check ((method = 'oidc') = (provider is not null)),
  add constraint session_sid_of_provider check (provider_sid is null or provider is not null),
  add constraint session_sub_of_provider check ((provider_sub is null) = (provider is null)),
  -- Stepping up makes another session: presence is never prolonged in a row.
  add constraint session_steps_up_at_its_start check (stepped_up_at = created_at),
  add constraint session_seen_within check (last_seen_at between created_at and expires_at),
  add constraint session_end_whole check (num_nulls(ended_at, end_cause) in (0, 2));
create index session_of_person on session (person_id, created_at);
create index session_of_provider on session (provider, provider_sub) where provider is not null and ended_at is null;
comment on table session is
  'Live: not ended, not expired, seen lately, and its person still has the role and organization of the sign-in. Only the token''s hash is kept.';
comment on column session.record_id is 'The record of the sign-in, written in the same transaction: a row without one cannot be';
comment on column session.stepped_up_at is 'When presence was proved: at the start of the row, or never; a fresh proof makes another row';
comment on column session.provider_sid is 'The provider''s own session, by which a back-channel logout names it';
comment on column session.provider_sub is 'The provider''s `sub`, by which a back-channel logout names the person, whatever claim people are mapped by';

-- Whoever holds the service's role can write rows; a session without a sign-in on record is not among them.
create function refuse_session_without_record() returns trigger language plpgsql as $$
begin
  if current_user = (select relowner::regrole::text from pg_class where oid = tg_relid) then
    return new;
  end if;
  if not exists (
    select from record r
     where r.id = new.record_id and r.at = new.created_at and r.type = 'session.started' and r.person_id = new.person_id
       and r.xmin = pg_current_xact_id()::xid
       and r.payload::jsonb -> 'details' ->> 'session' = new.id
       and r.payload::jsonb -> 'details' ->> 'method' = new.method
       and r.payload::jsonb -> 'details' ->> 'provider' is not distinct from new.provider
       and (r.payload::jsonb -> 'details' ->> 'stepped_up')::boolean = (new.stepped_up_at is not null)) then
    raise exception using errcode = 'restrict_violation', message = 'a session names the record of its sign-in';
  end if;
  if not exists (select from person p where p.id = new.person_id and (p.role, p.organization_id) = (new.role, new.organization_id)) then
    raise exception using errcode = 'restrict_violation', message = 'a session has the role and organization of its person';
  end if;
  if new.method = 'oidc' and not exists (
    select from person_identity i where i.provider = new.provider and i.person_id = new.person_id and i.retired_at is null) then
    raise exception using errcode = 'restrict_violation', message = 'a provider vouches for people that two persons mapped to it';
  end if;
  if new.replaces is not null and not exists (
    select from session s where s.id = new.replaces and s.person_id = new.person_id and s.end_cause = 'rotated'
       and s.ended_at = new.created_at and new.expires_at <= s.expires_at) then
    raise exception using errcode = 'restrict_violation', message = 'a rotation ends the session it replaces and lasts no longer';
  end if;
  return new;
end $$;
create trigger session_names_its_record before insert on session for each row execute function refuse_session_without_record();
create trigger session_seen_only_later before update on session for each row
  when (new.last_seen_at < old.last_seen_at) execute function refuse_change('last_seen_at');

-- TYC3-1: who leaves, moves or gets another role is signed out in that very transaction.
create function end_sessions_of_changed() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update session set ended_at = greatest(broker_now(), created_at), end_cause = 'person_changed'
   where person_id = new.id and ended_at is null;
  return null;
end $$;
revoke execute on function end_sessions_of_changed() from public;
create trigger person_change_ends_sessions after update on person for each row
  when (old.role is distinct from new.role or old.organization_id is distinct from new.organization_id
     or old.left_at is distinct from new.left_at or old.joined_at is distinct from new.joined_at)
  execute function end_sessions_of_changed();

-- ---------------------------------------------------------------- identity providers
create table person_identity (
  id            text primary key check (id ~ '^pi_'),
  provider      text not null check (provider ~ '^[a-z][a-z0-9-]{0,39}$'),
  subject       text not null check (length(subject) between 1 and 255),
  person_id     text not null references person,
  registered_at timestamptz(3) not null default broker_now(),
  retired_at    timestamptz(3),
  change_id     text references change
);
create unique index person_identity_subject on person_identity (provider, subject) where retired_at is null;
create unique index person_identity_person on person_identity (person_id, provider) where retired_at is null;
comment on table person_identity is 'Whom a provider means by a subject; by two persons. Never by an address or a name, which change hands.';
create trigger person_identity_version after insert or update on person_identity for each row execute function keep_version('person_identity');
create constraint trigger person_identity_added_by_two after insert on person_identity deferrable initially deferred for each row
  execute function refuse_without_two_persons('person_identity');
create constraint trigger person_identity_changed_by_two after update on person_identity deferrable initially deferred for each row
  execute function refuse_without_two_persons('person_identity');
create trigger person_identity_retirement_is_final before update on person_identity for each row
  when (old.retired_at is not null) execute function refuse_change('retired_at');
create trigger person_identity_is_registered before insert on person_identity for each row execute function keep_registration();
create function end_sessions_of_identity() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update session set ended_at = greatest(broker_now(), created_at), end_cause = 'identity_retired'
   where person_id = new.person_id and provider = new.provider and ended_at is null;
  return null;
end $$;
revoke execute on function end_sessions_of_identity() from public;
create trigger person_identity_end_ends_sessions after update on person_identity for each row
  when (old.retired_at is null and new.retired_at is not null) execute function end_sessions_of_identity();

create table sign_in_attempt (
  state_hash    bytea primary key,
  browser_hash  bytea not null,
  provider      text not null,
  nonce         text not null,
  code_verifier text not null,
  is_step_up    boolean not null,
  session_id    text references session (id),
  return_to     text not null check (length(return_to) between 1 and 500),
  created_at    timestamptz(3) not null,
  expires_at    timestamptz(3) not null,
  constraint sign_in_attempt_is_short check (expires_at <= created_at + interval '10 minutes')
);
create index sign_in_attempt_expires_at on sign_in_attempt (expires_at);
comment on table sign_in_attempt is 'On the way to a provider and back, once: taken out at the return, and dead after ten minutes';
comment on column sign_in_attempt.browser_hash is 'SHA-256 of the cookie of the browser that began: another browser cannot end it';
comment on column sign_in_attempt.session_id is 'The session of this browser: a proof of presence replaces it, a sign-in ends it';

create table logout_notice (
  provider   text not null,
  jti        text not null check (length(jti) between 1 and 255),
  expires_at timestamptz(3) not null,
  primary key (provider, jti)
);
create index logout_notice_expires_at on logout_notice (expires_at);
comment on table logout_notice is 'Each logout token once (OpenID Connect Back-Channel Logout)';

-- ---------------------------------------------------------------- who may touch what
revoke update (stepped_up_at) on session from kashikagi_app;
grant update (last_seen_at, end_cause) on session to kashikagi_app;
grant select, insert on person_identity to kashikagi_app;
grant update (retired_at, change_id) on person_identity to kashikagi_app;
grant select, insert, delete on sign_in_attempt, logout_notice to kashikagi_app;
grant select on person_identity to kashikagi_auditor;
