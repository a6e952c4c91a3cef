import type { Tx } from '../database/database.js';
import type { SupportCallWithState } from '../declarations/support-calls.repository.js';
import type { NominationRow } from './nominations.repository.js';

/** What may approve a nomination in the instant in which it is made (常設計画); the room above registers itself. */
export interface InstantApproval {
  /** Could anything approve for this organization? Then the nomination stands in the queue of approvals. */
  isPossible(organizationId: string): Promise<boolean>;
  /** In the nomination's own transaction, after its record. Undefined: it waits for headquarters. */
  approve(
    tx: Tx,
    nomination: NominationRow,
    call: SupportCallWithState,
  ): Promise<{ planId: string; grants: { id: string; person_id: string }[] } | undefined>;
}
