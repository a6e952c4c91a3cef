import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { KeyFileError } from './key-files.js';

/** The private half of a token key (RFC 8037). `d` leaves this process only into the key file. */
export interface Ed25519PrivateJwk {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  d: string;
}

/** A token key as it is kept; times are epoch seconds of the database clock. */
export interface StoredTokenKey {
  /** RFC 7638 thumbprint, so that one kid never names two keys. */
  kid: string;
  jwk: Ed25519PrivateJwk;
  /** It signs from here until a younger key does. */
  signs_from: number;
  /** It verifies, and stands in the key set, until here; null for the youngest. */
  published_until: number | null;
}

/** A key that seals values at rest: the first that is not retired seals, all open. */
export interface FieldKey {
  kid: string;
  key: Buffer;
  retired: boolean;
}

/** What was read, and where. */
export interface KeyFile {
  path: string;
  content: unknown;
}

/** A fresh Ed25519 key. The very first one signs from 0: nobody can hold an older key set. */
export async function newTokenKey(signsFrom: number): Promise<StoredTokenKey> {
  const jwk = newEd25519Jwk();
  return { kid: await thumbprint(jwk.x), jwk, signs_from: signsFrom, published_until: null };
}

export function newEd25519Jwk(): Ed25519PrivateJwk {
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { kty: 'OKP', crv: 'Ed25519', x, d };
}

/** → undefined unless both halves are there and belong together. */
export function parseEd25519Jwk(value: unknown): Ed25519PrivateJwk | undefined {
  const { x, d } = record(value);
  if (!keyBytes(x) || !keyBytes(d) || !pairMatches(String(x), String(d))) return undefined;
  return { kty: 'OKP', crv: 'Ed25519', x: String(x), d: String(d) };
}

export function newFieldKey(): object {
  return { kid: `f-${randomBytes(4).toString('hex')}`, key: newKey(), retired: false };
}

/** → 32 random bytes, base64url. */
export function newKey(): string {
  return randomBytes(32).toString('base64url');
}

export async function parseTokenKeys(file: KeyFile): Promise<StoredTokenKey[]> {
  const keys = await Promise.all(list(file).map((entry, index) => parseTokenKey(file.path, entry, index)));
  refuseTwice(file.path, keys);
  return keys;
}

export function parseFieldKeys(file: KeyFile): FieldKey[] {
  const keys = list(file).map((entry, index) => {
    const { kid, retired = false } = record(entry);
    const key = keyBytes(record(entry)['key']);
    if (typeof kid !== 'string' || !/^[\w.-]{1,64}$/.test(kid))
      throw bad(file.path, index, 'has no usable kid');
    if (typeof retired !== 'boolean')
      throw bad(file.path, index, 'has a "retired" that is not true or false');
    if (!key) throw bad(file.path, index, 'has no key of 32 bytes in base64url');
    return { kid, key, retired };
  });
  refuseTwice(file.path, keys);
  if (keys.every((key) => key.retired))
    throw new KeyFileError(file.path, 'has retired keys only; none can seal');
  return keys;
}

export function parseReferenceKey(file: KeyFile): Buffer {
  const key = keyBytes(record(file.content)['key']);
  if (!key) throw new KeyFileError(file.path, 'has no key of 32 bytes in base64url');
  return key;
}

async function parseTokenKey(path: string, entry: unknown, index: number): Promise<StoredTokenKey> {
  const { kid, signs_from, published_until } = record(entry);
  const jwk = parseEd25519Jwk(record(entry)['jwk']);
  if (!jwk) throw bad(path, index, 'is not an Ed25519 private key');
  if (kid !== (await thumbprint(jwk.x))) throw bad(path, index, 'has a kid that is not its thumbprint');
  if (!isTime(signs_from) || !(published_until === null || isTime(published_until))) {
    throw bad(path, index, 'has times that are not epoch seconds');
  }
  return { kid, jwk, signs_from, published_until };
}

/** An `x` that does not belong to `d` would publish a key that verifies nothing. */
function pairMatches(x: string, d: string): boolean {
  try {
    const key = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x, d }, format: 'jwk' });
    return createPublicKey(key).export({ format: 'jwk' }).x === x;
  } catch {
    return false;
  }
}

const thumbprint = (x: string) => calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x });

function list(file: KeyFile): unknown[] {
  const keys = record(file.content)['keys'];
  if (!Array.isArray(keys) || keys.length === 0) throw new KeyFileError(file.path, 'has no list "keys"');
  return keys;
}

function refuseTwice(path: string, keys: readonly { kid: string }[]): void {
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length)
    throw new KeyFileError(path, 'has one kid twice');
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** → 32 bytes, or undefined unless `value` is exactly their base64url. */
function keyBytes(value: unknown): Buffer | undefined {
  if (typeof value !== 'string') return undefined;
  const bytes = Buffer.from(value, 'base64url');
  return bytes.length === 32 && bytes.toString('base64url') === value ? bytes : undefined;
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function bad(path: string, index: number, why: string): KeyFileError {
  return new KeyFileError(path, `key ${index + 1} ${why}`);
}
