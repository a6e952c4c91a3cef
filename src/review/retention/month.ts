/** A month of Japan's calendar. */
export const MONTH = /^(20\d{2})-(0[1-9]|1[0-2])$/;

const JST_HOURS = 9;

/** `2021-10` → `2021-10-01`, the day by which the table knows it. */
export const firstDayOf = (month: string): string => `${month}-01`;

/** The first instant after the month, in Japan's time, `years` later: from then on nothing of it must be kept. */
export function freeFrom(month: string, years: number): Date {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year + years, number, 1, -JST_HOURS));
}

/** Rows of positions, first and last of each, cut into lists that a record can hold. */
export function inParts<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, part) =>
    all.slice(part * size, (part + 1) * size),
  );
}
