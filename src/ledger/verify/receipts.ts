import { readFile } from 'node:fs/promises';
import type { Findings } from './finding.js';
import {
  checkSignature,
  FormError,
  fromBase64,
  keyUnder,
  readNote,
  type Note,
  type VerifierKey,
} from './note.js';
import { UnreadableError } from './source.js';
import { HASH_BYTES, leafHash, nodeHash } from './tree.js';

/** Behind the log's name: the name under which its key signs receipts. */
const KEY_NAME = '/receipts';

/** What a user of the service was given for a use. */
interface Receipt {
  record: string;
  /** The leaf that has to stand in the ledger, hex. */
  leaf: string;
  /** The leaf of the statement in the batch that was signed. */
  statement: Buffer;
  index: number;
  siblings: Buffer[];
  note: Note;
  origin: string;
  /** Of the batch. */
  size: number;
  root: Buffer;
}

/**
 * Receipts of uses, as the header `Kashikagi-Receipt` gave them (base64url, separated by commas or lines), or decoded: each is
 * signed by the ledger's key, and its record has to stand in the ledger.
 */
export class Receipts {
  private readonly waiting = new Map<string, Receipt[]>();
  count = 0;
  found = 0;

  /** Throws UnreadableError. A receipt that is malformed or not signed by the key is a finding. */
  static async read(file: string, log: VerifierKey, findings: Findings): Promise<Receipts> {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new UnreadableError(`${file}: ${error.code ?? error.message}`);
    });
    const receipts = new Receipts();
    const key = keyUnder(`${log.name}${KEY_NAME}`, log);
    for (const one of apart(text)) receipts.take(one, log, key, findings);
    if (receipts.count === 0) findings.add({ what: 'receipt-form', receipt: file, why: 'empty' });
    return receipts;
  }

  private take(text: string, log: VerifierKey, key: VerifierKey, findings: Findings): void {
    this.count += 1;
    const receipt = readReceipt(text);
    const name = typeof receipt === 'string' ? `no. ${this.count}` : receipt.record;
    if (typeof receipt === 'string')
      return findings.add({ what: 'receipt-form', receipt: name, why: receipt });
    if (receipt.origin !== log.name) {
      return findings.add({ what: 'receipt-origin', receipt: name, origin: receipt.origin });
    }
    const root = rootAbove(receipt);
    if (checkSignature(receipt.note, key) !== 'good' || root?.equals(receipt.root) !== true) {
      return findings.add({ what: 'receipt-signature', receipt: name });
    }
    this.waiting.set(receipt.leaf, [...(this.waiting.get(receipt.leaf) ?? []), receipt]);
  }

  /** For every leaf of the tree. */
  meet(leaf: Buffer): void {
    if (this.waiting.size === 0) return;
    const hex = leaf.toString('hex');
    this.found += this.waiting.get(hex)?.length ?? 0;
    this.waiting.delete(hex);
  }

  /** After the last leaf: what was promised and does not stand there. */
  check(size: number, findings: Findings): void {
    for (const receipts of this.waiting.values()) {
      for (const { record } of receipts) findings.add({ what: 'receipt-missing', receipt: record, size });
    }
  }
}

/** Decoded texts begin with the name of their form; anything else is taken for base64url. */
function apart(text: string): string[] {
  if (text.startsWith('kashikagi-receipt@')) return [text];
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  return parts.map((part) => Buffer.from(part, 'base64url').toString('utf8'));
}

const HEAD =
  /^kashikagi-receipt@v1\n(record (\S+)\nleaf (\S+)\nuse (?:-|[1-9]\d*)\nat \S+\n)index (0|[1-9]\d{0,8})\n((?:\S+\n)*)$/;
const SIGNED = /^kashikagi-receipts@v1\n([^\n]+)\n([1-9]\d{0,8})\n(\S+)\n$/;

/** → the receipt, or what is wrong with its form. */
function readReceipt(text: string): Receipt | string {
  const end = text.indexOf('\n\n');
  const [, statement, record, leaf, index, path] = HEAD.exec(text.slice(0, end + 1)) ?? [];
  if (end < 0 || statement === undefined || record === undefined) return 'lines';
  const leafBytes = hashIn(leaf);
  const siblings = (path ?? '').split('\n').slice(0, -1).map(hashIn);
  if (!leafBytes || siblings.includes(undefined)) return 'hash';
  const note = noteIn(text.slice(end + 2));
  const [, origin, size, root] = SIGNED.exec(note?.text ?? '') ?? [];
  const rootBytes = hashIn(root);
  if (!note || origin === undefined || !rootBytes) return 'note';
  return {
    record,
    leaf: leafBytes.toString('hex'),
    statement: leafHash(Buffer.from(`\0${statement}`)),
    index: Number(index),
    siblings: siblings as Buffer[],
    note,
    origin,
    size: Number(size),
    root: rootBytes,
  };
}

function hashIn(text: string | undefined): Buffer | undefined {
  const bytes = fromBase64(text ?? '');
  return bytes?.length === HASH_BYTES ? bytes : undefined;
}

function noteIn(text: string): Note | undefined {
  try {
    return readNote(Buffer.from(text));
  } catch (error) {
    if (error instanceof FormError) return undefined;
    throw error;
  }
}

/** RFC 9162 §2.1.3.2: the root that a leaf and its siblings lead to; undefined when they cannot be those of the index. */
function rootAbove({ statement, index, size, siblings }: Receipt): Buffer | undefined {
  if (index >= size) return undefined;
  let [node, last, root] = [index, size - 1, statement];
  for (const sibling of siblings) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      root = nodeHash(sibling, root);
      while (node % 2 === 0 && node !== 0) [node, last] = [node >> 1, last >> 1];
    } else {
      root = nodeHash(root, sibling);
    }
    [node, last] = [node >> 1, last >> 1];
  }
  return last === 0 ? root : undefined;
}
