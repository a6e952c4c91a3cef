import type { Findings } from './finding.js';

const DAY_MS = 86_400_000;
const JST_MS = 9 * 3_600_000;
/** Records are kept for five years from the day of use: nobody's purge comes sooner. */
const LEAST_YEARS = 5;

interface Purge {
  /** Where the record of the purge itself stands. */
  index: number;
  at: number;
  year: number;
  /** 1 to 12. */
  month: number;
  ranges: [number, number][];
  /** The leaf of the first of these positions, in base64. */
  firstLeaf: string;
  /** By how much the positions have moved since, in a log that follows another; unknown until that leaf is met. */
  shift: number | undefined;
}

/**
 * Of a package that claims to show every record: a payload that is not there is tampering, unless a record that is opened
 * in this very ledger says that it was purged. 13 bytes an entry are held.
 */
export class Completeness {
  private readonly shown: Uint8Array;
  private readonly times: Float64Array;
  private readonly purges: Purge[] = [];
  private readonly byLeaf = new Map<string, Purge[]>();
  /** Positions without a payload that a purge explains. */
  purged = 0;
  missing = 0;

  constructor(private readonly size: number) {
    this.shown = new Uint8Array(size);
    this.times = new Float64Array(size);
  }

  /** A record as it was shown; whether it opens its entry is seen later. */
  take(index: number, said: Readonly<Record<string, unknown>>, findings: Findings): void {
    this.times[index] = Date.parse(String(said['at']));
    if (said['type'] !== 'records.purged') return;
    const purge = readPurge(index, said);
    if (purge) {
      this.purges.push(purge);
      this.byLeaf.set(purge.firstLeaf, [...(this.byLeaf.get(purge.firstLeaf) ?? []), purge]);
    } else findings.add({ what: 'purge-form', index });
  }

  /** For every leaf of the tree in turn. */
  meet(index: number, leaf: Buffer): void {
    if (this.byLeaf.size === 0) return;
    for (const purge of this.byLeaf.get(leaf.toString('base64')) ?? []) {
      purge.shift = index - (purge.ranges[0]?.[0] ?? 0);
    }
  }

  open(index: number): void {
    this.shown[index] = 1;
  }

  check(findings: Findings): void {
    const { before, after } = this.neighbours();
    const explained = new Uint8Array(this.size);
    for (const purge of this.purges) {
      if (this.shown[purge.index] !== 1) continue;
      if (purge.at < endOf(purge, LEAST_YEARS)) findings.add({ what: 'purge-early', index: purge.index });
      else
        for (const range of purge.ranges) this.explain(purge, range, { before, after, explained }, findings);
    }
    for (let index = 0; index < this.size; index += 1) {
      if (this.shown[index] === 1) continue;
      if (explained[index] === 1) this.purged += 1;
      else {
        this.missing += 1;
        findings.add({ what: 'record-missing', index });
      }
    }
  }

  /**
   * The tree is in the order of time, within a day: what is shown next to a purged range was written about then. So no purge
   * of an old month explains what is missing of a young one.
   */
  private explain(
    purge: Purge,
    [from, to]: [number, number],
    found: { before: Int32Array; after: Int32Array; explained: Uint8Array },
    findings: Findings,
  ): void {
    const shift = purge.shift ?? this.size;
    const [first, last] = [from + shift, to + shift];
    const previous = this.timeAt(found.before[first]);
    const next = this.timeAt(found.after[last]);
    const isOfItsMonth =
      last < purge.index &&
      (previous === undefined || previous < endOf(purge, 0) + DAY_MS) &&
      (next === undefined || next >= beginOf(purge) - DAY_MS);
    if (isOfItsMonth) found.explained.fill(1, first, last + 1);
    else findings.add({ what: 'purge-range', index: purge.index, first, last });
  }

  /** Nothing for the first entry of all: a log that follows another begins with a record that names it. */
  private timeAt(index: number | undefined): number | undefined {
    return index === undefined || index < 1 || index >= this.size ? undefined : this.times[index];
  }

  /** For each position the nearest one before and behind it that was opened; −1 and the size: none. */
  private neighbours(): { before: Int32Array; after: Int32Array } {
    const before = new Int32Array(this.size);
    const after = new Int32Array(this.size);
    for (let index = 0, last = -1; index < this.size; index += 1) {
      before[index] = last;
      if (this.shown[index] === 1) last = index;
    }
    for (let index = this.size - 1, next = this.size; index >= 0; index -= 1) {
      after[index] = next;
      if (this.shown[index] === 1) next = index;
    }
    return { before, after };
  }
}

const beginOf = ({ year, month }: Purge): number => Date.UTC(year, month - 1, 1) - JST_MS;
/** The first instant after the month (Japan's time), so many years later. */
const endOf = ({ year, month }: Purge, years: number): number => Date.UTC(year + years, month, 1) - JST_MS;

function readPurge(index: number, { at, details }: Readonly<Record<string, unknown>>): Purge | undefined {
  const { month, ranges, first_leaf: firstLeaf } = (details ?? {}) as Record<string, unknown>;
  const parts = typeof month === 'string' ? /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) : null;
  const time = typeof at === 'string' ? Date.parse(at) : NaN;
  if (!parts || Number.isNaN(time) || typeof firstLeaf !== 'string') return undefined;
  if (!Array.isArray(ranges) || !ranges.every(isRange)) return undefined;
  return {
    index,
    at: time,
    year: Number(parts[1]),
    month: Number(parts[2]),
    ranges,
    firstLeaf,
    shift: undefined,
  };
}

function isRange(value: unknown): value is [number, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [first, last] = value as unknown[];
  return (
    Number.isSafeInteger(first) &&
    Number.isSafeInteger(last) &&
    Number(first) >= 0 &&
    Number(first) <= Number(last)
  );
}
