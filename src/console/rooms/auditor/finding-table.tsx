import type { JSX } from 'preact';
import type { Schemas } from '../../api/answers.js';
import { Link } from '../../kit/route.js';
import { StatusMark, type Tone } from '../../kit/status-mark.js';
import { Table, type Column } from '../../kit/table.js';
import { s, word } from '../../screens/texts.js';
import { au } from './texts.js';

export type Finding = Schemas['FindingView'];

const TONES: Record<string, Tone> = { open: 'wait', answered: 'wait', closed: 'done' };

export function FindingState({ of }: { of: Finding }): JSX.Element {
  if (of.overdue) return <StatusMark tone="stop">{au().findings.overdue}</StatusMark>;
  return <StatusMark tone={TONES[of.state] ?? 'done'}>{word(of.state)}</StatusMark>;
}

export const findingColumns = (): Column<Finding>[] => [
  {
    name: 'type',
    head: au().findings.type,
    cell: (row) => <Link to={`/findings/${row.id}`}>{au().findings.types[row.type] ?? row.type}</Link>,
  },
  { name: 'state', head: s().state, cell: (row) => <FindingState of={row} /> },
  { name: 'severity', head: au().findings.severity, cell: (row) => word(row.severity) },
  { name: 'owner', head: au().findings.owner, cell: (row) => row.owner_person_id },
  { name: 'due', head: au().findings.due, cell: (row) => row.due_date.replaceAll('-', '/') },
];

export function FindingTable({ caption, rows }: { caption: string; rows: readonly Finding[] }): JSX.Element {
  return <Table caption={caption} rows={rows} idOf={({ id }) => id} columns={findingColumns()} />;
}
