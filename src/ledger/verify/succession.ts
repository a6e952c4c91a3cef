import { FormError, readVerifierKey, type VerifierKey } from './note.js';
import { GrowingTree } from './tree.js';

/** A record of the ledger which says that it follows another log, whose entries stand behind that record. */
export interface Succession {
  origin: string;
  key: VerifierKey;
  /** How many entries of the old log were found, and follow. */
  found: number;
  /** Where entry 0 of the old log stands in this one. */
  offset: number;
  why: string;
}

/** → undefined for any other record, and for one whose members are not what they must be. */
export function successionIn(payload: Record<string, unknown>, index: number): Succession | undefined {
  if (payload['type'] !== 'ledger.succession') return undefined;
  const { origin, vkey, found_size: found, why } = (payload['details'] ?? {}) as Record<string, unknown>;
  if (typeof origin !== 'string' || typeof vkey !== 'string' || typeof why !== 'string') return undefined;
  if (typeof found !== 'number' || !Number.isSafeInteger(found)) return undefined;
  try {
    const key = readVerifierKey(vkey, 'log');
    return key.name === origin ? { origin, key, found, offset: index + 1, why } : undefined;
  } catch (error) {
    if (error instanceof FormError) return undefined;
    throw error;
  }
}

/** The old log's tree, computed from its entries where they stand in the new one. */
export class FormerTree {
  readonly roots = new Map<number, Buffer>();
  private readonly tree = new GrowingTree(() => undefined);

  constructor(
    private readonly offset: number,
    private readonly marks: ReadonlySet<number>,
  ) {
    this.mark();
  }

  /** For every leaf of the new log in turn. */
  meet(index: number, leaf: Buffer): void {
    if (index < this.offset) return;
    this.tree.push(leaf);
    this.mark();
  }

  private mark(): void {
    if (this.marks.has(this.tree.size)) this.roots.set(this.tree.size, this.tree.root());
  }
}
