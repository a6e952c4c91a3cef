import type { ActualRow } from './compare.js';
import type { Table } from './expected.js';

/** When a row was made, and from when on nothing can live on it: columns, or what the statement adds beside them. */
const LIFE: Record<Table, { from: string; until: string }> = {
  declaration: { from: 'declared_at', until: 'hard_end_at' },
  support_call: { from: 'called_at', until: 'declaration_ends_at' },
  nomination: { from: 'nominated_at', until: 'ends_at' },
  access_grant: { from: 'approved_at', until: 'ends_at' },
  credential: { from: 'issued_at', until: 'expires_at' },
  incident: { from: 'at', until: 'released_at' },
};

const instant = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN);

/**
 * Whether the records of a row may have gone with a purge: it is from before the end of the newest purged month, and it is
 * over. A row that could still give access is compared, however old it says it is.
 */
export function isBeyondRecords(table: Table, row: ActualRow, purgedBefore: Date | null, now: Date): boolean {
  if (purgedBefore === null) return false;
  const { from, until } = LIFE[table];
  return instant(row[from]) < purgedBefore.getTime() && instant(row[until]) <= now.getTime();
}

/** Half a year before its record may go at the earliest, a version is told again. */
const YOUNG_MS = 4.5 * 365.25 * 86_400_000;

export function isToBeToldAgain(toldAt: Date, now: Date): boolean {
  return now.getTime() - toldAt.getTime() > YOUNG_MS;
}
