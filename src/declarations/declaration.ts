import type { Code } from '../contract/codes.js';
import type { Policy } from '../config/settings.js';

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

/** Unconfirmed, a declaration holds for 30 minutes at the most, or less if it was expected to end sooner. */
export function hardEndUnconfirmed(declaredAt: Date, expectedEndAt: Date, policy: Policy): Date {
  return earlier(expectedEndAt, new Date(declaredAt.getTime() + policy.unconfirmedMinutes * MINUTE));
}

/** Confirmed: min(expected end, 72 hours after it was declared). */
export function hardEndConfirmed(declaredAt: Date, expectedEndAt: Date, policy: Policy): Date {
  return earlier(expectedEndAt, new Date(declaredAt.getTime() + policy.declarationHours * HOUR));
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other;
}
