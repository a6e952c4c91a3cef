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
  /** What the browser had until then. */
  ends: string | null;
  without_identity_provider: boolean;
}>('session.started', {
  session: 'public',
  method: 'public',
  provider: 'public',
  stepped_up: 'public',
  replaces: 'public',
  ends: 'public',
  without_identity_provider: 'public',
});
export const SIGNED_OUT = recordType<{ sessions: readonly string[]; cause: EndCause; by: string | null }>(
  'session.ended',
  { sessions: 'public', cause: 'public', by: 'public' },
);
/** The provider vouched for somebody, and nobody was signed in: the code says why. */
export const SIGN_IN_REFUSED = recordType<{ provider: string; subject: string }>('session.refused', {
  provider: 'public',
  subject: 'sensitive',
});
/** A provider's word that somebody signed out there (OpenID Connect Back-Channel Logout). */
export const PROVIDER_LOGOUT = recordType<{ provider: string; sessions: readonly string[] }>(
  'session.provider_logout',
  { provider: 'public', sessions: 'public' },
);
/** Any call of a signed-in caller that was refused outside the gate (law 2). */
export const REFUSED = recordType<{
  method: string;
  route: string;
  status: number;
  client?: string | undefined;
}>('api.refused', { method: 'public', route: 'public', status: 'public', client: 'public' });
/** More refusals of one caller within a minute than have a record each: how many, and by which codes. */
export const REFUSED_OFTEN = recordType<{
  client?: string | undefined;
  count: number;
  /** `code count`, each code once. */
  codes: readonly string[];
  /** The last refusal before them that has a record of its own. */
  first: string | null;
  since: string;
  until: string;
}>('api.refused_often', {
  client: 'public',
  count: 'public',
  codes: 'public',
  first: 'public',
  since: 'public',
  until: 'public',
});
