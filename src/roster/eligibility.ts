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
  /** How long the employer's complete agreement holds; null when there is none. */
  agreement_until: Date | null;
}

/** The columns of `PersonFacts`, from `person p`; $now is the instant of the decision. */
export const PERSON_FACTS = `
  p.role, p.left_at, p.training_valid_until, p.training_for is not distinct from p.employment as is_training_own, p.pledged_at,
  p.recertified_until, p.has_conflict,
  p.sales_duty_until + interval '90 days' as sales_barred_until,
  case when p.utility_staff_cleared then null else p.utility_staff_until + interval '1 year' end as utility_barred_until,
  (select max(least(a.valid_until, a.ended_at)) from entrustment_agreement a
    where a.organization_id = p.organization_id and a.is_complete and a.valid_from <= broker_now()) as agreement_until`;

const isOver = (until: Date | null, at: Date): boolean => until === null || until <= at;

/** Why a person may not support at the instant `at`; the first reason first, none = eligible. */
export function whyNotEligible(person: PersonFacts, at: Date): Code[] {
  const reasons: [boolean, Code][] = [
    [person.left_at !== null && person.left_at <= at, 'person_left'],
    [person.role !== 'operator', 'not_an_operator'],
    [isOver(person.agreement_until, at), 'agreement_invalid'],
    [isOver(person.training_valid_until, at), 'training_expired'],
    [!person.is_training_own, 'training_not_own'],
    [person.pledged_at === null || person.pledged_at > at, 'pledge_missing'],
    [isOver(person.recertified_until, at), 'not_recertified'],
    [person.has_conflict, 'conflict_flag'],
    [person.sales_barred_until !== null && Number(person.sales_barred_until) > at.getTime(), 'sales_duty'],
    [person.utility_barred_until !== null && person.utility_barred_until > at, 'recent_utility_staff'],
  ];
  return reasons.filter(([applies]) => applies).map(([, code]) => code);
}
