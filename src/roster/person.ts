import type { FactValue } from '../changes/change.js';

/** In a difference: the instant at which the second person confirms; known only then. */
export const AT_CONFIRMATION = 'at_confirmation';
/** A duty that lasts. */
export const ENDLESS = 'infinity';

export const DUTIES = [
  'call_response',
  'sales',
  'outbound',
  'receivables',
  'back_office',
  'network',
] as const;
const SALES_DUTIES: readonly string[] = ['sales', 'outbound', 'receivables'];
export const EMPLOYMENTS = ['employee', 'contractor'] as const;
export const ROLES_OF: Readonly<Record<string, readonly string[]>> = {
  utility: ['headquarters', 'officer', 'compliance_officer', 'auditor'],
  retailer: ['supervisor', 'operator'],
  regulator: ['regulator'],
};

/** What two persons decide about a person; times in ISO 8601, UTC. */
export interface PersonMembers {
  readonly [member: string]: FactValue;
  natural_person_key: string;
  role: string;
  name: string;
  employment: string;
  employer_id: string | null;
  duty: string;
  training_for: string | null;
  training_content_version: string | null;
  training_completed_at: string | null;
  training_valid_until: string | null;
  pledged_at: string | null;
  pledge_version: string | null;
  recertified_until: string | null;
  has_conflict: boolean;
  sales_duty_until: string | null;
  utility_staff_until: string | null;
  utility_staff_cleared: boolean;
  left_at: string | null;
}

const NOBODY_YET: PersonMembers = {
  natural_person_key: '',
  role: '',
  name: '',
  employment: '',
  employer_id: null,
  duty: 'call_response',
  training_for: null,
  training_content_version: null,
  training_completed_at: null,
  training_valid_until: null,
  pledged_at: null,
  pledge_version: null,
  recertified_until: null,
  has_conflict: false,
  sales_duty_until: null,
  utility_staff_until: null,
  utility_staff_cleared: false,
  left_at: null,
};
export const MEMBERS = Object.keys(NOBODY_YET);

const isTime = (member: string): boolean => member.endsWith('_until') || member.endsWith('_at');

/** The members of a row as PostgreSQL writes it to JSON, now or in an old version. */
export function membersOf(facts: Readonly<Record<string, unknown>>): PersonMembers {
  const members = MEMBERS.map((member) => {
    const value = facts[member] ?? null;
    const isInstant = isTime(member) && typeof value === 'string' && value !== ENDLESS;
    return [member, isInstant ? new Date(value).toISOString() : value];
  });
  return Object.fromEntries(members) as PersonMembers;
}

/** A row of the same natural person in another organization. */
export interface Kin {
  natural_person_key: string;
  organization_kind: string;
  /** End of the employment there; null while it lasts. */
  left_at: string | null;
  duty: string;
  sales_duty_until: string | null;
}

/** What a proposal says of a person; a member left out stays as it is. */
export type GivenMembers = Partial<PersonMembers>;

/**
 * The person after the proposal. Three members follow from the others, so that nobody can forget them: staff of
 * the organization itself have no employer beside it; a sales, outbound or receivables duty lasts until it is left;
 * and what the natural person did elsewhere (utility staff, sales duty) comes along.
 */
export function afterOf(
  before: PersonMembers | null,
  given: GivenMembers,
  kin: readonly Kin[],
): PersonMembers {
  const merged = { ...(before ?? NOBODY_YET), ...given, left_at: null };
  const atUtility = kin.filter((one) => one.organization_kind === 'utility').map((one) => one.left_at);
  const utilityUntil = latest(merged.utility_staff_until, ...atUtility);
  const isNewlyFromUtility = utilityUntil !== (before?.utility_staff_until ?? null) && atUtility.length > 0;
  return {
    ...merged,
    employer_id: merged.employment === 'contractor' ? merged.employer_id : null,
    sales_duty_until: salesDutyUntil(before, merged, kin),
    utility_staff_until: utilityUntil,
    // A clearance was for the time before: it does not cover another stay at the utility.
    utility_staff_cleared: isNewlyFromUtility
      ? given.utility_staff_cleared === true
      : merged.utility_staff_cleared,
  };
}

function salesDutyUntil(
  before: PersonMembers | null,
  merged: PersonMembers,
  kin: readonly Kin[],
): string | null {
  if (SALES_DUTIES.includes(merged.duty)) return ENDLESS;
  const elsewhere = kin.map((one) => (SALES_DUTIES.includes(one.duty) ? one.left_at : one.sales_duty_until));
  const isLeavingIt = before !== null && SALES_DUTIES.includes(before.duty);
  if (!isLeavingIt) return latest(merged.sales_duty_until, ...elsewhere);
  // Who left the organization left the duty with it.
  return before.left_at === null ? AT_CONFIRMATION : latest(before.left_at, ...elsewhere);
}

/** Of ISO times in UTC, which sort as text; `infinity` is after all of them. */
function latest(...times: (string | null)[]): string | null {
  return times.reduce((last, one) => (one !== null && (last === null || one > last) ? one : last), null);
}
