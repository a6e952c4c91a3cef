import { recordType } from '../ledger/record.js';
import type { PlanFacts } from './standing-plan.js';

export const NOMINATED = recordType<{
  nomination: string;
  call: string;
  starts_at: string;
  ends_at: string;
  note: string;
  results: { person_id: string; verdict: string; code: string | null }[];
}>('nomination.made', {
  nomination: 'public',
  call: 'public',
  starts_at: 'public',
  ends_at: 'public',
  note: 'public',
  results: 'public',
});
export const DENIED = recordType<{ nomination: string; reason: string }>('nomination.denied', {
  nomination: 'public',
  reason: 'public',
});
export const WITHDRAWN = recordType<{ nomination: string }>('nomination.withdrawn', { nomination: 'public' });

export type PlanDetails = PlanFacts & { plan: string };
const PLAN_CLASSES = {
  plan: 'public',
  organization_id: 'public',
  field_profile: 'public',
  people: 'public',
  seats: 'public',
  shift_hours_max: 'public',
  valid_from: 'public',
  valid_until: 'public',
  retired_at: 'public',
} as const;
export const PLAN_ADDED = recordType<PlanDetails>('standing_plan.added', PLAN_CLASSES);
export const PLAN_CHANGED = recordType<PlanDetails>('standing_plan.changed', PLAN_CLASSES);
export const PLAN_RETIRED = recordType<PlanDetails>('standing_plan.retired', PLAN_CLASSES);
