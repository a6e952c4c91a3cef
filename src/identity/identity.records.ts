import { recordType } from '../ledger/record.js';
import type { EndCause, SignInMethod } from './session.js';

/** The row of the session names this record, and it names the row. */
export const SIGNED_IN = recordType<{
  session: string;
  method: SignInMethod;
  provider: string | null;
  stepped_up: boolean;
  /** The session that a step-up replaced. */
  replaces: string | null;
  without_identity_provider: boolean;
}>('session.started', {
  session: 'public',
  method: 'public',
  provider: 'public',
  stepped_up: 'public',
  replaces: 'public',
  without_identity_provider: 'public',
});
export const SIGNED_OUT = recordType<{ sessions: readonly string[]; cause: EndCause; by: string | null }>(
  'session.ended',
  { sessions: 'public', cause: 'public', by: 'public' },
);
/** Any call of a signed-in caller that was refused outside the gate (law 2). */
export const REFUSED = recordType<{
  method: string;
  route: string;
  status: number;
  client?: string | undefined;
}>('api.refused', { method: 'public', route: 'public', status: 'public', client: 'public' });
