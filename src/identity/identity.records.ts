import { recordType } from '../ledger/record.js';

export const SIGNED_IN = recordType<{ method: string }>('session.started', { method: 'public' });
export const SIGNED_OUT = recordType<Record<string, never>>('session.ended', {});
/** Any call of a signed-in caller that was refused outside the gate (law 2). */
export const REFUSED = recordType<{
  method: string;
  route: string;
  status: number;
  client?: string | undefined;
}>('api.refused', { method: 'public', route: 'public', status: 'public', client: 'public' });
