import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { Database } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { Settings } from '../config/settings.js';
import { SIGNED_IN, SIGNED_OUT } from './identity.records.js';
import { SessionsRepository, type SessionRow } from './sessions.repository.js';

const SESSION_HOURS = 12;

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

export interface StartedSession {
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
   * The demonstration's sign-in: by name alone. Refused unless the service runs on its sample data and
   * listens on loopback; it counts as freshly stepped-up.
   */
  async startForDemonstration(personId: string): Promise<StartedSession> {
    if (!this.settings.isDemonstration) throw new DomainError('demonstration_only');
    const person = await this.sessions.person(personId);
    if (!person) throw new DomainError('unknown_person');
    const token = randomBytes(32).toString('base64url');
    return this.database.transaction('none', async (tx) => {
      const expiresAt = new Date(tx.now.getTime() + SESSION_HOURS * 3_600_000);
      await this.sessions.start(tx, hashOf(token), personId, expiresAt);
      const subject = { personId, organizationId: person.organization_id };
      await this.ledger.append(tx, { type: SIGNED_IN, subject, details: { method: 'demonstration' } });
      return { token, expiresAt, personId };
    });
  }

  /** The session behind a cookie, or nothing: unknown, ended, expired, or its person has left. */
  async find(token: string): Promise<SessionRow | undefined> {
    return this.sessions.live(hashOf(token));
  }

  async end(caller: Caller, token: string): Promise<void> {
    await this.database.transaction('none', async (tx) => {
      if (!(await this.sessions.end(tx, hashOf(token)))) return;
      const subject = { personId: caller.personId, organizationId: caller.organizationId };
      await this.ledger.append(tx, { type: SIGNED_OUT, subject, details: {} });
    });
  }
}
