import type { Facts } from '../changes/change.js';
import type { InputFault } from '../contract/domain-error.js';

/** What an agreement must settle (MECH-1); the column `is_complete` asks for each of them. */
export const CLAUSES = [
  'tasks',
  'confidentiality',
  'personal_data',
  'sub_contracting',
  'log_consent',
  'penalty',
  'no_group_sharing',
] as const;
/** 施行規則第33条の9 ①②③. */
export const LEGAL_GROUNDS = ['disaster', 'subsidiary', 'no_non_public_information'] as const;
/** 公募 or 随意 (FAIR-6). */
export const WAYS_OF_CHOOSING = ['public_call', 'negotiated'] as const;

/** 業務委託契約・協定 with a retailer. */
export interface Agreement {
  id: string;
  organization_id: string;
  number: string;
  valid_from: Date;
  valid_until: Date;
  ended_at: Date | null;
  clauses: string[];
  legal_ground: string;
  chosen_by: string;
  chosen_reason: string;
  sub_contracting_permitted: boolean;
  sub_contractors: string[];
}

/** What the database says about a proposed agreement. */
export interface AgreementGround {
  is_retailer: boolean;
  is_number_taken: boolean;
  /** Named sub-contractors that are no contractor firm in business. */
  strangers: string[];
}

export function agreementFaults(
  before: Agreement | undefined,
  after: Agreement,
  ground: AgreementGround,
  now: Date,
): InputFault[] {
  const faults: InputFault[] = [];
  const isMoved = before === undefined || after.valid_until.getTime() !== before.valid_until.getTime();
  // To end it now is a retirement, at the confirmation's instant.
  if (isMoved && (after.valid_until <= now || after.valid_until <= after.valid_from))
    faults.push({ pointer: '/valid_until', detail: '終わりは、始まりといまより後にしてください' });
  if (!after.sub_contracting_permitted && after.sub_contractors.length > 0)
    faults.push({ pointer: '/sub_contractors', detail: '再委託を認めない契約・協定には書けません' });
  // A firm that went out of business later stays named until the list itself is changed.
  const known = new Set(before?.sub_contractors);
  after.sub_contractors.forEach((id, index) => {
    if (ground.strangers.includes(id) && !known.has(id))
      faults.push({ pointer: `/sub_contractors/${index}`, detail: '登録された委託先の会社ではありません' });
  });
  return faults;
}

/** What two persons agree to. */
export function agreementFacts(agreement: Agreement): Facts {
  return {
    organization_id: agreement.organization_id,
    number: agreement.number,
    valid_from: agreement.valid_from.toISOString(),
    valid_until: agreement.valid_until.toISOString(),
    clauses: inOrder(agreement.clauses),
    is_complete: CLAUSES.every((clause) => agreement.clauses.includes(clause)),
    legal_ground: agreement.legal_ground,
    chosen_by: agreement.chosen_by,
    chosen_reason: agreement.chosen_reason,
    sub_contracting_permitted: agreement.sub_contracting_permitted,
    sub_contractors: agreement.sub_contractors,
  };
}

/** The checklist's order, in whatever order it was ticked. */
const inOrder = (clauses: readonly string[]): string[] =>
  CLAUSES.filter((clause) => clauses.includes(clause));
