import { COMPARED, type Table, type Told } from './expected.js';
import type { Finding, Resource } from './finding.js';

/** A row as PostgreSQL writes it in JSON: times as text, numbers as numbers. */
export type ActualRow = Readonly<Record<string, unknown>>;

/** Whose finding a row of each table is. */
const RESOURCES: Record<Exclude<Table, 'incident'>, Resource> = {
  declaration: 'declaration',
  support_call: 'support_call',
  nomination: 'nomination',
  access_grant: 'grant',
  credential: 'credential',
};

/** What is told equals what stands there; an instant is compared as an instant, an object member by member. */
export function same(told: Told, actual: unknown): boolean {
  if (told instanceof Date) return typeof actual === 'string' && told.getTime() === Date.parse(actual);
  if (Array.isArray(told)) {
    return (
      Array.isArray(actual) &&
      actual.length === told.length &&
      (told as Told[]).every((one, index) => same(one, actual[index]))
    );
  }
  if (typeof told === 'object' && told !== null) {
    if (typeof actual !== 'object' || actual === null) return false;
    const [said, found] = [told as Record<string, Told>, actual as Record<string, unknown>];
    return [...new Set([...Object.keys(said), ...Object.keys(found)])].every((name) =>
      same(said[name] ?? null, found[name] ?? null),
    );
  }
  return told === actual;
}

/** The columns of one row that differ from what its records say. A member that a record does not tell is not compared. */
function differing(table: Table, told: Record<string, Told>, actual: ActualRow): string[] {
  return COMPARED[table].filter(
    (column) => told[column] !== undefined && !same(told[column], actual[column] ?? null),
  );
}

/**
 * Rows of one table against what the records say, batch by batch; what no row answers to is asked at the end.
 */
export class TableComparison {
  private readonly met = new Set<string>();
  compared = 0;

  constructor(
    private readonly table: Table,
    private readonly told: ReadonlyMap<string, Record<string, Told>>,
    private readonly found: (finding: Finding) => void,
    /** The row's records may have gone with a purge, and nothing can live on it any more. */
    private readonly isBeyondRecords: (actual: ActualRow) => boolean = () => false,
  ) {}

  /** → whether it was compared */
  take(id: string, actual: ActualRow): boolean {
    this.met.add(id);
    if (this.isBeyondRecords(actual)) return false;
    this.compared += 1;
    const told = this.told.get(id);
    const whats = told === undefined ? ['no_record'] : differing(this.table, told, actual);
    for (const what of whats) this.note(id, told ?? actual, what);
    return true;
  }

  /** Rows that the records made and that are gone. */
  end(): void {
    for (const [id, told] of this.told) if (!this.met.has(id)) this.note(id, told, 'no_row');
  }

  /** An incident freezes a field for everyone: what is wrong with one keeps its field frozen. */
  private note(id: string, row: Readonly<Record<string, unknown>>, what: string): void {
    if (this.table === 'incident')
      this.found({ type: 'field', id: String(row['field_id']), what: `incident ${id}: ${what}` });
    else this.found({ type: RESOURCES[this.table], id, what });
  }
}
