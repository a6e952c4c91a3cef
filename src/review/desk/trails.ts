import type { TrailLine } from './trails.dto.js';
import type { TrailRow } from './trails.repository.js';

const DAY_MS = 86_400_000;

/** A day of Japan, which has no summer time: [00:00, 24:00) at +09:00. Undefined for a day that its month has not. */
export function dayOf(date: string): { from: Date; to: Date } | undefined {
  const from = new Date(`${date}T00:00:00+09:00`);
  const isDay =
    !Number.isNaN(from.getTime()) && new Date(from.getTime() + DAY_MS * 0.375).toISOString().startsWith(date);
  return isDay ? { from, to: new Date(from.getTime() + DAY_MS) } : undefined;
}

export const lineOf = (row: TrailRow): TrailLine => ({ ...row, at: row.at.toISOString() });
