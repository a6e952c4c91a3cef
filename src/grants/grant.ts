import type { Code } from '../contract/codes.js';
import { whyNotInForce, type DeclarationFacts } from '../declarations/declaration.js';
import { mismatched, personFacts, whyNotEligible, type PersonFacts } from '../roster/eligibility.js';

/** Every fact that decides whether a grant is live, read at the instant of the decision (law 1). */
export interface GrantFacts extends DeclarationFacts, PersonFacts {
  grant_id: string;
  grant_person_id: string;
  starts_at: Date;
  ends_at: Date;
  acknowledged_at: Date | null;
  suspended_at: Date | null;
  resumed_at: Date | null;
  revoked_at: Date | null;
  handed_back_at: Date | null;
  organization_ended_at: Date | null;
  profile_retired_at: Date | null;
  /** The person is still of the organization that the grant was given to. */
  is_of_organization: boolean;
  /** The grant, or a row that it stands on, is not what the ledger says. */
  is_mismatched: boolean;
}

/** What the columns of `GrantFacts` are read from. */
export const GRANT_TABLES = `access_grant g
  join declaration d on d.id = g.declaration_id
  join person p on p.id = g.person_id
  join organization o on o.id = g.organization_id
  join field_profile fp on fp.id = g.field_profile_id`;

/** The columns of `GrantFacts`: a grant lives only while what it was given on goes on. */
export const GRANT_COLUMNS = `
  g.id as grant_id, g.person_id as grant_person_id, g.starts_at, g.ends_at, g.acknowledged_at, g.suspended_at,
  g.resumed_at, g.revoked_at, g.handed_back_at, d.declared_at, d.confirmed_at, d.hard_end_at, d.lifted_at,
  d.waits_for_confirmation, d.posture_level, o.ended_at as organization_ended_at, fp.retired_at as profile_retired_at,
  p.organization_id = g.organization_id as is_of_organization,${mismatched(`
    ('grant', g.id), ('credential', g.id), ('nomination', g.nomination_id), ('support_call', g.support_call_id),
    ('declaration', g.declaration_id), ('organization', g.organization_id), ('field_profile', g.field_profile_id),
    ('standing_plan', g.standing_plan_id),
    ('terminal', (select held.terminal_id from credential held where held.grant_id = g.id)),
    ('agreement', (select min(a.id) from entrustment_agreement a join mismatch n on n.resource_type = 'agreement'
                     and n.resource_id = a.id and n.cleared_at is null where a.organization_id = g.organization_id))`)}
    as is_mismatched,${personFacts('g.approved_at')}`;

/**
 * Why a grant is not live at `now`: all reasons, the one that a person should hear first in front.
 * Live iff there is none: declaration in force ∧ agreement valid ∧ person eligible ∧ starts ≤ now < ends ∧
 * acknowledged by that person ∧ not suspended, revoked, handed back. The area is checked with the supply point.
 */
export function whyNotLive(facts: GrantFacts, now: Date): Code[] {
  const declaration = whyNotInForce(facts, now);
  const reasons: [boolean, Code][] = [
    [facts.revoked_at !== null, 'revoked'],
    [facts.handed_back_at !== null, 'handed_back'],
    [isSuspended(facts), 'suspended'],
    [now >= facts.ends_at, 'expired'],
    [now < facts.starts_at, 'not_started'],
    [facts.organization_ended_at !== null && facts.organization_ended_at <= now, 'agreement_invalid'],
    [!facts.is_of_organization, 'person_left'],
    [facts.profile_retired_at !== null && facts.profile_retired_at <= now, 'profile_retired'],
    [!isAcknowledged(facts), 'not_acknowledged'],
  ];
  const own = reasons.filter(([applies]) => applies).map(([, code]) => code);
  // Last, since it ends nothing: whoever hears it would have access but for it.
  const mismatch: Code[] = facts.is_mismatched ? ['record_mismatch'] : [];
  const eligibility = whyNotEligible(facts, now);
  return [
    ...new Set([...(declaration === undefined ? [] : [declaration]), ...own, ...eligibility, ...mismatch]),
  ];
}

/** A suspension holds until it is resumed; nothing is cleared, so the later of the two instants counts. */
export function isSuspended({
  suspended_at,
  resumed_at,
}: Pick<GrantFacts, 'suspended_at' | 'resumed_at'>): boolean {
  return suspended_at !== null && (resumed_at === null || resumed_at < suspended_at);
}

/** 本人確認, given anew after a resumption. */
export function isAcknowledged({
  acknowledged_at,
  resumed_at,
}: Pick<GrantFacts, 'acknowledged_at' | 'resumed_at'>): boolean {
  return acknowledged_at !== null && (resumed_at === null || acknowledged_at >= resumed_at);
}

/** An end is final: nothing brings such a grant back (a suspension may be resumed, a start may come). */
export function hasEnded(facts: GrantFacts, now: Date): boolean {
  return (
    whyNotInForce(facts, now) !== undefined ||
    facts.revoked_at !== null ||
    facts.handed_back_at !== null ||
    now >= facts.ends_at
  );
}
