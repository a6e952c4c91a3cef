import { recordType } from '../../ledger/record.js';
import type { ToldVersion } from './told-versions.js';

/** A key that a person has shown; it opens nothing yet. */
export const PASSKEY_SHOWN = recordType<{
  passkey: string;
  fingerprint: string;
  synced: boolean;
  label: string;
}>('passkey.shown', { passkey: 'public', fingerprint: 'public', synced: 'public', label: 'sensitive' });

/** By the code of `kashikagi bootstrap`, without the confirmation of others. */
export const FIRST_PASSKEY_ENROLLED = recordType<{
  passkey: string;
  fingerprint: string;
  label: string;
  versions: readonly ToldVersion[];
}>('passkey.first_enrolled', {
  passkey: 'public',
  fingerprint: 'public',
  label: 'sensitive',
  versions: 'public',
});
export const PASSKEY_REVOKED = recordType<{
  passkey: string;
  person: string;
  reason: string;
  ended_sessions: number;
  versions: readonly ToldVersion[];
}>('passkey.revoked', {
  passkey: 'public',
  person: 'public',
  reason: 'public',
  ended_sessions: 'public',
  versions: 'public',
});
/** Its counter went back: there are two of it. */
export const PASSKEY_SUSPENDED = recordType<{
  passkey: string;
  known_counter: number;
  shown_counter: number;
  ended_sessions: number;
  versions: readonly ToldVersion[];
}>('passkey.suspended', {
  passkey: 'public',
  known_counter: 'public',
  shown_counter: 'public',
  ended_sessions: 'public',
  versions: 'public',
});
/** Its signature was right, and it opened nothing. */
export const PASSKEY_REFUSED = recordType<{ passkey: string }>('passkey.refused', { passkey: 'public' });
