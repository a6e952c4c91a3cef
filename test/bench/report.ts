import type { Machine } from './machine.js';

export interface Aim {
  atLeast?: number;
  atMost?: number;
}

export interface Row extends Aim {
  what: string;
  unit: string;
  /** One a round. */
  values: number[];
  median: number;
  isReached: boolean | null;
}

/** The value below which `share` of them lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export function row(what: string, unit: string, values: number[], aim: Aim = {}): Row {
  const middle = median(values);
  const { atLeast, atMost } = aim;
  const isReached =
    atLeast === undefined && atMost === undefined
      ? null
      : middle >= (atLeast ?? -Infinity) && middle <= (atMost ?? Infinity);
  return { what, unit, values, median: middle, ...aim, isReached };
}

function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value >= 1_000) return Math.round(value).toLocaleString('en');
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

function spread({ values }: Row): string {
  return values.length < 2 ? '' : `${short(Math.min(...values))} … ${short(Math.max(...values))}`;
}

function aimOf({ atLeast, atMost, isReached }: Row): string {
  if (isReached === null) return '';
  const aim = atLeast === undefined ? `≤ ${short(atMost ?? 0)}` : `≥ ${short(atLeast)}`;
  return `${aim} ${isReached ? 'reached' : 'missed'}`;
}

/** Median of the rounds, least and greatest round, aim: as Markdown. */
export function table(about: Machine, rows: readonly Row[]): string {
  const head = [
    `${about.cpu}, ${about.cores} cores, ${about.memory_gb} GB, ${about.system}`,
    `Node ${about.node}, PostgreSQL ${about.postgresql} (fsync ${about.fsync}, synchronous_commit ${about.synchronous_commit})`,
    'Load generator, service, sample wheeling system and database share the machine.',
    '',
    '| what | median | spread | aim |',
    '|---|---|---|---|',
  ];
  const lines = rows.map(
    (one) => `| ${one.what} | ${short(one.median)} ${one.unit} | ${spread(one)} | ${aimOf(one)} |`,
  );
  return [...head, ...lines].join('\n');
}
