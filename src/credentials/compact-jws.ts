/** A JWS in compact form (RFC 7515 §7.1), taken apart; nothing in it is verified yet. */
export interface CompactJws {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  /** What the signature is over: header and payload as they were sent. */
  signed: Buffer;
  signature: Buffer;
}

/** Characters that a proof, an access token or an assertion may have; checked before anything is decoded. */
export const MAX_JWT_LENGTH = 4096;

const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Exactly three non-empty segments of base64url: no padding, no white space, no second value, nothing after. */
export function isCompactJws(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_JWT_LENGTH && COMPACT.test(value);
}

/** → the parts, or undefined when it is not a compact JWS with a JSON object as header and as payload. */
export function parseCompactJws(value: unknown): CompactJws | undefined {
  if (!isCompactJws(value)) return undefined;
  const first = value.indexOf('.');
  const last = value.lastIndexOf('.');
  const header = jsonObject(value.slice(0, first));
  const claims = jsonObject(value.slice(first + 1, last));
  if (!header || !claims) return undefined;
  const signed = Buffer.from(value.slice(0, last), 'latin1');
  return { header, claims, signed, signature: Buffer.from(value.slice(last + 1), 'base64url') };
}

function jsonObject(segment: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
