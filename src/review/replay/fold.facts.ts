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
import { RECORDS_PURGED } from '../retention/retention.records.js';
import type { Expected } from './expected.js';
import { on, type Play } from './play.js';
import { ADOPTED, VERSIONS_TOLD_AGAIN } from './replay.records.js';
import type { Step } from './step.js';

export const versionKey = ({ type, id, version }: Omit<VersionDigest, 'digest'>): string =>
  `${type} ${id} ${version}`;

/** A record from before versions were told carries none: what was there then is adopted. */
function told(expected: Expected, { at }: Step, versions: readonly VersionDigest[] | undefined): void {
  for (const one of versions ?? []) expected.versions.set(versionKey(one), { digest: one.digest, at });
}

export const OF_FACTS: Play[] = [
  on(ADOPTED, (expected, step, { versions }) => {
    expected.adoptions += 1;
    // Only once: who adopts again would make anything right.
    if (expected.adoptions === 1) told(expected, step, versions);
  }),
  on(CONFIRMED, (expected, step, { versions }) => told(expected, step, versions)),
  on(TERMINAL_LOST, (expected, step, { versions }) => told(expected, step, versions)),
  on(BOOTSTRAPPED, (expected, step, { versions }) => told(expected, step, versions)),
  on(FIRST_PASSKEY_ENROLLED, (expected, step, { versions }) => told(expected, step, versions)),
  on(PASSKEY_REVOKED, (expected, step, { versions }) => told(expected, step, versions)),
  on(PASSKEY_SUSPENDED, (expected, step, { versions }) => told(expected, step, versions)),
  on(VERSIONS_TOLD_AGAIN, (expected, step, { versions }) => told(expected, step, versions)),
  on(RECORDS_PURGED, (expected, _step, { purge, ranges }) => {
    const entries = ranges.reduce((sum, [first = 0, last = -1]) => sum + last - first + 1, 0);
    expected.purged.set(purge, (expected.purged.get(purge) ?? 0) + entries);
  }),
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
