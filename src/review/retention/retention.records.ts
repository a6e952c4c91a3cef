import { recordType } from '../../ledger/record.js';

export const HOLD_PLACED = recordType<{ hold: string; reason: string }>('legal_hold.placed', {
  hold: 'public',
  reason: 'public',
});
export const HOLD_RELEASED = recordType<{ hold: string; change: string; reason: string }>(
  'legal_hold.released',
  { hold: 'public', change: 'public', reason: 'public' },
);

/**
 * That two persons let a month go, and which positions of the tree have no payload any more. The verifier takes a
 * missing payload for purged only when such a record names it; so no purge ever takes one (migrations/0008).
 * `ranges` are first and last positions; `part` of `parts`, since a record holds a bounded number of them. `first_leaf` is
 * the leaf of the first of these positions: a log that follows another shifts them all, and by it they are found again.
 */
export const RECORDS_PURGED = recordType<{
  purge: string;
  month: string;
  retention_years: number;
  change: string;
  proposed_by: string;
  confirmed_by: string;
  reason: string;
  dropped: number;
  ids_digest: string;
  stamped_size: number;
  on_hold: readonly string[];
  part: number;
  parts: number;
  first_leaf: string;
  ranges: readonly (readonly number[])[];
}>('records.purged', {
  purge: 'public',
  month: 'public',
  retention_years: 'public',
  change: 'public',
  proposed_by: 'public',
  confirmed_by: 'public',
  reason: 'public',
  dropped: 'public',
  ids_digest: 'public',
  stamped_size: 'public',
  on_hold: 'public',
  part: 'public',
  parts: 'public',
  first_leaf: 'public',
  ranges: 'public',
});
