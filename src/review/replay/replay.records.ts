import type { VersionDigest } from '../../changes/version-digests.js';
import { recordType } from '../../ledger/record.js';

/** What was here before the ledger: every version of master data of that moment, once for ever. */
export const ADOPTED = recordType<{ versions: readonly VersionDigest[] }>('house.adopted', {
  versions: 'public',
});

/** Versions that still stand, while the records that told them can still be read: what told them may be purged afterwards. */
export const VERSIONS_TOLD_AGAIN = recordType<{ versions: readonly VersionDigest[] }>('house.told_again', {
  versions: 'public',
});

const mismatch = {
  mismatch: 'public',
  resource_type: 'public',
  resource_id: 'public',
  what: 'public',
} as const;
type MismatchDetails = { mismatch: string; resource_type: string; resource_id: string; what: string };
/** Which row and which of its columns; what stands there is of persons too, and is not told. */
export const MISMATCH_FOUND = recordType<MismatchDetails>('mismatch.found', mismatch);
export const MISMATCH_CLEARED = recordType<MismatchDetails>('mismatch.cleared', mismatch);

export const REPLAY_MADE = recordType<{
  replay: string;
  occasion: string;
  tree_size: number;
  records: number;
  rows: number;
  found: number;
  cleared: number;
  open: number;
}>('replay.made', {
  replay: 'public',
  occasion: 'public',
  tree_size: 'public',
  records: 'public',
  rows: 'public',
  found: 'public',
  cleared: 'public',
  open: 'public',
});
