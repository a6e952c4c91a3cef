import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { DomainError, type InputFault } from './domain-error.js';

/** The public key of an enrolled terminal (RFC 7518 §6.2); exactly these members. */
export interface TerminalKey {
  kty: 'EC';
  crv: 'P-256';
  x: string;
  y: string;
}

/** The other kind of key that may sign a DPoP proof (RFC 8037). Terminals are enrolled with P-256 only. */
export interface Ed25519PublicJwk {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
}

/** Members that a public key has not: private parts of EC, OKP and RSA keys, and the symmetric key. */
const PRIVATE_MEMBERS = ['d', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv'];

/** 32 bytes in base64url, written the one canonical way: else one key would have several thumbprints. */
const BYTES_32 = /^[\w-]{42}[AEIMQUYcgkosw048]$/;

/**
 * RFC 7638 thumbprint with SHA-256, base64url: what `cnf.jkt` holds and what names a key here.
 * The members are checked base64url and constants, so writing the JSON by hand escapes nothing.
 */
export function jwkThumbprint(jwk: TerminalKey | Ed25519PublicJwk): string {
  const members =
    jwk.kty === 'EC'
      ? `{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`
      : `{"crv":"Ed25519","kty":"OKP","x":"${jwk.x}"}`;
  return hash('sha256', members, 'base64url');
}

/** Error: that of node:crypto, for a point that is not on the curve. */
export function publicKeyOf(jwk: TerminalKey | Ed25519PublicJwk): KeyObject {
  return createPublicKey({ key: { ...jwk }, format: 'jwk' });
}

/** → the key without its other members, or undefined unless it is a public P-256 or Ed25519 key in form. */
export function publicKeyForm(jwk: Record<string, unknown>): TerminalKey | Ed25519PublicJwk | undefined {
  const { kty, crv, x, y } = jwk;
  if (PRIVATE_MEMBERS.some((member) => member in jwk) || !isBytes32(x)) return undefined;
  if (kty === 'OKP' && crv === 'Ed25519') return { kty, crv, x };
  if (kty === 'EC' && crv === 'P-256' && isBytes32(y)) return { kty, crv, x, y };
  return undefined;
}

/**
 * The key a terminal is enrolled with: a public P-256 JWK whose point is on the curve; further public members
 * (`kid`, `ext`, `key_ops`) are dropped. Error: DomainError `invalid_input`, with pointers below `at`.
 */
export function parseTerminalKey(value: unknown, at = '/jwk'): TerminalKey {
  const faults: InputFault[] = [];
  const fault = (member: string, detail: string) => faults.push({ pointer: `${at}${member}`, detail });
  const jwk = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;

  if (value !== jwk || Array.isArray(value)) fault('', 'must be a JSON Web Key');
  for (const member of PRIVATE_MEMBERS) {
    if (member in jwk) fault(`/${member}`, 'a private or secret key must not leave the terminal');
  }
  if (jwk['kty'] !== 'EC') fault('/kty', 'must be "EC"');
  if (jwk['crv'] !== 'P-256') fault('/crv', 'must be "P-256"');
  if (!isBytes32(jwk['x'])) fault('/x', 'must be 32 bytes in base64url');
  if (!isBytes32(jwk['y'])) fault('/y', 'must be 32 bytes in base64url');
  if ('alg' in jwk && jwk['alg'] !== 'ES256') fault('/alg', 'must be "ES256" if present');
  if ('use' in jwk && jwk['use'] !== 'sig') fault('/use', 'must be "sig" if present');

  const key = publicKeyForm(jwk);
  if (faults.length === 0 && key && !isOnCurve(key)) fault('', 'is not a point on P-256');
  if (faults.length > 0 || key?.kty !== 'EC') throw new DomainError('invalid_input', { faults });
  return key;
}

function isOnCurve(key: TerminalKey | Ed25519PublicJwk): boolean {
  try {
    publicKeyOf(key);
    return true;
  } catch {
    return false;
  }
}

function isBytes32(value: unknown): value is string {
  return typeof value === 'string' && BYTES_32.test(value);
}
