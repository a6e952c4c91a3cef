import type { Code } from '../contract/codes.js';

/** The facts of a person that decide whether they may support: read from the database, never remembered. */
export interface PersonFacts {
  role: string;
  left_at: Date | null;
  training_valid_until: Date | null;
  /** Contractors have their own training; that of the staff does not cover them (EDU-5). */
  is_training_own: boolean;
  pledged_at: Date | null;
  recertified_until: Date | null;
  has_conflict: boolean;
  /** The end of the 90 days after sales, outbound or receivables duty; Infinity while it lasts. */
  sales_barred_until: Date | number | null;
  utility_barred_until: Date | null;
  /** How long the organization's complete agreement holds; null when there is none. */
  agreement_until: Date | null;
  /** How long an agreement names the contractor firm; null when none does, Infinity for the organization's own staff. */
  sub_contractor_until: Date | number | null;
  /** The end of the contractor firm that employs the person. */
  employer_ended_at: Date | null;
  /** The row of the person, or of the firm that employs them, is not what the ledger says. */
  is_person_mismatched: boolean;
}

/**
 * Whether one of the named rows (`('grant', g.id), …`) is not what the ledger says. The table is empty as a rule: whether
 * it is costs one look for all rows of a statement.
 */
export const mismatched = (rows: string): string => `
  case when exists (select from mismatch where cleared_at is null)
    then exists (select from (values ${rows}) as one (type, id)
                   join mismatch m on m.resource_type = one.type and m.resource_id = one.id and m.cleared_at is null)
    else false end`;

const IS_CONTRACTOR = `p.employer_id is not null or p.employment = 'contractor'`;

/**
 * The columns of `PersonFacts`, from `person p`. What was given stands on what was so when it was given: an agreement that
 * was registered after the instant `givenAt` does not count for it, and who was brought back since then had left.
 */
export const personFacts = (givenAt: string): string => `
  p.role, case when p.joined_at > ${givenAt} then least(p.left_at, p.joined_at) else p.left_at end as left_at,
  p.training_valid_until, p.training_for is not distinct from p.employment as is_training_own, p.pledged_at,
  p.recertified_until, p.has_conflict,
  p.sales_duty_until + interval '90 days' as sales_barred_until,
  case when p.utility_staff_cleared then null else p.utility_staff_until + interval '1 year' end as utility_barred_until,
  (select max(least(a.valid_until, a.ended_at)) from entrustment_agreement a
    where a.organization_id = p.organization_id and a.is_complete and a.valid_from <= broker_now()
      and a.registered_at <= ${givenAt}) as agreement_until,
  case when ${IS_CONTRACTOR} then (
    select max(least(a.valid_until, a.ended_at)) from entrustment_agreement a
     where a.organization_id = p.organization_id and a.is_complete and a.valid_from <= broker_now()
       and a.registered_at <= ${givenAt} and a.sub_contracting_permitted and p.employer_id = any(a.sub_contractors))
    else 'infinity' end as sub_contractor_until,
  case when ${IS_CONTRACTOR} then (select e.ended_at from organization e where e.id = p.employer_id) end as employer_ended_at,
  ${mismatched(`('person', p.id), ('organization', p.employer_id)`)} as is_person_mismatched`;

/** Of somebody to whom something may be given now. */
export const PERSON_FACTS = personFacts('broker_now()');

const isOver = (until: Date | number | null, at: Date): boolean =>
  until === null || Number(until) <= at.getTime();

/** Why a person may not support at the instant `at`; the first reason first, none = eligible. */
export function whyNotEligible(person: PersonFacts, at: Date): Code[] {
  const reasons: [boolean, Code][] = [
    [person.left_at !== null && person.left_at <= at, 'person_left'],
    [person.role !== 'operator', 'not_an_operator'],
    [isOver(person.agreement_until, at), 'agreement_invalid'],
    [person.employer_ended_at !== null && person.employer_ended_at <= at, 'agreement_invalid'],
    [isOver(person.sub_contractor_until, at), 'sub_contractor_not_named'],
    [isOver(person.training_valid_until, at), 'training_expired'],
    [!person.is_training_own, 'training_not_own'],
    [person.pledged_at === null || person.pledged_at > at, 'pledge_missing'],
    [isOver(person.recertified_until, at), 'not_recertified'],
    [person.has_conflict, 'conflict_flag'],
    [person.sales_barred_until !== null && Number(person.sales_barred_until) > at.getTime(), 'sales_duty'],
    [person.utility_barred_until !== null && person.utility_barred_until > at, 'recent_utility_staff'],
    [person.is_person_mismatched, 'record_mismatch'],
  ];
  return [...new Set(reasons.filter(([applies]) => applies).map(([, code]) => code))];
}
