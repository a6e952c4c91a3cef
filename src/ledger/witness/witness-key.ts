import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  sign,
  type KeyObject,
} from 'node:crypto';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createDurably } from './durable.js';

/** c2sp.org/tlog-cosignature: the kind of a witness's Ed25519 key. */
const COSIGNATURE = 0x04;
const FILE = 'witness-key.pem';

/** One line for the person who starts the witness. */
export class WitnessKeyError extends Error {}

/** A witness's name and key: what it cosigns with. */
export class WitnessKey {
  /** `<name>+<key id>+<base64(0x04 || public key)>`: what logs and auditors are given. */
  readonly vkey: string;
  private readonly id: Buffer;

  constructor(
    readonly name: string,
    private readonly key: KeyObject,
  ) {
    const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
    const typed = Buffer.concat([Buffer.of(COSIGNATURE), raw]);
    this.id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'buffer').subarray(0, 4);
    this.vkey = `${name}+${this.id.toString('hex')}+${typed.toString('base64')}`;
  }

  /**
   * The key in the folder, made at the first start (mode 600). Throws WitnessKeyError: beside memories of logs a new
   * key would be another witness that goes by the old one's name.
   */
  static async inFolder(folder: string, name: string): Promise<WitnessKey> {
    if (!/^[^\s+]+$/u.test(name)) throw new WitnessKeyError(`--name ${name}: no spaces and no +`);
    const path = join(folder, FILE);
    let pem = await readKey(path);
    if (pem === undefined) {
      const there = await readdir(join(folder, 'logs')).catch(() => []);
      if (there.length > 0) throw new WitnessKeyError(`${path} is missing; put it back from the backup`);
      const { privateKey } = generateKeyPairSync('ed25519');
      await createDurably(path, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
      pem = await readKey(path);
    }
    return new WitnessKey(name, keyIn(pem ?? '', path));
  }

  /** The signature line under a checkpoint's text. `seconds`: the witness's own clock, since 1970. */
  cosign(text: string, seconds: number): string {
    const message = Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(seconds));
    const bytes = Buffer.concat([this.id, time, sign(null, message, this.key)]);
    return `— ${this.name} ${bytes.toString('base64')}\n`;
  }
}

async function readKey(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const isOpen = ((await file.stat()).mode & 0o077) !== 0;
      if (isOpen) throw new WitnessKeyError(`${path}: others may read it; chmod 600`);
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof WitnessKeyError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new WitnessKeyError(`${path}: cannot be read (${code})`);
  }
}

/** OpenSSL's messages quote what they read: none of them is passed on. */
function keyIn(pem: string, path: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Told below.
  }
  throw new WitnessKeyError(`${path} holds no Ed25519 private key`);
}
