import { createPublicKey, sign, type KeyObject } from 'node:crypto';
import { leafHash, nodeHash } from './hashing.js';
import { keyIdOf } from './note.js';
import type { WrittenRecord } from './record.js';

/**
 * The first line of what is signed. `@` stands in no origin (`ledgerOrigin` refuses it), so this text can never be read
 * as a checkpoint, whose first line is one; nor a checkpoint as this.
 */
const SIGNED = 'kashikagi-receipts@v1';
const FORMAT = 'kashikagi-receipt@v1';
/** Behind the origin: the name under which the ledger's key signs receipts (c2sp.org/signed-note). */
const KEY_NAME = '/receipts';

/** What a receipt says of a record. */
type Received = Pick<WrittenRecord, 'id' | 'at' | 'useNo' | 'entry'>;

/**
 * Signed receipts of uses (ledger.md §4): who used takes one home, and `kashikagi verify --receipt` finds by it that the
 * record stands in the ledger. One signature for all records of a batch, since one for each would cost as much as
 * the rest of a decision: the signed root is that of an RFC 6962 tree over the statements, and each receipt bears its path.
 * The ledger's own key signs, so that whoever holds the vkey can check a receipt, and no further key has to be kept.
 */
export class Receipts {
  private readonly keyName: string;
  private readonly keyId: Buffer;

  constructor(
    private readonly origin: string,
    private readonly privateKey: KeyObject,
  ) {
    this.keyName = `${origin}${KEY_NAME}`;
    this.keyId = keyIdOf(this.keyName, createPublicKey(privateKey));
  }

  /**
   * → one receipt for each record, in order. Call it when the records are durable, never before: the signature says so.
   */
  issue(records: readonly Received[]): string[] {
    if (records.length === 0) return [];
    const statements = records.map(statementOf);
    const { root, paths } = treeOf(statements.map((one) => leafHash(Buffer.from(one))));
    const note = this.signed(`${SIGNED}\n${this.origin}\n${records.length}\n${root.toString('base64')}\n`);
    return statements.map((statement, index) => {
      const siblings = (paths[index] ?? []).map((one) => `${one.toString('base64')}\n`);
      return `${FORMAT}\n${statement}index ${index}\n${siblings.join('')}\n${note}`;
    });
  }

  private signed(text: string): string {
    const signature = sign(null, Buffer.from(text), this.privateKey);
    return `${text}\n— ${this.keyName} ${Buffer.concat([this.keyId, signature]).toString('base64')}\n`;
  }
}

/** `leaf`: the hash that has to stand in the ledger. A refusal has no use number. */
function statementOf({ id, at, useNo, entry }: Received): string {
  const leaf = leafHash(Buffer.from(entry));
  return `record ${id}\nleaf ${leaf.toString('base64')}\nuse ${useNo ?? '-'}\nat ${at.toISOString()}\n`;
}

/** RFC 6962 §2.1 and §2.1.1: the root, and the siblings of each leaf on the way up to it. */
function treeOf(leaves: readonly Buffer[]): { root: Buffer; paths: Buffer[][] } {
  const [only] = leaves;
  if (only !== undefined && leaves.length === 1) return { root: only, paths: [[]] };
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  const [left, right] = [treeOf(leaves.slice(0, half)), treeOf(leaves.slice(half))];
  return {
    root: nodeHash(left.root, right.root),
    paths: [
      ...left.paths.map((path) => [...path, right.root]),
      ...right.paths.map((path) => [...path, left.root]),
    ],
  };
}
