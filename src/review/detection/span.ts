/** From an instant to the one before which it ends, in milliseconds since 1970. */
export interface Span {
  from: number;
  to: number;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const JAPAN = 9 * HOUR;

/** The day of Japan, as a number of days since 1970. */
export const japaneseDayOf = (at: number): number => Math.floor((at + JAPAN) / (24 * HOUR));
