import { recordType } from '../ledger/record.js';
import type { VersionDigest } from './version-digests.js';

const proposal = { change: 'public', kind: 'public' } as const;
/** Which rows and which of their members is for everybody who audits; the values are of persons too, and sealed. */
export const PROPOSED = recordType<{
  change: string;
  kind: string;
  resources: readonly string[];
  members: readonly string[];
  body: string;
}>('change.proposed', { ...proposal, resources: 'public', members: 'public', body: 'sensitive' });
export const CONFIRMED = recordType<{
  change: string;
  kind: string;
  resource_type: string;
  resource_id: string;
  /** Every row that it wrote, as it stands since: by these the tables are compared with the ledger. */
  versions: readonly VersionDigest[];
}>('change.confirmed', {
  ...proposal,
  resource_type: 'public',
  resource_id: 'public',
  versions: 'public',
});
export const REJECTED = recordType<{ change: string; kind: string; reason: string | null }>(
  'change.rejected',
  {
    ...proposal,
    reason: 'public',
  },
);
