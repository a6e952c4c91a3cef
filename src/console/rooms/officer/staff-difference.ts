import type { Schemas } from '../../api/answers.js';
import type { FedPerson } from './staff-file.js';

export interface DifferenceLine {
  field: string;
  before: string | boolean | null;
  after: string | boolean;
}

export interface StaffDifference {
  added: number;
  changed: number;
  same: number;
  /** On the register of that company and not in the file: they stay as they are. */
  left: number;
  lines: DifferenceLine[];
}

type Person = Schemas['PersonView'];

const isSame = (before: unknown, after: unknown): boolean => {
  if (
    typeof before === 'string' &&
    typeof after === 'string' &&
    /^\d{4}-/.test(before) &&
    /^\d{4}-/.test(after)
  )
    return Date.parse(before) === Date.parse(after);
  return before === after;
};

/** What the file would change of the register: shown before anything is proposed; the service says it again, and decides. */
export function staffDifference(register: readonly Person[], people: readonly FedPerson[]): StaffDifference {
  const known = new Map(register.map((one) => [one.id, one as unknown as Record<string, unknown>]));
  const found: StaffDifference = { added: 0, changed: 0, same: 0, left: 0, lines: [] };
  for (const person of people) {
    const before = known.get(person.id);
    const lines = Object.entries(person)
      .filter(([name, value]) => name !== 'id' && !isSame(before?.[name], value))
      .map(([name, value]) => ({
        field: `${person.id}.${name}`,
        before: (before?.[name] ?? null) as DifferenceLine['before'],
        after: value,
      }));
    if (before === undefined) found.added += 1;
    else if (lines.length > 0) found.changed += 1;
    else found.same += 1;
    found.lines.push(...lines);
  }
  const inFile = new Set(people.map(({ id }) => id));
  found.left = register.filter(({ id, left_at: left }) => left === null && !inFile.has(id)).length;
  return found;
}
