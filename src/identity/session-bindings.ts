import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { SIGNED_OUT } from './identity.records.js';
import { SessionBindingsRepository, type EndedSession } from './session-bindings.repository.js';
import type { EndCause } from './session.js';

/** What a session ends with beside its person: the passkeys that it stands on, and the terminals it was used at. */
@Injectable()
export class SessionBindings {
  constructor(
    private readonly bindings: SessionBindingsRepository,
    private readonly ledger: Ledger,
  ) {}

  bindPasskey(tx: Tx, sessionId: string, passkeyId: string): Promise<void> {
    return this.bindings.bindPasskey(tx, sessionId, passkeyId);
  }

  bindTerminal(tx: Tx, sessionId: string, terminalId: string): Promise<void> {
    return this.bindings.bindTerminal(tx, sessionId, terminalId);
  }

  /** @param by who revoked it; null: it was found to be there twice → how many sessions ended */
  async endOfPasskey(tx: Tx, passkeyId: string, by: string | null): Promise<number> {
    return this.record(tx, await this.bindings.endOfPasskey(tx, passkeyId), 'passkey_revoked', by);
  }

  async endOfTerminal(tx: Tx, terminalId: string, by: string): Promise<number> {
    return this.record(tx, await this.bindings.endOfTerminal(tx, terminalId), 'terminal_lost', by);
  }

  private async record(
    tx: Tx,
    ended: readonly EndedSession[],
    cause: EndCause,
    by: string | null,
  ): Promise<number> {
    const people = new Set(ended.map((one) => one.person_id));
    for (const personId of people) {
      const sessions = ended.filter((one) => one.person_id === personId).map(({ id }) => id);
      await this.ledger.append(tx, {
        type: SIGNED_OUT,
        subject: { personId },
        details: { sessions, cause, by },
      });
    }
    return ended.length;
  }
}
