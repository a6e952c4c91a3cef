import type { Act } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import type { Code } from '../contract/codes.js';
import { whyNotAnswered, type CallFacts } from '../declarations/support-call.js';
import type { Selves } from '../roster/selves.repository.js';

/** What decides whether a nomination can be decided, and by whom. */
export interface NominationFacts extends CallFacts {
  decision: string | null;
  nominated_by: string;
  ends_at: Date;
  results: readonly { person_id: string; verdict: string }[];
  declaration_declared_by: string;
  /** What its grants would stand on, beside the people, is not what the ledger says. */
  is_ground_mismatched: boolean;
}

/** 却下・取下げ: what nobody has decided. */
export function whyNotDecided({ decision }: Pick<NominationFacts, 'decision'>): Code | undefined {
  return decision === null ? undefined : 'nomination_decided';
}

/**
 * 承認. Law 5: the nominator does not approve, the approver is not nominated, the unconfirmed declarer waits. Whether each
 * person is still eligible is asked at the approval itself, of each.
 */
export function whyNotApproved(
  nomination: NominationFacts,
  { personId }: Caller,
  selves: Selves,
  now: Date,
): Code | undefined {
  const refusal = whyNotDecided(nomination) ?? whyNotAnswered(nomination, now);
  if (refusal !== undefined) return refusal;
  if (nomination.confirmed_at === null && nomination.declaration_declared_by === personId)
    return 'declarer_cannot_approve_unconfirmed';
  if (selves.has(nomination.nominated_by)) return 'nominator_cannot_approve';
  if (nomination.results.some((one) => selves.has(one.person_id))) return 'approver_nominated';
  if (nomination.ends_at <= now) return 'shift_over';
  if (nomination.results.every((one) => one.verdict !== 'eligible')) return 'nobody_eligible';
  return nomination.is_ground_mismatched ? 'record_mismatch' : undefined;
}

export function actsOn(nomination: NominationFacts, caller: Caller, selves: Selves, now: Date): Act[] {
  const on = '/api/v1/nominations/:id';
  const whyNot = whyNotDecided(nomination);
  return [
    { name: 'approve', route: `POST ${on}/approve`, whyNot: whyNotApproved(nomination, caller, selves, now) },
    { name: 'deny', route: `POST ${on}/deny`, whyNot },
    { name: 'withdraw', route: `POST ${on}/withdraw`, whyNot },
  ];
}
