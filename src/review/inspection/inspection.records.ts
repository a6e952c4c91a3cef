import { recordType } from '../../ledger/record.js';

/** Before the first file: what was handed out half is on record too. */
export const PACK_BEGUN = recordType<{ from: string; to: string; tree_size: number }>(
  'inspection_pack.begun',
  {
    from: 'public',
    to: 'public',
    tree_size: 'public',
  },
);

/** Made from the console of the machine: no person of the roster did it, whoever may sign in there. */
export const PACK_MADE = recordType<{ from: string; to: string; tree_size: number; manifest_sha256: string }>(
  'inspection_pack.made',
  { from: 'public', to: 'public', tree_size: 'public', manifest_sha256: 'public' },
);
