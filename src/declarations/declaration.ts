import type { Code } from '../contract/codes.js';
import type { Policy } from '../config/policy.js';

/** The law's words for a disaster (災害対策基本法第2条第1号). 「その他」 is not among them, on purpose. */
export const HAZARD_TYPES = [
  '暴風', '竜巻', '豪雨', '豪雪', '洪水', '崖崩れ', '土石流', '高潮', '地震', '津波', '噴火', '地滑り', '大規模な火事', '爆発',
] as const; // prettier-ignore
/** The lowest posture is anticipatory: roster and briefing, no access. */
export const ANTICIPATORY: string = '警戒本部';
export const POSTURE_LEVELS = ['警戒本部', '非常災害対策本部', '非常災害対策総本部'] as const;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What decides whether a declaration is in force. */
export interface DeclarationFacts {
  declared_at: Date;
  confirmed_at: Date | null;
  hard_end_at: Date;
  lifted_at: Date | null;
  /** Opens only after two persons: one person's word has opened the area for its 30 minutes already. */
  waits_for_confirmation: boolean;
  posture_level: string;
}

/** Why a declaration is not in force at `now`, or nothing: derived, never stored (law 1). */
export function whyNotInForce(facts: DeclarationFacts, now: Date): Code | undefined {
  if (facts.lifted_at !== null) return 'lifted';
  if (now < facts.declared_at) return 'declaration_not_live';
  if (facts.posture_level === ANTICIPATORY) return 'anticipatory';
  if (now < facts.hard_end_at) {
    return facts.confirmed_at === null && facts.waits_for_confirmation
      ? 'declaration_unconfirmed'
      : undefined;
  }
  return facts.confirmed_at === null ? 'declaration_unconfirmed' : 'declaration_expired';
}

/** Why a declaration cannot be confirmed now, or nothing; one that waits for it is confirmed before it is in force. */
export function whyNotConfirmable(facts: DeclarationFacts, now: Date): Code | undefined {
  if (facts.lifted_at !== null) return 'lifted';
  return now < facts.hard_end_at ? undefined : 'declaration_unconfirmed';
}

/**
 * One person's word opens an area for 30 minutes in 24 hours, whatever these are cut into: lapsing, lifting early and
 * declaring again win nothing. When less than a minute is left, the declaration opens after two persons; the
 * second has the usual 30 minutes to confirm.
 * @param openedMs for how long unconfirmed declarations over the area were in force within the last 24 hours
 */
export function unconfirmedOpening(
  declaredAt: Date,
  expectedEndAt: Date,
  openedMs: number,
  policy: Policy,
): { hardEndAt: Date; waits: boolean } {
  const whole = policy.unconfirmedMinutes * MINUTE;
  const left = whole - openedMs;
  const waits = left < MINUTE;
  return {
    waits,
    hardEndAt: earlier(expectedEndAt, new Date(declaredAt.getTime() + (waits ? whole : left))),
  };
}

/** Confirmed: min(expected end, 72 hours after it was declared). */
export function hardEndConfirmed(declaredAt: Date, expectedEndAt: Date, policy: Policy): Date {
  return earlier(expectedEndAt, new Date(declaredAt.getTime() + policy.declarationHours * HOUR));
}

/** Why nothing can be asked for, answered or made narrower under a declaration now: it is not in force. */
export function whyNotOpen(facts: DeclarationFacts, now: Date): Code | undefined {
  return whyNotInForce(facts, now) === undefined ? undefined : 'declaration_not_live';
}

/** Why a declaration cannot be extended at all, or nothing; how far is another question. */
export function whyNotExtendable(facts: DeclarationFacts, now: Date): Code | undefined {
  return facts.confirmed_at === null ? 'not_confirmed_yet' : whyNotInForce(facts, now);
}

/** Why a declaration's area cannot grow, or nothing: one person's word does not widen what it opened. */
export function whyNotGrown(facts: DeclarationFacts, now: Date): Code | undefined {
  return facts.confirmed_at === null ? 'not_confirmed_yet' : whyNotOpen(facts, now);
}

/** Beyond this in total, the compliance officer is one of the two who extend. */
export function needsComplianceOfficer(declaredAt: Date, hardEndAt: Date, policy: Policy): boolean {
  return hardEndAt.getTime() - declaredAt.getTime() > policy.daysWithoutCompliance * 24 * HOUR;
}

/** Why a declaration cannot be extended to `hardEndAt`, or nothing. */
export function whyNotExtended(
  facts: DeclarationFacts,
  hardEndAt: Date,
  policy: Policy,
  now: Date,
): Code | undefined {
  const refusal = whyNotExtendable(facts, now);
  if (refusal !== undefined) return refusal;
  if (hardEndAt <= facts.hard_end_at) return 'extension_not_longer';
  const longest = facts.hard_end_at.getTime() + policy.extensionHours * HOUR;
  return hardEndAt.getTime() > longest ? 'extension_too_long' : undefined;
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other;
}
