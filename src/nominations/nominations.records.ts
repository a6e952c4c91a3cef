import { recordType } from '../ledger/record.js';

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
