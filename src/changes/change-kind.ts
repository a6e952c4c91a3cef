import type { Caller } from '../contract/caller.js';
import type { Code } from '../contract/codes.js';
import type { Tx } from '../database/database.js';
import type { DifferenceLine } from './change.js';

/** What a kind of change does when its second person confirms it; registered by the room that owns the facts. */
export interface ChangeKind<B = unknown> {
  readonly kind: string;
  readonly resourceType: string;
  /**
   * Why it is not for this person to decide, whatever its state; nothing: it is. Where a kind says nothing, it is for officers
   * and headquarters, and not for the compliance officer.
   */
  whyNotFor?(body: B, caller: Caller): Code | undefined;
  /** Why this person can reject it but not confirm it. */
  whyNotConfirmedBy?(body: B, caller: Caller): Code | undefined;
  /**
   * Refuses what could never be confirmed, and says what would change. Asked at the proposal and again at the
   * confirmation: what the second person saw is what takes effect, or nothing does.
   */
  check(tx: Tx, body: B, caller: Caller): Promise<DifferenceLine[]>;
  /** Takes effect, in the confirmation's transaction. → the id of what changed */
  apply(tx: Tx, body: B, changeId: string, confirmedBy: Caller): Promise<string>;
}
