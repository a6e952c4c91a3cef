import type { Tx } from '../database/database.js';
import { ADVISORY_LOCKS } from '../database/locks.js';

/** Before a session takes the place of another: many may do so side by side. */
export async function shareChains(tx: Tx): Promise<void> {
  await tx.rows(`select pg_advisory_xact_lock_shared($1)`, [ADVISORY_LOCKS.sessionChains]);
}

/**
 * Before sessions are ended by what they stand on: waits for the step-ups under way, so that the next statement sees
 * what they have made. Without it, an UPDATE that waited for a rotated row finds that one ended, and its successor
 * is not in the statement's snapshot.
 */
export async function aloneWithChains(tx: Tx): Promise<void> {
  await tx.rows(`select pg_advisory_xact_lock($1)`, [ADVISORY_LOCKS.sessionChains]);
}
