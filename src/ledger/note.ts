import { createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import { HASH_BYTES } from './hashing.js';

/** Signature type of c2sp.org/signed-note: Ed25519. */
const ED25519 = 0x01;
const KEY_ID_BYTES = 4;

/** What a checkpoint says of the tree. */
export interface TreeHead {
  size: number;
  root: Buffer;
}

export interface Checkpoint extends TreeHead {
  origin: string;
  /** The whole signed note, as it is published. */
  note: string;
}

/** Signs checkpoints under one name, which is the log's origin and the key's name, and never changes. */
export class CheckpointSigner {
  /** c2sp.org/signed-note: name, key id and public key, for whoever verifies. */
  readonly vkey: string;
  private readonly keyId: Buffer;
  private readonly publicKey: KeyObject;

  constructor(
    readonly origin: string,
    private readonly privateKey: KeyObject,
  ) {
    this.publicKey = createPublicKey(privateKey);
    this.keyId = keyIdOf(origin, this.publicKey);
    this.vkey = `${origin}+${this.keyId.toString('hex')}+${typed(this.publicKey).toString('base64')}`;
  }

  /** Whoever calls this has proved that the tree begins with whatever was signed before. */
  sign(tree: TreeHead): Checkpoint {
    const text = checkpointText(this.origin, tree);
    const signature = sign(null, Buffer.from(text), this.privateKey);
    const line = `— ${this.origin} ${Buffer.concat([this.keyId, signature]).toString('base64')}\n`;
    return { ...tree, origin: this.origin, note: `${text}\n${line}` };
  }

  /** → the checkpoint, if the note is one of ours: our name, our signature, exactly our form; else undefined. */
  open(note: string): Checkpoint | undefined {
    return openWith({ origin: this.origin, keyId: this.keyId, publicKey: this.publicKey }, note);
  }
}

/** The same by a vkey alone, for checkpoints of a log whose key signs no more. */
export function openBy(vkey: string, note: string): Checkpoint | undefined {
  const [, origin, encoded] = VKEY.exec(vkey) ?? [];
  const raw = Buffer.from(encoded ?? '', 'base64');
  if (origin === undefined || raw.length !== 1 + HASH_BYTES || raw[0] !== ED25519) return undefined;
  const x = raw.subarray(1).toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return openWith({ origin, keyId: keyIdOf(origin, publicKey), publicKey }, note);
}

const VKEY = /^([^\s+]+)\+[0-9a-f]{8}\+(\S+)$/;

function openWith(
  { origin: expected, keyId, publicKey }: { origin: string; keyId: Buffer; publicKey: KeyObject },
  note: string,
): Checkpoint | undefined {
  const [, origin, size, root, name, encoded] = NOTE.exec(note) ?? [];
  if (origin !== expected || name !== expected) return undefined;
  const head = { size: Number(size), root: Buffer.from(root ?? '', 'base64') };
  if (!Number.isSafeInteger(head.size) || head.root.length !== HASH_BYTES) return undefined;
  const signature = Buffer.from(encoded ?? '', 'base64');
  const text = checkpointText(origin, head);
  const isOurs =
    signature.subarray(0, KEY_ID_BYTES).equals(keyId) &&
    verify(null, Buffer.from(text), publicKey, signature.subarray(KEY_ID_BYTES));
  return isOurs && note.startsWith(`${text}\n— `) ? { ...head, origin, note } : undefined;
}

/** Our line is the first; others (witnesses') may follow it. */
const NOTE = /^([^\n]+)\n(\d+)\n([^\n]+)\n\n— (\S+) (\S+)\n(?:— [^\s+]+ \S+\n)*$/u;

/** c2sp.org/tlog-checkpoint, without extension lines: exactly this text is signed. */
function checkpointText(origin: string, { size, root }: TreeHead): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** c2sp.org/signed-note: the four bytes that tell which of a name's keys signed. */
export function keyIdOf(name: string, publicKey: KeyObject): Buffer {
  const named = Buffer.concat([Buffer.from(`${name}\n`), typed(publicKey)]);
  return hash('sha256', named, 'buffer').subarray(0, KEY_ID_BYTES);
}

const typed = (key: KeyObject): Buffer => Buffer.concat([Buffer.from([ED25519]), rawPublicKey(key)]);

function rawPublicKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}
