import type { Shift } from './nomination.js';

const HOUR = 3_600_000;

/** 常設計画: people and seats that two persons agreed to beforehand, for one field profile. */
export interface StandingPlan {
  id: string;
  organization_id: string;
  field_profile_id: string;
  people: string[];
  seats: number;
  shift_hours_max: number;
  valid_from: Date;
  valid_until: Date;
  retired_at: Date | null;
}

/** What a nomination asks of a plan. */
export interface Asked {
  people: readonly string[];
  shift: Shift;
  field_profile_id: string;
  is_confirmed: boolean;
}

/**
 * Does this plan approve the whole nomination at `now`? All of it or nothing: what it does not cover waits for
 * headquarters. `seatsTaken`: grants of this plan that overlap the shift.
 */
export function covers(plan: StandingPlan, asked: Asked, seatsTaken: number, now: Date): boolean {
  const hours = (asked.shift.endsAt.getTime() - asked.shift.startsAt.getTime()) / HOUR;
  const named = new Set(plan.people);
  return (
    asked.is_confirmed &&
    plan.retired_at === null &&
    plan.valid_from <= now &&
    now < plan.valid_until &&
    plan.field_profile_id === asked.field_profile_id &&
    hours <= plan.shift_hours_max &&
    asked.shift.endsAt <= plan.valid_until &&
    asked.people.every((personId) => named.has(personId)) &&
    seatsTaken + asked.people.length <= plan.seats
  );
}

/** What two persons agree to, as they see it and as records keep it. */
export type PlanFacts = Omit<
  StandingPlan,
  'id' | 'field_profile_id' | 'valid_from' | 'valid_until' | 'retired_at'
> & {
  field_profile: string;
  valid_from: string;
  valid_until: string;
  retired_at: string | null;
};

export function factsOf(plan: StandingPlan): PlanFacts {
  return {
    organization_id: plan.organization_id,
    field_profile: plan.field_profile_id,
    people: plan.people,
    seats: plan.seats,
    shift_hours_max: plan.shift_hours_max,
    valid_from: plan.valid_from.toISOString(),
    valid_until: plan.valid_until.toISOString(),
    retired_at: plan.retired_at?.toISOString() ?? null,
  };
}

/** Does a change give more than before: more people, seats, hours or time? */
export function widens(before: StandingPlan, after: StandingPlan): boolean {
  const named = new Set(before.people);
  return (
    after.people.some((personId) => !named.has(personId)) ||
    after.seats > before.seats ||
    after.shift_hours_max > before.shift_hours_max ||
    after.valid_until > before.valid_until
  );
}
