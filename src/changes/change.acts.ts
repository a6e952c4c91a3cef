import type { Act } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import type { Code } from '../contract/codes.js';
import type { ChangeKind } from './change-kind.js';
import type { ChangeRow } from './changes.repository.js';

/** Whether it is for this person at all: the kind's own word, and without one not the compliance officer's. */
export function whyNotFor(kind: ChangeKind, { body }: ChangeRow, caller: Caller): Code | undefined {
  if (kind.whyNotFor !== undefined) return kind.whyNotFor(JSON.parse(body), caller);
  return caller.role === 'compliance_officer' ? 'role_not_allowed' : undefined;
}

/** 却下: what waits, by another person than the proposer. */
export function whyNotDecided(kind: ChangeKind, row: ChangeRow, caller: Caller, now: Date): Code | undefined {
  const refusal = whyNotFor(kind, row, caller);
  if (refusal !== undefined) return refusal;
  if (row.decision !== null) return 'change_decided';
  if (row.lapses_at <= now) return 'change_lapsed';
  return row.proposed_by === caller.personId ? 'same_person' : undefined;
}

/** 確認: the same, by whom the kind asks for. Whether the difference is still the one that was shown, `check` says. */
export function whyNotConfirmed(
  kind: ChangeKind,
  row: ChangeRow,
  caller: Caller,
  now: Date,
): Code | undefined {
  return whyNotDecided(kind, row, caller, now) ?? kind.whyNotConfirmedBy?.(JSON.parse(row.body), caller);
}

export function actsOn(kind: ChangeKind, row: ChangeRow, caller: Caller, now: Date): Act[] {
  const on = '/api/v1/changes/:id';
  return [
    { name: 'confirm', route: `POST ${on}/confirm`, whyNot: whyNotConfirmed(kind, row, caller, now) },
    { name: 'reject', route: `POST ${on}/reject`, whyNot: whyNotDecided(kind, row, caller, now) },
  ];
}
