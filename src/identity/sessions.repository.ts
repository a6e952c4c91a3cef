import { Injectable } from '@nestjs/common';
import type { Role } from '../contract/caller.js';
import type { PageQuery } from '../contract/page.js';
import { GuardDatabase, type Tx } from '../database/database.js';
import { aloneWithChains, shareChains } from './session-chains.js';
import type { EndCause, SignIn, SignInMethod } from './session.js';

export interface SessionPerson {
  person_id: string;
  name: string;
  role: Role;
  organization_id: string;
  organization_name: string;
  organization_kind: string;
}

/** A live session with its person, as of `now`. */
export interface SessionRow extends SessionPerson {
  session_id: string;
  method: SignInMethod;
  provider: string | null;
  stepped_up_at: Date | null;
  expires_at: Date;
  last_seen_at: Date;
  now: Date;
}

/** A row of the list: also of those that have ended. */
export interface ListedSession {
  id: string;
  person_id: string;
  method: SignInMethod;
  provider: string | null;
  created_at: Date;
  stepped_up_at: Date | null;
  last_seen_at: Date;
  expires_at: Date;
}

export interface NewSession extends SignIn {
  id: string;
  tokenHash: Buffer;
  recordId: string;
  expiresAt: Date;
}

const PERSON = `
  select p.id as person_id, p.name, p.role, p.organization_id, o.name as organization_name, o.kind as organization_kind
    from person p join organization o on o.id = p.organization_id
   where p.id = $1 and (p.left_at is null or p.left_at > broker_now()) and o.ended_at is null`;

/**
 * What makes a session live, for `s`, `p` and `o`; $1 is the idle time in minutes. A person who left, came back, moved or
 * has another role than at the sign-in has none, at once, whether or not the row was ended; nor does whoever is no longer
 * mapped at a provider on whose word the session stands, however presence was proved since.
 */
const IS_LIVE = `
  s.ended_at is null and s.expires_at > broker_now() and s.last_seen_at > broker_now() - make_interval(mins => $1::int)
  and (p.left_at is null or p.left_at > broker_now()) and p.joined_at <= s.created_at
  and (p.role, p.organization_id) = (s.role, s.organization_id) and o.ended_at is null
  and not exists (
    select from session_provider b where b.session_id = s.id and not exists (
      select from person_identity i
       where i.person_id = s.person_id and i.provider = b.provider and i.retired_at is null and i.registered_at <= s.created_at))`;

const FROM_SESSION = `from session s join person p on p.id = s.person_id join organization o on o.id = p.organization_id`;

const LIVE_SESSION = `
  select s.id as session_id, s.method, s.provider, s.stepped_up_at, s.expires_at, s.last_seen_at, broker_now() as now,
         p.id as person_id, p.name, p.role, p.organization_id, o.name as organization_name, o.kind as organization_kind
  ${FROM_SESSION} where s.token_hash = $2 and ${IS_LIVE}`;

/** Sessions are rows; only the hash of a cookie's token is kept. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly database: GuardDatabase) {}

  /** Somebody who may have a session now. */
  async person(tx: Tx, id: string): Promise<SessionPerson | undefined> {
    return tx.one(PERSON, [id]);
  }

  async isOnRoster(tx: Tx, id: string): Promise<boolean> {
    return (await tx.one(`select from person where id = $1`, [id])) !== undefined;
  }

  async live(tokenHash: Buffer, idleMinutes: number): Promise<SessionRow | undefined> {
    return this.database.one(LIVE_SESSION, [idleMinutes, tokenHash]);
  }

  /** Another request may be at it: then this one has nothing to add. An ending never waits for it. */
  async seen(tokenHash: Buffer): Promise<void> {
    await this.database.rows(
      `update session set last_seen_at = least(broker_now(), expires_at)
        where token_hash = (select token_hash from session
                             where token_hash = $1 and ended_at is null and last_seen_at < broker_now() for update skip locked)`,
      [tokenHash],
    );
  }

  async start(tx: Tx, session: NewSession, person: SessionPerson): Promise<void> {
    await tx.change(
      `insert into session (id, token_hash, person_id, organization_id, role, method, provider, provider_sid, provider_sub,
                            record_id, replaces, created_at, stepped_up_at, last_seen_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $12, $14)`,
      [
        session.id,
        session.tokenHash,
        person.person_id,
        person.organization_id,
        person.role,
        session.method,
        session.provider ?? null,
        session.providerSid ?? null,
        session.providerSub ?? null,
        session.recordId,
        session.replaces ?? null,
        tx.now,
        session.steppedUp ? tx.now : null,
        session.expiresAt,
      ],
    );
  }

  /** Before a session takes the place of another. */
  async rotates(tx: Tx): Promise<void> {
    await shareChains(tx);
  }

  /** The absolute end of a live session of this person, kept from ending twice; the next one lasts no longer. */
  async lock(tx: Tx, id: string, personId: string, idleMinutes: number): Promise<Date | undefined> {
    const row = await tx.one<{ expires_at: Date }>(
      `select s.expires_at ${FROM_SESSION} where s.id = $2 and s.person_id = $3 and ${IS_LIVE} for update of s`,
      [idleMinutes, id, personId],
    );
    return row?.expires_at;
  }

  async end(tx: Tx, id: string, cause: EndCause): Promise<boolean> {
    const ended = await tx.change(
      `update session set ended_at = $2, end_cause = $3 where id = $1 and ended_at is null`,
      [id, tx.now, cause],
    );
    return ended === 1;
  }

  /** → the ids of those that were open; expired ones count too, so that none is left. */
  async endAll(tx: Tx, personId: string, cause: EndCause): Promise<string[]> {
    await aloneWithChains(tx);
    const ended = await tx.rows<{ id: string }>(
      `update session set ended_at = $2, end_cause = $3 where person_id = $1 and ended_at is null returning id`,
      [personId, tx.now, cause],
    );
    return ended.map(({ id }) => id);
  }

  /**
   * Removes what has been over for a day and nothing else names: a session that replaced it, an attempt, a window. A chain of
   * rotations goes from its newest on, one a run. Two instances at once: each row goes once. → rows removed
   */
  async sweep(): Promise<number> {
    const [row] = await this.database.rows<{ removed: number }>(
      `with over as (
         select id from session s
          where least(s.ended_at, s.expires_at) < broker_now() - interval '1 day'
            and not exists (select from session later where later.replaces = s.id)
            and not exists (select from sign_in_attempt a where a.session_id = s.id)
            and not exists (select from terminal_window w where w.opened_in_session = s.id)
          for update skip locked),
       gone as (delete from session using over where session.id = over.id returning 1)
       select count(*)::integer as removed from gone`,
    );
    return row?.removed ?? 0;
  }

  /** The person's live sessions, newest first. */
  async page(personId: string, query: PageQuery, idleMinutes: number): Promise<ListedSession[]> {
    return this.database.rows(
      `select s.id, s.person_id, s.method, s.provider, s.created_at, s.stepped_up_at, s.last_seen_at, s.expires_at
       ${FROM_SESSION}
        where s.person_id = $2 and ${IS_LIVE} and (s.created_at, s.id) < ($3, $4)
        order by s.created_at desc, s.id desc limit $5`,
      [idleMinutes, personId, query.after.at, query.after.id, query.take],
    );
  }
}
