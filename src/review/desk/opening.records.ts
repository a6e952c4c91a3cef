import { recordType } from '../../ledger/record.js';

/** Written before the values leave: who saw the sealed values of which record, and which two persons agreed to it. */
export const OPENED = recordType<{ opened: string; change: string; confirmed_by: string; reason: string }>(
  'record.opened',
  { opened: 'public', change: 'public', confirmed_by: 'public', reason: 'public' },
);
