import { recordType } from '../../ledger/record.js';

/** Written before the first byte leaves. A supply point stands in the filter by its reference, never by its number. */
export const EXPORT_MADE = recordType<{
  filter: string;
  format: string;
  tree_size: number;
  rows: number;
  bytes: number;
  sha256: string;
}>('export.made', {
  filter: 'public',
  format: 'public',
  tree_size: 'public',
  rows: 'public',
  bytes: 'public',
  sha256: 'public',
});
