import type { Caller } from '../contract/caller.js';
import type { Tx } from '../database/database.js';

/** What ends the grants that a plan no longer stands behind; the room above registers itself. */
export interface PlanNarrowing {
  /** In the confirmation's own transaction, after the plan's new state. */
  narrowed(tx: Tx, planId: string, confirmedBy: Caller): Promise<void>;
}
