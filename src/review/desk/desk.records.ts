import { recordType } from '../../ledger/record.js';

/** What an auditor read at the desk, written before it leaves: which page, about what, how much of it. */
export const DESK_READ = recordType<{ page: string; about: string; count: number }>('desk.read', {
  page: 'public',
  about: 'public',
  count: 'public',
});
export const TESTED_NEGATIVE = recordType<{
  person: string;
  live_grants: string[];
  tried_grant: string | null;
  outcomes: { target: string; refused: boolean; code: string | null; record_id: string | null }[];
}>('desk.negative_test', {
  person: 'public',
  live_grants: 'public',
  tried_grant: 'public',
  outcomes: 'public',
});
