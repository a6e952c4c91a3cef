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

/** The day that it is in Japan. */
export const japaneseDay = (now: Date): string =>
  new Date(now.getTime() + DAY_MS * 0.375).toISOString().slice(0, 10);

/** A keyed reference. What has no letter is a number, of a supply point or a telephone: it goes nowhere, not even on record. */
export const isReference = (text: string): boolean => /^(?=.*[A-Za-z])[\w-]{22}$/.test(text);

export const lineOf = (row: TrailRow): TrailLine => ({ ...row, at: row.at.toISOString() });
