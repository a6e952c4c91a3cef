import { createHmac } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Findings } from './finding.js';
import { fromBase64 } from './note.js';
import { UnreadableError } from './source.js';
import { successionIn, type Succession } from './succession.js';
import { Completeness } from './completeness.js';
import { HASH_BYTES, leafHash } from './tree.js';
import { UseNumbers } from './use-numbers.js';

const SALT_BYTES = 32;

interface Line {
  index: number;
  id: string;
  payload: string;
  salt: Buffer;
}

/**
 * Revealed records, one JSON object a line: {index, id, payload, salt}. Each is turned into the leaf that it must
 * have made, before the tree is read; 40 bytes a record are kept.
 */
export class RevealedRecords {
  private readonly indexes: number[] = [];
  private leaves = Buffer.alloc(1024 * HASH_BYTES);
  /** Rows in the order of their indexes, and the next one that the tree will come to. */
  private order: Uint32Array | undefined;
  private next = 0;
  readonly uses = new UseNumbers();
  readonly successions: Succession[] = [];
  opened = 0;

  private constructor(readonly completeness: Completeness | undefined) {}

  get count(): number {
    return this.indexes.length;
  }

  /** Throws UnreadableError. */
  static async read(
    file: string,
    size: number,
    findings: Findings,
    isComplete = false,
  ): Promise<RevealedRecords> {
    const records = new RevealedRecords(isComplete ? new Completeness(size) : undefined);
    const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
    let number = 0;
    try {
      for await (const line of lines) {
        number += 1;
        if (line !== '') records.take(line, number, size, findings);
      }
    } catch (error) {
      throw new UnreadableError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
    records.sort(findings);
    return records;
  }

  private take(text: string, number: number, size: number, findings: Findings): void {
    const line = readLine(text);
    if (typeof line === 'string') return findings.add({ what: 'record-form', line: number, why: line });
    const { index, id, payload, salt } = line;
    if (index >= size) return findings.add({ what: 'record-outside', index, size });
    const said = object(payload);
    if (said?.['id'] !== id) return findings.add({ what: 'record-payload', line: number, index });
    this.uses.take(said);
    const succession = successionIn(said, index);
    if (succession) this.successions.push(succession);
    this.completeness?.take(index, said, findings);
    const c = createHmac('sha256', salt).update(payload).digest('base64');
    const entry = JSON.stringify({ v: 1, id, c });
    this.keep(index, leafHash(Buffer.from(`\0${entry}`)));
  }

  private keep(index: number, leaf: Buffer): void {
    const at = this.indexes.push(index) * HASH_BYTES;
    if (at > this.leaves.length) this.leaves = Buffer.concat([this.leaves], 2 * this.leaves.length);
    this.leaves.set(leaf, at - HASH_BYTES);
  }

  private sort(findings: Findings): void {
    const { indexes } = this;
    const at = (row: number): number => indexes[row] ?? 0;
    this.order = Uint32Array.from(indexes.keys()).sort((one, other) => at(one) - at(other));
    let before = -1;
    for (const row of this.order) {
      if (at(row) === before) findings.add({ what: 'record-twice', index: before });
      before = at(row);
    }
  }

  /** For every leaf of the tree in turn. */
  meet(index: number, leaf: Buffer, findings: Findings): void {
    this.completeness?.meet(index, leaf);
    for (; ; this.next += 1) {
      const row = this.order?.[this.next];
      if (row === undefined || this.indexes[row] !== index) return;
      const isSame = leaf.compare(this.leaves, row * HASH_BYTES, (row + 1) * HASH_BYTES) === 0;
      if (isSame) {
        this.opened += 1;
        this.completeness?.open(index);
      } else findings.add({ what: 'record', index });
    }
  }
}

/** → the line, or the name of the member that is wrong. A payload that is not there is wrong: it cannot be told from one taken away. */
function readLine(text: string): Line | string {
  const line = object(text);
  if (line === undefined) return 'JSON';
  const { index, id, payload, salt } = line;
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) return 'index';
  if (typeof id !== 'string') return 'id';
  if (typeof payload !== 'string') return 'payload';
  const bytes = typeof salt === 'string' ? fromBase64(salt) : undefined;
  if (bytes?.length !== SALT_BYTES) return 'salt';
  return { index, id, payload, salt: bytes };
}

function object(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
