import type { PasskeyState, PasskeyView } from './passkeys.dto.js';
import { fingerprintOf, WAITING_HOURS } from './passkey.js';
import type { ListedRow } from './passkeys.repository.js';

const isoOf = (text: string | null | undefined): string | null =>
  text === null || text === undefined ? null : new Date(text).toISOString();

function stateOf({ facts, proven_at: shownAt }: ListedRow, at: Date): PasskeyState {
  if (facts === null)
    return shownAt.getTime() + WAITING_HOURS * 3_600_000 <= at.getTime() ? 'lapsed' : 'waiting';
  if (facts.revoked_at !== null) return 'revoked';
  return facts.suspended_at === null ? 'active' : 'suspended';
}

/** @param at the instant that was asked for */
export function viewOf(row: ListedRow, at: Date): PasskeyView {
  const { facts } = row;
  return {
    id: row.id,
    person_id: row.person_id,
    label: row.label,
    state: stateOf(row, at),
    fingerprint: fingerprintOf(row.public_key),
    is_synced: row.is_synced,
    shown_at: row.proven_at.toISOString(),
    enrolled_at: isoOf(facts?.enrolled_at),
    change_id: facts?.change_id ?? null,
    last_used_at: row.last_used_at?.toISOString() ?? null,
    revoked_at: isoOf(facts?.revoked_at),
    suspended_at: isoOf(facts?.suspended_at),
  };
}
