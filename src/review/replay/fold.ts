import type { Expected } from './expected.js';
import { OF_DECLARATIONS } from './fold.declarations.js';
import { OF_FACTS } from './fold.facts.js';
import { OF_GRANTS } from './fold.grants.js';
import type { Step } from './step.js';

const PLAYS = new Map(
  [...OF_DECLARATIONS, ...OF_GRANTS, ...OF_FACTS].map(({ type, apply }) => [type, apply] as const),
);

/** The types of the records that make rows, without those of drills. */
export const STEP_TYPES: readonly string[] = [...PLAYS.keys()];

/**
 * One step further. Steps come in the order of the tree: of two that change one row, the second was written by who had
 * waited for the first. A step about a row that no record made changes nothing, so the row itself is what is found.
 */
export function fold(expected: Expected, step: Step): void {
  PLAYS.get(step.type)?.(expected, step);
}
