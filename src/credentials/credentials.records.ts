import { recordType } from '../ledger/record.js';

/** The token itself is a secret and is never kept; its id is enough to find it. */
export const ISSUED = recordType<{ jti: string; jkt: string; terminal: string; expires_at: string }>(
  'credential.issued',
  { jti: 'public', jkt: 'public', terminal: 'public', expires_at: 'public' },
);
export const RELEASED = recordType<{ jti: string; terminal: string; client: string | null }>(
  'credential.released',
  {
    jti: 'public',
    terminal: 'public',
    client: 'public',
  },
);
