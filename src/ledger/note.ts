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
    const [, origin, size, root, name, encoded] = NOTE.exec(note) ?? [];
    if (origin !== this.origin || name !== this.origin) return undefined;
    const head = { size: Number(size), root: Buffer.from(root ?? '', 'base64') };
    if (!Number.isSafeInteger(head.size) || head.root.length !== HASH_BYTES) return undefined;
    const signature = Buffer.from(encoded ?? '', 'base64');
    const text = checkpointText(origin, head);
    const isOurs =
      signature.subarray(0, KEY_ID_BYTES).equals(this.keyId) &&
      verify(null, Buffer.from(text), this.publicKey, signature.subarray(KEY_ID_BYTES));
    return isOurs && note.startsWith(`${text}\n— `) ? { ...head, origin, note } : undefined;
  }
}

const NOTE = /^([^\n]+)\n(\d+)\n([^\n]+)\n\n— (\S+) (\S+)\n$/u;

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
