import { Injectable } from '@nestjs/common';
import type { Caller } from '../../contract/caller.js';
import type { Code } from '../../contract/codes.js';
import { DomainError, invariant } from '../../contract/domain-error.js';
import { Database, type Tx } from '../../database/database.js';
import type { Ledger } from '../../ledger/ledger.js';
import { SessionBindings } from '../session-bindings.js';
import { SessionsService, type StartedSession } from '../sessions.service.js';
import { Ceremonies, type Answered } from './ceremonies.js';
import { isCloned, whyNotUsable, type CandidateRow } from './passkey.js';
import type { CeremonyView } from './passkeys.dto.js';
import { PASSKEY_REFUSED, PASSKEY_SUSPENDED } from './passkeys.records.js';
import { PasskeysRepository } from './passkeys.repository.js';
import type { ToldVersions } from './told-versions.js';

type Outcome = { session: StartedSession } | { code: Code; recordId: string | undefined };

/** Signing in, and proving presence, without the identity provider. A session of a passkey counts as stepped up. */
@Injectable()
export class PasskeySignInService {
  constructor(
    private readonly database: Database,
    private readonly passkeys: PasskeysRepository,
    private readonly ceremonies: Ceremonies,
    private readonly sessions: { service: SessionsService; bindings: SessionBindings },
    private readonly records: { ledger: Ledger; told: ToldVersions },
  ) {}

  options(): Promise<CeremonyView> {
    return this.ceremonies.request('sign_in', null);
  }

  async signIn(answer: unknown): Promise<StartedSession> {
    return this.use(await this.ceremonies.answered('sign_in', null, answer), undefined);
  }

  presenceOptions(caller: Caller): Promise<CeremonyView> {
    return this.ceremonies.request('presence', caller.personId);
  }

  /** Only with a passkey of one's own; the session of before ends with it. */
  async provePresence(caller: Caller, answer: unknown): Promise<StartedSession> {
    const answered = await this.ceremonies.answered('presence', caller.personId, answer);
    return this.use(answered, caller.sessionId);
  }

  /** What is refused here had a right signature, so it is recorded: the transaction commits, and then it is told. */
  private async use(answered: Answered, replaces: string | undefined): Promise<StartedSession> {
    const outcome = await this.database.transaction('none', async (tx): Promise<Outcome> => {
      const key = await this.passkeys.lock(tx, answered.key.id);
      invariant(key, 'a passkey is never deleted');
      const why = whyNotUsable(key, tx.now);
      if (why !== undefined) return this.refuse(tx, key, why);
      const known = Number(key.sign_count);
      if (isCloned(known, answered.counter)) return this.suspend(tx, key, known, answered.counter);
      await this.passkeys.keepUse(tx, key.id, answered.counter);
      const signIn = { personId: key.person_id, method: 'passkey' as const, steppedUp: true, replaces };
      const session = await this.sessions.service.startIn(tx, signIn);
      await this.sessions.bindings.bindPasskey(tx, session.id, key.id);
      return { session };
    });
    if ('session' in outcome) return outcome.session;
    const { code, recordId } = outcome;
    throw new DomainError(code, recordId === undefined ? {} : { recordId });
  }

  private async refuse(tx: Tx, key: CandidateRow, code: Code): Promise<Outcome> {
    const [record] = await this.records.ledger.append(tx, {
      type: PASSKEY_REFUSED,
      decision: 'refuse',
      code,
      subject: { personId: key.person_id, organizationId: key.organization_id },
      details: { passkey: key.id },
    });
    return { code, recordId: record?.id };
  }

  private async suspend(tx: Tx, key: CandidateRow, known: number, shown: number): Promise<Outcome> {
    const code: Code = 'passkey_cloned';
    invariant(await this.passkeys.suspend(tx, key.id), 'usable a moment ago');
    const ended = await this.sessions.bindings.endOfPasskey(tx, key.id, null);
    const versions = await this.records.told.ofNewest(tx, 'passkey', key.id);
    const [record] = await this.records.ledger.append(tx, {
      type: PASSKEY_SUSPENDED,
      code,
      subject: { personId: key.person_id, organizationId: key.organization_id },
      details: {
        passkey: key.id,
        known_counter: known,
        shown_counter: shown,
        ended_sessions: ended,
        versions,
      },
    });
    return { code, recordId: record?.id };
  }
}
