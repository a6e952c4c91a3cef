import { hash, randomInt } from 'node:crypto';
import type { Code } from '../../contract/codes.js';

/** Crockford's: nobody reads I for 1 or O for 0 over the telephone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const HALF = 5;
export const CODE = /^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/;
export const WINDOW_MINUTES = 10;
export const MOST_GUESSES = 5;

export interface WindowRow {
  id: string;
  organization_id: string;
  serial: string;
  custodian_person_id: string;
  room_id: string;
  opened_by: string;
  opened_in_session: string;
  opener_name: string;
  opener_organization_id: string;
  expires_at: Date;
  code_hash: Buffer;
  guesses: number;
  proven_at: Date | null;
}

/** 50 random bits, of which five are guesses: one in 10^14. */
export function newCode(): string {
  const letters = Array.from({ length: 2 * HALF }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return `${letters.slice(0, HALF)}-${letters.slice(HALF)}`;
}

export const codeHash = (id: string, code: string): Buffer =>
  hash('sha256', `kashikagi/window-code/${id}/${code}`, 'buffer');

/**
 * What the terminal's key signs, as the proof's `nonce`: fresh with each window, and known only to who holds the code.
 * → base64url(SHA-256("kashikagi/window/" || id || "/" || code))
 */
export const challengeOf = (id: string, code: string): string =>
  hash('sha256', `kashikagi/window/${id}/${code}`, 'base64url');

/** Why a window takes no key any more; undefined while it does. */
export function whyClosed(
  window: Pick<WindowRow, 'proven_at' | 'expires_at' | 'guesses'>,
  now: Date,
): Code | undefined {
  const isOpen = window.proven_at === null && window.expires_at > now && window.guesses < MOST_GUESSES;
  return isOpen ? undefined : 'window_closed';
}
