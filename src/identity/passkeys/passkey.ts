import { createHash } from 'node:crypto';
import type { Code } from '../../contract/codes.js';

/** Everything that decides whether a passkey opens a session at this instant. */
export interface CandidateRow {
  id: string;
  person_id: string;
  organization_id: string;
  credential_id: Buffer;
  public_key: Buffer;
  /** Null: shown, and not confirmed. */
  enrolled_at: Date | null;
  revoked_at: Date | null;
  suspended_at: Date | null;
  sign_count: string | null;
  left_at: Date | null;
  joined_at: Date;
  organization_ended_at: Date | null;
  /** Its row, or its person's, is not what the ledger says. */
  is_mismatched: boolean;
}

/** What was shown waits for this long for an officer to propose it. */
export const WAITING_HOURS = 24;

/** How a key is told to two people who compare it: 16 hexadecimal digits of SHA-256 over the COSE key. */
export function fingerprintOf(publicKey: Buffer): string {
  const digits = createHash('sha256').update(publicKey).digest('hex').slice(0, 16);
  return digits.replaceAll(/(.{4})(?=.)/g, '$1-');
}

/** Why a passkey whose signature is right opens nothing at this instant; undefined when it does. */
export function whyNotUsable(key: CandidateRow, now: Date): Code | undefined {
  if (key.is_mismatched) return 'record_mismatch';
  if (key.enrolled_at === null) return 'passkey_not_confirmed';
  if (key.revoked_at !== null || key.suspended_at !== null) return 'passkey_ended';
  if (key.left_at !== null && key.left_at <= now) return 'passkey_ended';
  // Brought back is not the same as never gone: what they had before is not theirs again.
  if (key.joined_at > key.enrolled_at) return 'passkey_ended';
  if (key.organization_ended_at !== null && key.organization_ended_at <= now) return 'passkey_ended';
  return undefined;
}

/**
 * WebAuthn level 3, §7.2: a counter that does not grow means that there are two of the authenticator. One that never
 * counts (0 on both sides: synced passkeys) says nothing.
 */
export function isCloned(known: number, shown: number): boolean {
  return (known > 0 || shown > 0) && shown <= known;
}
