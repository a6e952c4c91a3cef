import { recordType } from '../ledger/record.js';

/** An auditor's own reading is a record too. */
export const RECORDS_READ = recordType<{ filter: string; count: number }>('records.read', {
  filter: 'public',
  count: 'public',
});
