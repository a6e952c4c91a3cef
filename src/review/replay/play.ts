import type { Details, RecordType } from '../../ledger/record.js';
import type { Expected } from './expected.js';
import type { Step } from './step.js';

/** What a record of one type does to the rows. */
export interface Play {
  type: string;
  apply: (expected: Expected, step: Step) => void;
}

/** The details are those that the room declares for its record: a member that is renamed there fails to compile here. */
export function on<D extends Details>(
  { name }: RecordType<D>,
  apply: (expected: Expected, step: Step, details: D) => void,
): Play {
  return { type: name, apply: (expected, step) => apply(expected, step, step.details as D) };
}
