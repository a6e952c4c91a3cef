import type { Cell } from '../exports/columns.js';
import { japanTime } from '../exports/columns.js';

/** A value of a row as people read it: times of Japan, lists with 、, yes and no in words. */
export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : japanTime(value);
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 'はい' : 'いいえ';
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join('、');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
