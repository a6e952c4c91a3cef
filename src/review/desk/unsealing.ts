import { createHmac } from 'node:crypto';
import type { SealedBox } from '../../config/secret-keys.js';
import { invariant } from '../../contract/domain-error.js';

const SALT_BYTES = 32;

export interface Unsealed {
  /** Base64: with it anybody can compute the commitment that stands in the record's payload. */
  salt: string;
  values: Record<string, unknown>;
}

/**
 * The sealed part of a record, opened and compared with what the ledger committed to: `HMAC-SHA256(salt, JSON)` in the
 * payload. Errors: a plain Error when it does not open or is not what was committed to; never a value in its text.
 */
export function unsealed(box: SealedBox, record: { id: string; payload: string; sealed: Buffer }): Unsealed {
  const plain = box.open(record.sealed, record.id);
  const salt = plain.subarray(0, SALT_BYTES);
  const text = plain.subarray(SALT_BYTES);
  const { sealed: committed } = JSON.parse(record.payload) as { sealed?: string };
  const commitment = createHmac('sha256', salt).update(text).digest('base64');
  invariant(commitment === committed, 'the sealed values are those that the record committed to');
  return {
    salt: salt.toString('base64'),
    values: JSON.parse(text.toString('utf8')) as Record<string, unknown>,
  };
}
