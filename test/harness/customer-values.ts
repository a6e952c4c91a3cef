import { isDistinctive, type Secret } from './byte-search.js';

/** More points than this share a value: it is a word of the trade or a place, and tells nothing of one of them. */
const MOST_SHARERS = 4;

type Raw = Readonly<Record<string, unknown>>;

/** Every leaf of a record, however deep, as text, with the words of it that could stand alone. */
function valuesOf(value: unknown, path: string): Secret[] {
  if (value === null || typeof value === 'boolean' || value === undefined) return [];
  if (typeof value === 'object')
    return Object.entries(value).flatMap(([name, inner]) => valuesOf(inner, `${path}.${name}`));
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const words = text.split(/\s+/u).filter((word) => word !== text);
  return [{ name: path, value: text }, ...words.map((word) => ({ name: `${path}, a word`, value: word }))];
}

/**
 * What of these points' records a search for bytes can look for. The rule, for every column alike, known to the
 * catalogue or not: a value, or a word of it, of at least six characters without separators, four of them
 * different, that at most four of all the points listed hold. Shorter or commoner ones (06, true, 60, なし, the
 * name of the town) would be found by chance; whether they leave is decided by comparing whole answers with what
 * is expected.
 */
export function customerValues(points: readonly Raw[], population: readonly Raw[]): Secret[] {
  const holders = new Map<string, number>();
  for (const point of population)
    for (const value of new Set(valuesOf(point, '').map((one) => one.value)))
      holders.set(value, (holders.get(value) ?? 0) + 1);
  const isOwn = ({ value }: Secret): boolean =>
    isDistinctive(value) && (holders.get(value) ?? 0) <= MOST_SHARERS;
  return points.flatMap((point) => valuesOf(point, String(point['supply_point_id'])).filter(isOwn));
}
