import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { aloneWithChains } from './session-chains.js';

export interface EndedSession {
  id: string;
  person_id: string;
}

/** The columns of `session` that say what it ends with. A step-up takes them along (a trigger). */
@Injectable()
export class SessionBindingsRepository {
  /** Beside those of before: revoking any of them ends it. */
  async bindPasskey(tx: Tx, sessionId: string, passkeyId: string): Promise<void> {
    await tx.change(
      `update session set passkey_ids = passkey_ids || $2::text where id = $1 and $2 <> all (passkey_ids)`,
      [sessionId, passkeyId],
    );
  }

  /** Once for each terminal, however often a credential is renewed there. */
  async bindTerminal(tx: Tx, sessionId: string, terminalId: string): Promise<void> {
    await tx.change(
      `update session set terminal_ids = terminal_ids || $2::text where id = $1 and $2 <> all (terminal_ids)`,
      [sessionId, terminalId],
    );
  }

  async endOfPasskey(tx: Tx, passkeyId: string): Promise<EndedSession[]> {
    await aloneWithChains(tx);
    return tx.rows(
      `update session set ended_at = $2, end_cause = 'passkey_revoked'
        where passkey_ids @> array[$1::text] and ended_at is null returning id, person_id`,
      [passkeyId, tx.now],
    );
  }

  async endOfTerminal(tx: Tx, terminalId: string): Promise<EndedSession[]> {
    await aloneWithChains(tx);
    return tx.rows(
      `update session set ended_at = $2, end_cause = 'terminal_lost'
        where terminal_ids @> array[$1::text] and ended_at is null returning id, person_id`,
      [terminalId, tx.now],
    );
  }
}
