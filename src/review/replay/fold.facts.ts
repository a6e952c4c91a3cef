import { FIELD_RELEASED } from '../../agreements/agreements.records.js';
import { CONFIRMED } from '../../changes/changes.records.js';
import type { VersionDigest } from '../../changes/version-digests.js';
import { INCIDENT_REPORTED } from '../../lookups/lookups.records.js';
import {
  FIRST_PASSKEY_ENROLLED,
  PASSKEY_REVOKED,
  PASSKEY_SUSPENDED,
} from '../../identity/passkeys/passkeys.records.js';
import { BOOTSTRAPPED, TERMINAL_LOST } from '../../roster/roster.records.js';
import { ENDED } from '../endings.records.js';
import type { Expected } from './expected.js';
import { on, type Play } from './play.js';
import { ADOPTED } from './replay.records.js';

export const versionKey = ({ type, id, version }: Omit<VersionDigest, 'digest'>): string =>
  `${type} ${id} ${version}`;

/** A record from before versions were told carries none: what was there then is adopted. */
function told(expected: Expected, versions: readonly VersionDigest[] | undefined): void {
  for (const one of versions ?? []) expected.versions.set(versionKey(one), one.digest);
}

export const OF_FACTS: Play[] = [
  on(ADOPTED, (expected, _step, { versions }) => {
    expected.adoptions += 1;
    // Only once: who adopts again would make anything right.
    if (expected.adoptions === 1) told(expected, versions);
  }),
  on(CONFIRMED, (expected, _step, { versions }) => told(expected, versions)),
  on(TERMINAL_LOST, (expected, _step, { versions }) => told(expected, versions)),
  on(BOOTSTRAPPED, (expected, _step, { versions }) => told(expected, versions)),
  on(FIRST_PASSKEY_ENROLLED, (expected, _step, { versions }) => told(expected, versions)),
  on(PASSKEY_REVOKED, (expected, _step, { versions }) => told(expected, versions)),
  on(PASSKEY_SUSPENDED, (expected, _step, { versions }) => told(expected, versions)),
  on(INCIDENT_REPORTED, (expected, step, { incident, field }) => {
    expected.incident.set(incident, {
      at: step.at,
      field_id: field,
      declaration_id: step.declarationId,
      is_drill: step.isDrill,
      released_at: null,
      released_by_change: null,
    });
  }),
  on(FIELD_RELEASED, (expected, step, { incidents, change }) => {
    for (const id of incidents) {
      const row = expected.incident.get(id);
      if (row !== undefined) Object.assign(row, { released_at: step.at, released_by_change: change });
    }
  }),
  on(ENDED, (expected, step, { uses }) => {
    expected.closed.set(step.grantId ?? '', uses);
  }),
];
