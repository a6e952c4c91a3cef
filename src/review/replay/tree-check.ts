import { leafHash } from '../../ledger/hashing.js';
import { RightEdge } from '../../ledger/right-edge.js';

export interface Leaf {
  position: number;
  entry: string;
  hash: Buffer;
}

/** Leaves, in their order, make the roots that the tree states and that were signed. Keeps the right edge alone. */
export class TreeCheck {
  private readonly edge = new RightEdge(0, []);
  /** The first position whose leaf is not there, or is not the hash of its entry. */
  brokenAt: number | undefined;
  private readonly roots = new Map<number, Buffer>();

  /** `sizes`: those whose roots will be asked for. */
  constructor(private readonly sizes: ReadonlySet<number>) {
    this.keepRoot();
  }

  get size(): number {
    return this.edge.size;
  }

  take({ position, entry, hash }: Leaf): void {
    if (position !== this.edge.size || !leafHash(Buffer.from(entry)).equals(hash))
      this.brokenAt ??= this.edge.size;
    this.edge.append(hash);
    this.edge.takeCompleted();
    this.keepRoot();
  }

  makes(size: number, root: Buffer): boolean {
    return this.brokenAt === undefined && this.roots.get(size)?.equals(root) === true;
  }

  private keepRoot(): void {
    if (this.sizes.has(this.edge.size)) this.roots.set(this.edge.size, this.edge.root());
  }
}
