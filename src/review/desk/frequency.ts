import type { FrequencyLine, FrequencyView } from './reports.dto.js';

/** While something was in force, and where (2-digit prefectures). Times in milliseconds since 1970. */
export interface InForce {
  from: number;
  to: number;
  prefectures: readonly string[];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const JST_AHEAD = 9 * HOUR;
export const ALL = 'all';

/** The first instant of a year of Japan. */
const newYear = (year: number): number => Date.UTC(year, 0, 1) - JST_AHEAD;
const yearOf = (at: number): number => new Date(at + JST_AHEAD).getUTCFullYear();

/** How long at least one of them lasted within [from, to): overlapping ones count once. */
export function covered(spans: readonly Pick<InForce, 'from' | 'to'>[], from: number, to: number): number {
  const cut = spans
    .map((span) => [Math.max(span.from, from), Math.min(span.to, to)] as const)
    .filter(([begin, end]) => begin < end)
    .sort(([one], [other]) => one - other);
  let total = 0;
  let reached = from;
  for (const [begin, end] of cut) {
    if (end <= reached) continue;
    total += end - Math.max(begin, reached);
    reached = end;
  }
  return total;
}

const hours = (ms: number): number => Math.round((ms / HOUR) * 100) / 100;

/** NEC-6: per year of Japan, for everything and for each prefecture; the exception must not become the rule. */
export function frequency(
  declarations: readonly InForce[],
  grants: readonly Pick<InForce, 'from' | 'to'>[],
  now: number,
): FrequencyView {
  const lastYear = covered(declarations, now - 365 * DAY, now);
  const before = covered(declarations, now - 730 * DAY, now - 365 * DAY);
  return {
    items: lines(declarations, now),
    grant_hours_last_year: hours(covered(grants, now - 365 * DAY, now)),
    hours_last_year: hours(lastYear),
    hours_year_before: hours(before),
    is_rising: lastYear > before,
  };
}

function lines(declarations: readonly InForce[], now: number): FrequencyLine[] {
  if (declarations.length === 0) return [];
  const first = yearOf(Math.min(...declarations.map((one) => one.from)));
  const areas = [ALL, ...new Set(declarations.flatMap((one) => one.prefectures))].sort();
  const found: FrequencyLine[] = [];
  for (let year = first; year <= yearOf(now); year += 1) {
    const [from, to] = [newYear(year), newYear(year + 1)];
    for (const area of areas) {
      const here = declarations.filter((one) => area === ALL || one.prefectures.includes(area));
      const inForce = covered(here, from, to);
      found.push({
        year: String(year),
        area,
        declarations: here.filter((one) => one.from >= from && one.from < to).length,
        hours_in_force: hours(inForce),
        share_of_year: Math.round((inForce / (to - from)) * 10_000) / 10_000,
      });
    }
  }
  return found.filter((line) => line.area === ALL || line.declarations > 0 || line.hours_in_force > 0);
}
