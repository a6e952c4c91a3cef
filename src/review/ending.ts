import type { GrantFacts } from '../grants/grant.js';

/** Why a grant truly ended. A suspension, an expired training, a lost terminal is none: those may pass. */
export const CAUSES = {
  revoked: { ja: '取消', en: 'revoked' },
  handed_back: { ja: '返却', en: 'handed back' },
  lifted: { ja: '発令の解除', en: 'declaration lifted' },
  shift_ended: { ja: 'シフトの終了', en: 'shift over' },
  declaration_expired: { ja: '発令の期限', en: 'declaration expired' },
  declaration_lapsed: { ja: '発令が確認されず失効', en: 'declaration never confirmed' },
  person_left: { ja: '在籍の終了', en: 'person left' },
  organization_ended: { ja: '会社の登録の終了', en: 'organization ended' },
  profile_retired: { ja: '項目プロファイルの廃止', en: 'field profile retired' },
  agreement_ended: { ja: '契約・協定の終了', en: 'agreement ended' },
} as const satisfies Record<string, { ja: string; en: string }>;
export type Cause = keyof typeof CAUSES;

export interface Ending {
  endedAt: Date;
  cause: Cause;
}

/**
 * When and why a grant ended, as of `now`: the earliest of its final causes, and of two at one instant the one that
 * stands first in `CAUSES`. Undefined while nothing final has happened, live or not.
 */
export function endingOf(facts: GrantFacts, now: Date): Ending | undefined {
  const isConfirmed = facts.confirmed_at !== null;
  const times: [Cause, Date | null][] = [
    ['revoked', facts.revoked_at],
    ['handed_back', facts.handed_back_at],
    ['lifted', facts.lifted_at],
    ['shift_ended', facts.ends_at],
    [isConfirmed ? 'declaration_expired' : 'declaration_lapsed', facts.hard_end_at],
    ['person_left', facts.left_at],
    ['organization_ended', facts.organization_ended_at],
    ['profile_retired', facts.profile_retired_at],
    ['agreement_ended', facts.agreement_until],
  ];
  let first: Ending | undefined;
  for (const [cause, endedAt] of times) {
    if (endedAt === null || endedAt > now) continue;
    if (first === undefined || endedAt < first.endedAt) first = { endedAt, cause };
  }
  return first;
}

export interface BrakeLimits {
  /** Ends by the clock alone that are nothing unusual in one run. */
  byClockAtMost: number;
  /** Of all open grants, the share beyond which so many ends at once are not believed. */
  shareAtMost: number;
}

/**
 * A clock that jumped, or a table that was tampered with, ends thousands at once: such ends are not closed before a
 * person has said by an act that they are meant. Nobody's access depends on it.
 */
export function isBraked(counted: { open: number; by_clock: number }, limits: BrakeLimits): boolean {
  return counted.by_clock > limits.byClockAtMost && counted.by_clock > limits.shareAtMost * counted.open;
}
