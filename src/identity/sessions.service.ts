import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { Settings } from '../config/settings.js';
import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { newId } from '../contract/ids.js';
import { pageOf, type Page, type PageQuery } from '../contract/page.js';
import { Database, type Tx } from '../database/database.js';
import { changeOnce } from '../database/once.js';
import { Ledger } from '../ledger/ledger.js';
import { SIGNED_IN, SIGNED_OUT } from './identity.records.js';
import { SESSION_HOURS, type EndCause, type SignIn } from './session.js';
import { SessionsRepository, type ListedSession, type SessionRow } from './sessions.repository.js';

const SEEN_EVERY_MS = 60_000;

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

export interface StartedSession {
  id: string;
  /** For the cookie, and nowhere else: only its hash is kept. */
  token: string;
  expiresAt: Date;
  personId: string;
}

@Injectable()
export class SessionsService {
  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly sessions: SessionsRepository,
    private readonly ledger: Ledger,
  ) {}

  /**
   * A session for somebody whom a way of signing in has recognised; with `replaces`, in the place of that one, whose
   * token is dead with the commit. Errors: `unknown_person` (left, or not on the roster), `not_signed_in` (the replaced
   * session is not live, or of somebody else).
   */
  start(signIn: SignIn): Promise<StartedSession> {
    return this.database.transaction('none', (tx) => this.startIn(tx, signIn));
  }

  /** The same within a transaction, for a way of signing in that has rows of its own to write. */
  async startIn(tx: Tx, signIn: SignIn): Promise<StartedSession> {
    const person = await this.sessions.person(tx, signIn.personId);
    if (!person) throw new DomainError('unknown_person');
    const id = newId('session');
    const token = randomBytes(32).toString('base64url');
    const expiresAt = await this.endOf(tx, signIn);
    const ends = signIn.ends !== undefined && (await this.sessions.end(tx, signIn.ends, 'rotated'));
    const [record] = await this.ledger.append(tx, {
      type: SIGNED_IN,
      subject: { personId: signIn.personId, organizationId: person.organization_id },
      details: {
        session: id,
        method: signIn.method,
        provider: signIn.provider ?? null,
        stepped_up: signIn.steppedUp,
        replaces: signIn.replaces ?? null,
        ends: ends ? (signIn.ends ?? null) : null,
        without_identity_provider: signIn.method === 'passkey',
      },
    });
    const recordId = record?.id ?? '';
    await this.sessions.start(tx, { ...signIn, id, tokenHash: hashOf(token), recordId, expiresAt }, person);
    return { id, token, expiresAt, personId: signIn.personId };
  }

  /**
   * The demonstration's sign-in: by name alone. Refused unless the service runs on its sample data and
   * listens on loopback; it counts as freshly stepped-up.
   */
  async startForDemonstration(personId: string, tokenBefore: string | undefined): Promise<StartedSession> {
    if (!this.settings.isDemonstration) throw new DomainError('demonstration_only');
    const before = tokenBefore === undefined ? undefined : await this.find(tokenBefore);
    return this.start({ personId, method: 'demonstration', steppedUp: true, ends: before?.session_id });
  }

  /**
   * The session behind a cookie, or nothing: unknown, ended, expired, idle, or its person is no longer who they were.
   * @param isSeen that a person is behind the call, so that it is not idle
   */
  async find(token: string, isSeen = true): Promise<SessionRow | undefined> {
    const hash = hashOf(token);
    const session = await this.sessions.live(hash, this.settings.sessionIdleMinutes);
    if (isSeen && session && session.now.getTime() - session.last_seen_at.getTime() >= SEEN_EVERY_MS) {
      await this.sessions.seen(hash);
    }
    return session;
  }

  /**
   * What a sign-in is answered with, or a question about the own session. Error: `not_signed_in`, where somebody has
   * ended it in between.
   */
  async shown(token: string): Promise<SessionRow> {
    const session = await this.find(token, false);
    if (!session) throw new DomainError('not_signed_in');
    return session;
  }

  /** The live sessions of a person; an officer may ask for somebody else's. */
  async list(caller: Caller, personId: string | undefined, query: PageQuery): Promise<Page<ListedSession>> {
    const asked = personId ?? caller.personId;
    if (asked !== caller.personId && caller.role !== 'officer') throw new DomainError('role_not_allowed');
    const rows = await this.sessions.page(asked, query, this.settings.sessionIdleMinutes);
    return pageOf(rows, query, (row) => ({ at: row.created_at, id: row.id }));
  }

  /** Ends the session of the cookie. */
  async signOut(caller: Caller): Promise<void> {
    await this.database.transaction('none', (tx) => this.endOwn(tx, caller, caller.sessionId, 'signed_out'));
  }

  /** Ends one of the caller's own; whose it is otherwise is nobody's business. */
  async endOne(caller: Caller, id: string): Promise<void> {
    await changeOnce(this.database, caller, 'none', async (tx) => {
      const isOwn = await this.sessions.lock(tx, id, caller.personId, this.settings.sessionIdleMinutes);
      if (!isOwn) throw new DomainError('not_found');
      await this.endOwn(tx, caller, id, 'ended_by_person');
    });
  }

  /** Every session of somebody, at once; saying it twice does no harm. → how many were open */
  async endAllOf(caller: Caller, personId: string): Promise<{ ended: number }> {
    return changeOnce(this.database, caller, 'none', async (tx) => {
      if (!(await this.sessions.isOnRoster(tx, personId))) throw new DomainError('not_found');
      const ended = await this.endAllIn(tx, personId, 'ended_by_officer', caller.personId);
      return { ended: ended.length };
    });
  }

  /** The same within a transaction of another room: a revoked passkey, a lost terminal. */
  async endAllIn(tx: Tx, personId: string, cause: EndCause, by: string | null): Promise<string[]> {
    const sessions = await this.sessions.endAll(tx, personId, cause);
    await this.ledger.append(tx, {
      type: SIGNED_OUT,
      subject: { personId },
      details: { sessions, cause, by },
    });
    return sessions;
  }

  /** A step-up ends what it replaces and lasts no longer than it would have. */
  private async endOf(tx: Tx, { replaces, personId }: SignIn): Promise<Date> {
    if (replaces === undefined) return new Date(tx.now.getTime() + SESSION_HOURS * 3_600_000);
    await this.sessions.rotates(tx);
    const until = await this.sessions.lock(tx, replaces, personId, this.settings.sessionIdleMinutes);
    if (!until) throw new DomainError('not_signed_in');
    await this.sessions.end(tx, replaces, 'rotated');
    return until;
  }

  private async endOwn(tx: Tx, caller: Caller, id: string, cause: EndCause): Promise<void> {
    if (!(await this.sessions.end(tx, id, cause))) return;
    const subject = { personId: caller.personId, organizationId: caller.organizationId };
    const details = { sessions: [id], cause, by: caller.personId };
    await this.ledger.append(tx, { type: SIGNED_OUT, subject, details });
  }
}
