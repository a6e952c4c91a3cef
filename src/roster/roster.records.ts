import type { VersionDigest } from '../changes/version-digests.js';
import { recordType } from '../ledger/record.js';

/** Who was added and changed; member by member it stands in the change, and so in the record of its proposal. */
export const STAFF_FED = recordType<{
  change: string;
  feed_as_of: string | null;
  added: readonly string[];
  changed: readonly string[];
}>('staff.fed', { change: 'public', feed_as_of: 'public', added: 'public', changed: 'public' });
const person = { change: 'public', person: 'public' } as const;
export const PERSON_CHANGED = recordType<{ change: string; person: string; fields: readonly string[] }>(
  'person.changed',
  { ...person, fields: 'public' },
);
export const PERSON_LEFT = recordType<{ change: string; person: string }>('person.left', person);

export const TERMINAL_ENROLLED = recordType<{
  terminal: string;
  serial: string;
  custodian: string;
  room: string;
  jkt: string;
  /** Null: its key was brought along (demonstration). */
  window: string | null;
}>('terminal.enrolled', {
  terminal: 'public',
  serial: 'public',
  custodian: 'public',
  room: 'public',
  jkt: 'public',
  window: 'public',
});
const terminal = { change: 'public', terminal: 'public' } as const;
export const TERMINAL_CHANGED = recordType<{
  change: string;
  terminal: string;
  custodian: string;
  room: string;
  checked_out_to: string | null;
  room_entry_log: string | null;
}>('terminal.changed', {
  ...terminal,
  custodian: 'public',
  room: 'public',
  checked_out_to: 'public',
  room_entry_log: 'public',
});
export const TERMINAL_RETIRED = recordType<{ change: string; terminal: string }>(
  'terminal.retired',
  terminal,
);
/** One word makes a version too: its digest stands here, since there is no change that could carry it. */
export const TERMINAL_LOST = recordType<{
  terminal: string;
  reason: string;
  ended_sessions: number;
  versions: readonly VersionDigest[];
}>('terminal.lost', {
  terminal: 'public',
  reason: 'public',
  ended_sessions: 'public',
  versions: 'public',
});

/** Whom the house began with (`kashikagi bootstrap`): the rows that the owner wrote, without a change. */
export const BOOTSTRAPPED = recordType<{
  organization: string;
  officers: readonly string[];
  codes_until: string;
  organization_name: string;
  names: readonly string[];
  natural_person_keys: readonly string[];
  versions: readonly VersionDigest[];
}>('house.bootstrapped', {
  organization: 'public',
  officers: 'public',
  codes_until: 'public',
  organization_name: 'public',
  names: 'sensitive',
  natural_person_keys: 'sensitive',
  versions: 'public',
});

/** What the person has shown (`passkey.shown`) opens sessions from here. */
export const PASSKEY_ENROLLED = recordType<{
  passkey: string;
  person: string;
  fingerprint: string;
  change: string;
}>('passkey.enrolled', { passkey: 'public', person: 'public', fingerprint: 'public', change: 'public' });
const identity = { change: 'public', identity: 'public', person: 'public', provider: 'public' } as const;
export const IDENTITY_ADDED = recordType<{
  change: string;
  identity: string;
  person: string;
  provider: string;
  subject: string;
}>('person_identity.added', { ...identity, subject: 'sensitive' });
export const IDENTITY_RETIRED = recordType<{
  change: string;
  identity: string;
  person: string;
  provider: string;
}>('person_identity.retired', identity);
