import { createHmac, hash, timingSafeEqual, verify, type KeyObject } from 'node:crypto';
import { DomainError } from '../contract/domain-error.js';
import {
  jwkThumbprint,
  publicKeyForm,
  publicKeyOf,
  type Ed25519PublicJwk,
  type TerminalKey,
} from '../contract/terminal-key.js';
import { BoundedMemory } from './bounded-memory.js';
import { isObject, parseCompactJws, type CompactJws } from './compact-jws.js';

/** Seconds that `iat` may lie before or after the database clock. */
export const PROOF_WINDOW_SECONDS = 60;

export interface ExpectedProof {
  /** The method of the request, in upper case. */
  htm: string;
  /** The public URL of the request. */
  htu: string;
  now: Date;
  /** Given for a data call: the proof must be made for this very token (`ath`). */
  accessToken?: string;
  /** Given when it is known whose proof it must be: `cnf.jkt` of the token. */
  expectedJkt?: string;
  /** Given when the setting asks for server nonces. */
  nonce?: { accepts(nonce: string): boolean };
}

export interface VerifiedProof {
  /** RFC 7638 thumbprint of the key that signed. */
  jkt: string;
  /** SHA-256 of jkt and jti: the caller keeps it until `iat` + PROOF_WINDOW_SECONDS and refuses it a second time. */
  replayKey: Buffer;
  /** Epoch seconds, by the terminal's clock. */
  iat: number;
}

/** EdDSA is also called Ed25519 (RFC 9864). Nothing else: no `none`, and no MAC, for which a public key is no secret. */
const KEY_TYPES: Partial<Record<string, 'EC' | 'OKP'>> = { ES256: 'EC', EdDSA: 'OKP', Ed25519: 'OKP' };

/**
 * Keys by thumbprint, to spare the building of a KeyObject (as costly as a verification). The thumbprint is of
 * the key itself, so nothing here can become untrue. Only keys that a token names are kept: strangers with
 * ever new keys push nobody out.
 */
const knownKeys = new BoundedMemory<KeyObject>(4096);

/**
 * Verifies a DPoP proof (RFC 9449 §4.3). `proof` is the header as Node gives it; two DPoP headers arrive joined
 * by a comma, which no proof contains. node:crypto, since it verifies three times as many a second as jose here.
 * Errors: DomainError `invalid_dpop_proof`; `use_dpop_nonce` when all is right but for the nonce.
 * Left to the caller: the replay key, and whether the key is of an enrolled terminal.
 */
export function verifyDpopProof(
  proof: string | string[] | undefined,
  expected: ExpectedProof,
): VerifiedProof {
  const jws = parseCompactJws(proof);
  if (!jws) throw refuse('not one compact JWT of at most 4 KB');
  const key = proofKey(jws.header);
  const jkt = jwkThumbprint(key);
  if (expected.expectedJkt !== undefined && jkt !== expected.expectedJkt)
    throw refuse('a key other than cnf.jkt');

  const { iat, jti } = checkClaims(jws.claims, expected);
  verifySignature(jws, key, jkt, expected);
  const { nonce } = jws.claims;
  if (expected.nonce && !(typeof nonce === 'string' && expected.nonce.accepts(nonce))) {
    throw new DomainError('use_dpop_nonce');
  }
  return { jkt, replayKey: hash('sha256', `${jkt}${jti}`, 'buffer'), iat };
}

function proofKey(header: Record<string, unknown>): TerminalKey | Ed25519PublicJwk {
  const { typ, alg, jwk } = header;
  if (typ !== 'dpop+jwt') throw refuse('typ');
  const kty = typeof alg === 'string' && Object.hasOwn(KEY_TYPES, alg) ? KEY_TYPES[alg] : undefined;
  if (!kty) throw refuse('alg');
  // An extension that must be understood (RFC 7515 §4.1.11): we understand none.
  if ('crit' in header) throw refuse('crit');
  const key = isObject(jwk) ? publicKeyForm(jwk) : undefined;
  if (key?.kty !== kty) throw refuse('jwk is not a public key for this alg');
  return key;
}

