import type { JSX } from 'preact';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { StatusMark, type Tone } from '../../kit/status-mark.js';
import type { Column } from '../../kit/table.js';
import { s, word } from '../../screens/texts.js';
import { au } from './texts.js';

/** What a line of any list of records has. */
export interface Recorded {
  at: string;
  type: string;
  decision: string;
  code: string | null;
  person_id: string | null;
  organization_id: string | null;
  declaration_id: string | null;
  grant_id: string | null;
  supply_point_ref: string | null;
  details: unknown;
}

const TONES: Record<string, Tone> = { done: 'done', permit: 'done', refuse: 'stop' };

export function Decision({ of }: { of: Pick<Recorded, 'decision' | 'code'> }): JSX.Element {
  return (
    <>
      <StatusMark tone={TONES[of.decision] ?? 'done'}>{word(of.decision)}</StatusMark>
      {of.code !== null && <> {of.code}</>}
    </>
  );
}

/** 誰が・いつ・何を・どの発令で: the columns of every list of records. */
export function recordColumns<T extends Recorded>(idOf: (row: T) => string): Column<T>[] {
  const texts = au().records;
  return [
    { name: 'at', head: s().at, cell: (row) => <Link to={`/records/${idOf(row)}`}>{timeText(row.at)}</Link> },
    { name: 'type', head: texts.type, cell: (row) => typeName(row.type) },
    { name: 'decision', head: texts.decision, cell: (row) => <Decision of={row} /> },
    {
      name: 'person',
      head: s().person,
      cell: (row) => row.person_id && <Link to={`/people/${row.person_id}`}>{row.person_id}</Link>,
    },
    { name: 'organization', head: s().organization, cell: (row) => row.organization_id },
    {
      name: 'declaration',
      head: s().declaration,
      cell: (row) =>
        row.declaration_id && <Link to={`/declarations/${row.declaration_id}`}>{row.declaration_id}</Link>,
    },
    {
      name: 'point',
      head: texts.point,
      cell: (row) =>
        row.supply_point_ref && (
          <Link to={`/supply-points/${row.supply_point_ref}`}>{row.supply_point_ref}</Link>
        ),
    },
  ];
}

/** `use.lookup` in words, with its name beside: the name is what filters and exports know. */
export function typeName(type: string): string {
  const name = au().types[type];
  return name === undefined ? type : `${name} (${type})`;
}

/** The members of a record or of facts, one a line. */
export function Details({ of }: { of: unknown }): JSX.Element {
  const lines = typeof of === 'object' && of !== null ? Object.entries(of) : [];
  if (lines.length === 0) return <>{s().nothing}</>;
  return (
    <ul class="details">
      {lines.map(([name, value]) => (
        <li key={name}>
          {name}: {typeof value === 'string' ? value : JSON.stringify(value)}
        </li>
      ))}
    </ul>
  );
}
