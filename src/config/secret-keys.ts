import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createKeyFile, KeyFileError, readKeyFile, replaceKeyFile } from './key-files.js';
import {
  newFieldKey,
  newKey,
  newTokenKey,
  parseFieldKeys,
  parseReferenceKey,
  parseTokenKeys,
  type FieldKey,
  type KeyFile,
  type StoredTokenKey,
} from './stored-keys.js';

/** Where the keys lie: in `folder` (ours), or each in a file that is supplied from outside (a mounted secret). */
export interface SecretKeyPlaces {
  folder: string;
  tokenKeysFile?: string;
  fieldKeysFile?: string;
  referenceKeyFile?: string;
}

export interface SecretKeys {
  tokenKeys: StoredTokenKey[];
  sealedBox: SealedBox;
  reference: Reference;
  /** For DPoP server nonces: equal on all instances that share the reference key, and tells nothing of it. */
  nonceKey: Buffer;
}

/**
 * Reads all keys. What is missing in the folder is created if `mayCreate` (the first start), else an error:
 * a fresh key beside old data would look like a start and be a loss. Supplied files are never created.
 * Errors: KeyFileError, one line, which names the file and never its content.
 */
export async function readSecretKeys(places: SecretKeyPlaces, mayCreate: boolean): Promise<SecretKeys> {
  const read = async (supplied: string | undefined, name: string, make: () => object | Promise<object>) => {
    if (supplied !== undefined) return found(supplied, await readKeyFile(supplied, false));
    const path = join(places.folder, name);
    const content = await readKeyFile(path, true);
    if (content !== undefined || !mayCreate) return found(path, content);
    await createKeyFile(path, await make());
    return found(path, await readKeyFile(path, true));
  };
  const tokens = await read(places.tokenKeysFile, TOKEN_KEYS, async () => ({ keys: [await newTokenKey(0)] }));
  const fields = await read(places.fieldKeysFile, 'field-keys.json', () => ({ keys: [newFieldKey()] }));
  const reference = await read(places.referenceKeyFile, 'reference-key.json', () => ({ key: newKey() }));
  const referenceKey = parseReferenceKey(reference);
  return {
    tokenKeys: await parseTokenKeys(tokens),
    sealedBox: new SealedBox(parseFieldKeys(fields)),
    reference: new Reference(referenceKey),
    nonceKey: Buffer.from(hkdfSync('sha256', referenceKey, '', 'kashikagi/dpop-nonce/v1', 32)),
  };
}

/** Replaces the token keys after a rotation; other instances read them before the new key begins to sign. */
export async function writeTokenKeys(
  places: SecretKeyPlaces,
  keys: readonly StoredTokenKey[],
): Promise<void> {
  await replaceKeyFile(places.tokenKeysFile ?? join(places.folder, TOKEN_KEYS), { keys });
}

function found(path: string, content: unknown): KeyFile {
  if (content === undefined) throw new KeyFileError(path, 'is missing; put it back from the backup');
  return { path, content };
}

/**
 * Values at rest (AES-256-GCM): version 1 | length of kid | kid | nonce 12 | ciphertext | tag 16. All before
 * the nonce is authenticated together with `aad`, which says whose value it is: a value that is moved to
 * another row does not open. Random nonces bound one key to 2^32 seals; put a new key first well before that.
 */
export class SealedBox {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #header: Buffer;
  readonly #sealing: Buffer;

  /** Every key opens; the first one that is not retired seals. */
  constructor(keys: readonly FieldKey[]) {
    const first = keys.find((key) => !key.retired);
    if (!first) throw new Error('no field key can seal');
    const kid = Buffer.from(first.kid, 'latin1');
    this.#keys = new Map(keys.map(({ kid, key }) => [kid, key]));
    this.#header = Buffer.from([VERSION, kid.length, ...kid]);
    this.#sealing = first.key;
  }

  seal(plain: Buffer, aad: string): Buffer {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.#sealing, nonce);
    cipher.setAAD(Buffer.concat([this.#header, Buffer.from(aad)]));
    return Buffer.concat([this.#header, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** Errors: a plain Error for another version, an unknown key, another `aad`, or any changed byte. */
  open(sealed: Buffer, aad: string): Buffer {
    const start = 2 + (sealed[1] ?? 0);
    if (sealed[0] !== VERSION || sealed.length < start + NONCE + TAG) throw new Error('not a sealed value');
    const key = this.#keys.get(sealed.toString('latin1', 2, start));
    if (!key) throw new Error('sealed with a field key that is not here');
    const nonce = sealed.subarray(start, start + NONCE);
    const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
    cipher.setAAD(Buffer.concat([sealed.subarray(0, start), Buffer.from(aad)]));
    cipher.setAuthTag(sealed.subarray(-TAG));
    try {
      return Buffer.concat([cipher.update(sealed.subarray(start + NONCE, -TAG)), cipher.final()]);
    } catch {
      throw new Error('a sealed value does not open: changed, or of another place');
    }
  }
}

/**
 * Keyed references: equal values give equal references, and only the holder of the key can try values out
 * (a supply point number has too few digits for a plain hash). The key is stable: with another one, nothing
 * recorded before is found again. It makes references of these kinds and no other pseudonym.
 */
export class Reference {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** → 22 characters of url-safe base64: HMAC-SHA256, cut to 128 bits. The kinds share no reference. */
  of(kind: 'supply_point' | 'sought' | 'version' | 'retailer', value: string): string {
    const mac = createHmac('sha256', this.#key).update(`kashikagi/${kind}/v1\0`).update(value).digest();
    return mac.toString('base64url', 0, 16);
  }
}

const TOKEN_KEYS = 'token-keys.json';
const VERSION = 1;
const NONCE = 12;
const TAG = 16;
