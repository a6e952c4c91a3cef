import type { ActionView } from '../contract/actions.js';
import type { TerminalRow } from './terminals.repository.js';
import type { TerminalView } from './terminals.dto.js';

type Time = 'enrolled_at' | 'checked_out_at' | 'lost_at' | 'retired_at';

/** The row as an old version has it: times as text. */
export type TerminalFacts = Omit<TerminalRow, Time> & { enrolled_at: string } & Record<
    Exclude<Time, 'enrolled_at'>,
    string | null
  >;

export function rowOf(facts: TerminalFacts): TerminalRow {
  const time = (text: string | null): Date | null => (text === null ? null : new Date(text));
  return {
    ...facts,
    enrolled_at: new Date(facts.enrolled_at),
    checked_out_at: time(facts.checked_out_at),
    lost_at: time(facts.lost_at),
    retired_at: time(facts.retired_at),
  };
}

/** `seenAt` and `actions` are of now; of a past instant there are none. */
export function viewOf(row: TerminalRow, seenAt: Date | null, actions: ActionView[]): TerminalView {
  return {
    id: row.id,
    serial: row.serial,
    organization_id: row.organization_id,
    custodian_person_id: row.custodian_person_id,
    room: row.room_id,
    jkt: row.jkt,
    enrolled_at: row.enrolled_at.toISOString(),
    checked_out_to: row.checked_out_to,
    checked_out_at: row.checked_out_at?.toISOString() ?? null,
    room_entry_log_ref: row.room_entry_log_ref,
    last_seen_at: seenAt?.toISOString() ?? null,
    lost_at: row.lost_at?.toISOString() ?? null,
    retired_at: row.retired_at?.toISOString() ?? null,
    actions,
  };
}
