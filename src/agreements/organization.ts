import type { Facts } from '../changes/change.js';
import type { Code } from '../contract/codes.js';
import type { InputFault } from '../contract/domain-error.js';

export const ORGANIZATION_ID = /^[a-z][a-z0-9-]{1,39}$/;
export const ORGANIZATION_KINDS = ['utility', 'retailer', 'contractor', 'regulator'] as const;
export type OrganizationKind = (typeof ORGANIZATION_KINDS)[number];

/** 会社: a utility, a registered retailer, a contractor firm of either side, the regulator. */
export interface Organization {
  id: string;
  kind: OrganizationKind;
  name: string;
  is_affiliated: boolean;
  is_legally_separated: boolean;
  retailer_code: string | null;
  works_for: string[];
  ended_at: Date | null;
}

/** What the database says about a proposed organization. */
export interface OrganizationGround {
  is_code_taken: boolean;
  /** Named principals that are no utility or retailer in business. */
  strangers: string[];
  /** It would work for both sides, and employs people who hold more than an operator's role (類型C①). */
  has_administrators_of_both_sides: boolean;
}

/** What would be missing without it. */
export interface RetirementGround {
  is_needed: boolean;
  is_last_of_headquarters: boolean;
}

/** Those who lift and suspend must be there while there is something to lift. */
export function whyNotRetired(ground: RetirementGround | undefined): Code | undefined {
  if (ground?.is_needed !== false) return 'organization_needed';
  return ground.is_last_of_headquarters ? 'last_of_headquarters' : undefined;
}

/** What is wrong with it as such: members that only one kind has, and principals nobody knows. */
export function organizationFaults(
  before: Organization | undefined,
  after: Organization,
  ground: OrganizationGround,
): InputFault[] {
  const faults: InputFault[] = [];
  if (after.retailer_code !== null && after.kind !== 'retailer')
    faults.push({ pointer: '/retailer_code', detail: '小売電気事業者だけが持ちます' });
  if (after.works_for.length > 0 && after.kind !== 'contractor')
    faults.push({ pointer: '/works_for', detail: '委託先の会社だけが持ちます' });
  // A principal that went out of business later stays named until the firm itself is changed.
  const known = new Set(before?.works_for);
  after.works_for.forEach((id, index) => {
    if (ground.strangers.includes(id) && !known.has(id))
      faults.push({
        pointer: `/works_for/${index}`,
        detail: '登録された送配電または小売の会社ではありません',
      });
  });
  return faults;
}

/** What two persons agree to. */
export function organizationFacts(organization: Organization): Facts {
  const { kind, name, is_affiliated, is_legally_separated, retailer_code, works_for } = organization;
  return { kind, name, is_affiliated, is_legally_separated, retailer_code, works_for };
}
