import { sv } from './texts.js';

/** A code of the service in a few words; one that is not known here is shown as it is. */
export function reasonText(code: string | undefined): string {
  return code === undefined ? '' : (sv().reasons[code] ?? code);
}

/** What another shift, or a moment later, may let through; the rest needs somebody else's work first. */
const RETRIED = new Set(['no_seat_left', 'other_live_grant', 'hours_exceeded', 'staff_feed_stale']);

export const canRetry = (code: string | undefined): boolean => code !== undefined && RETRIED.has(code);
