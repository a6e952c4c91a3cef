import type { Code } from '../contract/codes.js';
import { DomainError } from '../contract/domain-error.js';
import { whyNotEligible, type PersonFacts } from '../roster/eligibility.js';

const HOUR = 3_600_000;

export interface Shift {
  startsAt: Date;
  endsAt: Date;
}

interface ShiftLimits {
  hoursMax: number;
  expectedEndAt: Date;
}

/** The latest end that `shiftOf` accepts of a shift with this start. */
export function longestShiftEnd(startsAt: Date | undefined, limits: ShiftLimits, now: Date): Date {
  const start = startsAt === undefined || startsAt < now ? now : startsAt;
  return new Date(Math.min(start.getTime() + limits.hoursMax * HOUR, limits.expectedEndAt.getTime()));
}

/** A start in the past means now; the shift ends within its limit and before the declaration's expected end. */
export function shiftOf(
  asked: { startsAt: Date | undefined; endsAt: Date },
  limits: ShiftLimits,
  now: Date,
): Shift {
  const startsAt = asked.startsAt === undefined || asked.startsAt < now ? now : asked.startsAt;
  const { endsAt } = asked;
  if (endsAt <= startsAt) {
    const faults = [{ pointer: '/ends_at', detail: 'シフトの終わりは、始まりより後にしてください' }];
    throw new DomainError('invalid_input', { faults });
  }
  if (endsAt.getTime() - startsAt.getTime() > limits.hoursMax * HOUR) {
    throw new DomainError('shift_too_long', { values: { shift_hours_max: limits.hoursMax } });
  }
  if (endsAt > limits.expectedEndAt) {
    throw new DomainError('shift_not_in_declaration', {
      values: { expected_end_at: limits.expectedEndAt.toISOString() },
    });
  }
  return { startsAt, endsAt };
}

/** One name on the list: who it is, if anybody of that organization, and what already binds the person. */
export interface Candidate {
  person_id: string;
  person: (PersonFacts & { natural_person_key: string }) | null;
  /** Hours of grants of this natural person in this declaration so far. */
  hours_given: number;
  /** A grant of this natural person overlaps the shift; for a real shift, drills do not count (law 9). */
  has_other_grant: boolean;
  /** As of when the list of staff was last confirmed, of the organization and of the firm that employs the person. */
  staff_feed_at: Date | null;
  /** Employed by a firm that no valid agreement of the organization names (再委託). */
  is_sub_contractor_unnamed: boolean;
}

export interface Verdict {
  person_id: string;
  verdict: 'eligible' | 'refused';
  code?: Code;
}

export interface Limits {
  seatsLeft: number;
  hoursPerPerson: number;
  /** A list of staff that is older than this gives no new grants. */
  staffFeedSince: Date;
}

/**
 * A verdict for each name, in the order of the list; one bad name does not spoil the rest. An unknown person
 * and one of another organization get the same answer. Seats go to the eligible in the order of the list.
 */
export function verdictsOf(candidates: readonly Candidate[], shift: Shift, limits: Limits): Verdict[] {
  const hours = (shift.endsAt.getTime() - shift.startsAt.getTime()) / HOUR;
  const seen = new Set<string>();
  let seatsLeft = limits.seatsLeft;
  return candidates.map((candidate) => {
    const code = whyNot(candidate);
    if (candidate.person) seen.add(candidate.person.natural_person_key);
    if (code !== undefined) return { person_id: candidate.person_id, verdict: 'refused', code };
    seatsLeft -= 1;
    return { person_id: candidate.person_id, verdict: 'eligible' };
  });

  function whyNot(candidate: Candidate): Code | undefined {
    const { person, hours_given, has_other_grant, staff_feed_at: staffFeedAt } = candidate;
    if (person === null) return 'person_unknown';
    if (seen.has(person.natural_person_key)) return 'nominated_twice';
    const [reason] = whyNotEligible(person, shift.startsAt);
    if (reason !== undefined) return reason;
    if (staffFeedAt === null || staffFeedAt < limits.staffFeedSince) return 'staff_feed_stale';
    if (candidate.is_sub_contractor_unnamed) return 'sub_contractor_not_named';
    if (has_other_grant) return 'other_live_grant';
    if (hours_given + hours > limits.hoursPerPerson) return 'hours_exceeded';
    return seatsLeft <= 0 ? 'no_seat_left' : undefined;
  }
}
