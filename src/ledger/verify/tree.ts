import { hash } from 'node:crypto';

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;
/** Hashes of a full tile: height 8 (c2sp.org/tlog-tiles). */
export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;

/** RFC 6962 §2.1: the hash of the empty tree. */
export const EMPTY_ROOT = hash('sha256', Buffer.alloc(0), 'buffer');

const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** SHA-256(0x01 || left || right). */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return hash('sha256', pair, 'buffer');
}

/** `preimage` is the entry with one byte 0x00 before it (RFC 6962 §2.1): no leaf can pass for a node. */
export function leafHash(preimage: Buffer): Buffer {
  return hash('sha256', preimage, 'buffer');
}

/**
 * The Merkle tree of RFC 6962 while it grows leaf by leaf: only the roots of its full subtrees on the right edge
 * are held, so that a tree of any size takes a few hundred bytes, and its root at any size passed can be asked.
 */
export class GrowingTree {
  size = 0;
  /** edge[level]: the root of the full subtree of 2^level leaves that waits for its right sibling. */
  private readonly edge: (Buffer | undefined)[] = [];

  /** `onTileHash(level, hash)`: a hash of tile level ≥ 1, the root of a full tile below, in order. */
  constructor(private readonly onTileHash: (level: number, hash: Buffer) => void) {}

  push(leaf: Buffer): void {
    let hash = leaf;
    let level = 0;
    for (let left = this.edge[level]; left !== undefined; left = this.edge[level]) {
      hash = nodeHash(left, hash);
      this.edge[level] = undefined;
      level += 1;
      if (level % TILE_HEIGHT === 0) this.onTileHash(level / TILE_HEIGHT, hash);
    }
    this.edge[level] = hash;
    this.size += 1;
  }

  /** The root of the tree as it stands. */
  root(): Buffer {
    let root: Buffer | undefined;
    for (const left of this.edge) {
      if (left !== undefined) root = root === undefined ? left : nodeHash(left, root);
    }
    return root ?? EMPTY_ROOT;
  }
}
