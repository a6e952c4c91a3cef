import { createHash, createHmac, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Logs made by the letter of the formats (ledger.md §2), for the verifiers: neither the service's writer nor the
 * verifier has a hand in it. Slow and plain: the tree is hashed as RFC 6962 defines it, from the leaves, each time.
 */
const sha256 = (...parts: (Buffer | string)[]): Buffer => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
};

export const leafOf = (entry: string): Buffer => sha256(Buffer.of(0), entry);

/** MTH(D[from:to]). */
export function rootOf(leaves: readonly Buffer[], from = 0, to = leaves.length): Buffer {
  if (to === from) return sha256('');
  if (to - from === 1) return leaves[from] ?? Buffer.alloc(0);
  let half = 1;
  while (half * 2 < to - from) half *= 2;
  return sha256(Buffer.of(1), rootOf(leaves, from, from + half), rootOf(leaves, from + half, to));
}

/** A record as the service keeps it, and the entry that stands for it. */
export interface OwnRecord {
  id: string;
  payload: string;
  salt: Buffer;
  entry: string;
}

export function aRecord(members: Record<string, unknown> = {}): OwnRecord {
  const id = `rec_${randomBytes(12).toString('hex')}`;
  const payload = JSON.stringify({ v: 1, id, at: '2026-09-01T03:00:00.000Z', type: 'use', ...members });
  const salt = randomBytes(32);
  const c = createHmac('sha256', salt).update(payload).digest('base64');
  return { id, payload, salt, entry: JSON.stringify({ v: 1, id, c }) };
}

/** A line of a records file. */
export const lineOf = (index: number, { id, payload, salt }: OwnRecord): string =>
  JSON.stringify({ index, id, payload, salt: salt.toString('base64') });

/** An Ed25519 key with its name: the log's (0x01), or a witness's (0x04). */
export class Signer {
  private readonly publicKey: Buffer;
  private readonly privateKey: KeyObject;

  constructor(
    readonly name: string,
    private readonly kind: 1 | 4 = 1,
  ) {
    const pair = generateKeyPairSync('ed25519');
    this.privateKey = pair.privateKey;
    this.publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  }

  private get id(): Buffer {
    return sha256(`${this.name}\n`, Buffer.of(this.kind), this.publicKey).subarray(0, 4);
  }

  get vkey(): string {
    const key = Buffer.concat([Buffer.of(this.kind), this.publicKey]).toString('base64');
    return `${this.name}+${this.id.toString('hex')}+${key}`;
  }

  /** The signature line under a text. */
  line(text: string): string {
    return this.signed(sign(null, Buffer.from(text), this.privateKey));
  }

  /** A cosignature line, of a time in seconds. */
  cosignature(text: string, seconds: number): string {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(seconds));
    const message = `cosignature/v1\ntime ${seconds}\n${text}`;
    return this.signed(Buffer.concat([time, sign(null, Buffer.from(message), this.privateKey)]));
  }

  private signed(bytes: Buffer): string {
    return `— ${this.name} ${Buffer.concat([this.id, bytes]).toString('base64')}\n`;
  }
}

export const bodyOf = (origin: string, leaves: readonly Buffer[]): string =>
  `${origin}\n${leaves.length}\n${rootOf(leaves).toString('base64')}\n`;

export function checkpointOf(signer: Signer, entries: readonly string[]): string {
  const body = bodyOf(signer.name, entries.map(leafOf));
  return `${body}\n${signer.line(body)}`;
}

function nameOf(index: number): string {
  const groups = [];
  for (let rest = index; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(String(rest % 1000).padStart(3, '0'));
  }
  return groups.map((group, n) => (n < groups.length - 1 ? 'x' : '') + group).join('/');
}

/** Every file of a log: its path, and its bytes. */
export function filesOf(signer: Signer, entries: readonly string[]): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const cut = <T>(
    all: readonly T[],
    level: number | 'entries',
    bytes: (part: readonly T[]) => Buffer,
  ): void => {
    for (let n = 0; n * 256 < all.length; n += 1) {
      const part = all.slice(n * 256, n * 256 + 256);
      const partial = part.length < 256 ? `.p/${part.length}` : '';
      files.set(`tile/${level}/${nameOf(n)}${partial}`, bytes(part));
    }
  };
  cut(entries, 'entries', (part) =>
    Buffer.concat(
      part.flatMap((entry) => {
        const length = Buffer.alloc(2);
        length.writeUInt16BE(Buffer.byteLength(entry));
        return [length, Buffer.from(entry)];
      }),
    ),
  );
  const leaves = entries.map(leafOf);
  for (let level = 0, width = 1; width <= leaves.length; level += 1, width *= 256) {
    const hashes = Array.from({ length: Math.floor(leaves.length / width) }, (_, n) =>
      rootOf(leaves, n * width, (n + 1) * width),
    );
    cut(hashes, level, (part) => Buffer.concat(part));
  }
  files.set('vkey', Buffer.from(`${signer.vkey}\n`));
  files.set('checkpoint', Buffer.from(checkpointOf(signer, entries)));
  return files;
}

export async function writeFiles(folder: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

export async function writeLog(folder: string, signer: Signer, entries: readonly string[]): Promise<void> {
  await writeFiles(folder, filesOf(signer, entries));
}
