import type { Language } from './language.js';

const JST_MS = 9 * 3_600_000;
const two = (value: number): string => String(value).padStart(2, '0');

/** Year, month, day, hour and minute in Japan, as texts of fixed width. */
export interface Wall {
  year: string;
  month: string;
  day: string;
  hour: string;
  minute: string;
}

/** The wall clock in Japan at an instant; Japan has had no summer time since 1952. */
export function wallOf(instant: number): Wall {
  const shifted = new Date(instant + JST_MS);
  return {
    year: String(shifted.getUTCFullYear()),
    month: two(shifted.getUTCMonth() + 1),
    day: two(shifted.getUTCDate()),
    hour: two(shifted.getUTCHours()),
    minute: two(shifted.getUTCMinutes()),
  };
}

/** The instant of a wall clock in Japan, or null where the calendar has no such minute. Digits of any width. */
export function instantOf(wall: Wall): number | null {
  const parts = [wall.year, wall.month, wall.day, wall.hour, wall.minute].map((part) =>
    part.normalize('NFKC').trim(),
  );
  if (parts.some((part) => !/^\d{1,4}$/.test(part))) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = parts.map(Number);
  if (year < 2000 || hour > 23 || minute > 59) return null;
  const instant = Date.UTC(year, month - 1, day, hour, minute) - JST_MS;
  const back = wallOf(instant);
  const isSame = Number(back.month) === month && Number(back.day) === day && Number(back.hour) === hour;
  return isSame ? instant : null;
}

/** `2026/11/23(月) 03:05`, in Japan's time, everywhere the same (rule 8). */
export function clockText(at: string | number, language: Language): string {
  const instant = typeof at === 'number' ? at : Date.parse(at);
  const { year, month, day, hour, minute } = wallOf(instant);
  const weekday = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'Asia/Tokyo' }).format(
    instant,
  );
  return `${year}/${month}/${day}(${weekday}) ${hour}:${minute}`;
}

/** `03:05:09`, for when something was last brought up to date. */
export function secondText(instant: number): string {
  const { hour, minute } = wallOf(instant);
  return `${hour}:${minute}:${two(new Date(instant).getUTCSeconds())}`;
}

/** `03:05`, where the day is said elsewhere. */
export function minuteText(instant: number): string {
  const { hour, minute } = wallOf(instant);
  return `${hour}:${minute}`;
}

/** The next time the clock in Japan shows a full hour like 8:00, after an instant. */
export function nextHour(after: number, hour: number): number {
  const wall = wallOf(after);
  const today = instantOf({ ...wall, hour: two(hour), minute: '00' }) ?? after;
  return today > after ? today : today + 24 * 3_600_000;
}