function checkClaims(claims: Record<string, unknown>, expected: ExpectedProof): { iat: number; jti: string } {
  const { htm, htu, iat, jti, ath } = claims;
  const now = expected.now.getTime() / 1000;
  if (typeof jti !== 'string' || jti.length < 8 || jti.length > 200) throw refuse('jti');
  if (htm !== expected.htm) throw refuse('htm');
  if (typeof htu !== 'string' || !isSameTarget(htu, expected.htu)) throw refuse('htu');
  if (typeof iat !== 'number' || !(Math.abs(now - iat) <= PROOF_WINDOW_SECONDS)) throw refuse('iat');
  if (expected.accessToken !== undefined && ath !== hash('sha256', expected.accessToken, 'base64url')) {
    throw refuse('ath');
  }
  return { iat, jti };
}

function verifySignature(
  jws: CompactJws,
  jwk: TerminalKey | Ed25519PublicJwk,
  jkt: string,
  expected: ExpectedProof,
): void {
  const now = expected.now.getTime() / 1000;
  const known = knownKeys.get(jkt, now);
  const key = known ?? keyOrRefuse(jwk);
  const digest = jwk.kty === 'EC' ? 'sha256' : null;
  // Of a JWS, r and s stand side by side (RFC 7518 §3.4), 64 bytes; EdDSA ignores the encoding.
  if (!verify(digest, jws.signed, { key, dsaEncoding: 'ieee-p1363' }, jws.signature))
    throw refuse('signature');
  if (!known && expected.expectedJkt !== undefined) knownKeys.set(jkt, key, Infinity, now);
}

function keyOrRefuse(jwk: TerminalKey | Ed25519PublicJwk): KeyObject {
  try {
    return publicKeyOf(jwk);
  } catch {
    throw refuse('jwk is not a point on its curve');
  }
}

/** Same scheme, host, port and path, normalised (RFC 3986 §6.2.2 and §6.2.3); query and fragment do not count. */
function isSameTarget(htu: string, expected: string): boolean {
  if (htu === expected && !/[?#]/.test(htu)) return true;
  const target = normalTarget(htu);
  return target !== undefined && target === normalTarget(expected);
}

/** Only what RFC 3986 allows in an http(s) URI: the URL parser would mend tabs, backslashes and missing slashes. */
const HTTP_URI = /^https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/i;

function normalTarget(uri: string): string | undefined {
  if (!HTTP_URI.test(uri) || !URL.canParse(uri)) return undefined;
  const url = new URL(uri);
  if (url.username || url.password) return undefined;
  return url.origin + url.pathname.replace(/%[\da-f]{2}/gi, normalEscape);
}

function normalEscape(escape: string): string {
  const character = String.fromCharCode(parseInt(escape.slice(1), 16));
  return /[\w\-.~]/.test(character) ? character : escape.toUpperCase();
}

/** The reason is for the log; the caller learns only that the proof is not valid. */
function refuse(why: string): DomainError {
  return new DomainError('invalid_dpop_proof', { internal: why });
}

/**
 * Server nonces (RFC 9449 §8) without a store: an HMAC over the time bucket. Any instance with the same key
 * accepts another's; each lives for one to two buckets. They show that a proof was not made in advance, no more.
 */
export class DpopNonces {
  constructor(
    private readonly key: Buffer,
    private readonly bucketSeconds = 60,
  ) {}

  /** What the `DPoP-Nonce` header says at `now`. */
  current(now: Date): string {
    return this.#of(this.#bucket(now));
  }

  /** What `verifyDpopProof` asks: the current bucket's nonce or the one before. */
  at(now: Date): { accepts(nonce: string): boolean } {
    const bucket = this.#bucket(now);
    return { accepts: (nonce) => [bucket, bucket - 1].some((each) => isEqual(nonce, this.#of(each))) };
  }

  #bucket(now: Date): number {
    return Math.floor(now.getTime() / 1000 / this.bucketSeconds);
  }

  #of(bucket: number): string {
    return createHmac('sha256', this.key).update(`dpop-nonce ${bucket}`).digest('base64url');
  }
}

function isEqual(given: string, right: string): boolean {
  const bytes = Buffer.from(given);
  return bytes.length === right.length && timingSafeEqual(bytes, Buffer.from(right));
}
