/** 発令の時系列. Pure: how uses are put into a bounded number of buckets. */

const MINUTE_MS = 60_000;
const BUCKETS_MAX = 500;
/** Whoever tries after the end is refused, and that belongs to the picture. */
const AFTERMATH_MS = 60 * MINUTE_MS;

export interface Span {
  from: Date;
  minutesEach: number;
  count: number;
}

export interface DeclarationTimes {
  declared_at: Date;
  hard_end_at: Date;
  lifted_at: Date | null;
}

/** From the declaration to an hour after its end, or to now; in minutes, or wider where that would be too many. */
export function spanOf({ declared_at, hard_end_at, lifted_at }: DeclarationTimes, now: Date): Span {
  const end = Math.min(hard_end_at.getTime(), lifted_at?.getTime() ?? Infinity) + AFTERMATH_MS;
  const from = Math.floor(declared_at.getTime() / MINUTE_MS);
  const until = Math.floor(Math.min(end, now.getTime()) / MINUTE_MS);
  const minutes = until - from + 1;
  const minutesEach = Math.ceil(minutes / BUCKETS_MAX);
  return { from: new Date(from * MINUTE_MS), minutesEach, count: Math.ceil(minutes / minutesEach) };
}

export interface CountedBucket {
  bucket: number;
  permitted: number;
  refused: number;
}

/** A number for each bucket, also where nothing was. */
export function bucketsOf(
  { from, minutesEach, count }: Span,
  counted: readonly CountedBucket[],
): { from: string; minutes_each: number; permitted: number[]; refused: number[] } {
  const at = new Map(counted.map((one) => [one.bucket, one]));
  const numbers = (of: 'permitted' | 'refused'): number[] =>
    Array.from({ length: count }, (_, n) => at.get(n)?.[of] ?? 0);
  return {
    from: from.toISOString(),
    minutes_each: minutesEach,
    permitted: numbers('permitted'),
    refused: numbers('refused'),
  };
}
