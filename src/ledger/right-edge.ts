import { EMPTY_ROOT, fullRoot, HASH_BYTES, nodeHash } from './hashing.js';
import { hashesAt, TILE_BYTES, TILE_WIDTH, topLevel } from './tiles.js';

export interface StoredTile {
  level: number;
  index: number;
  hashes: Buffer;
}

/**
 * The tree while it grows: of each level the last, partial tile, and nothing else. From it follow the root, and
 * what a further leaf makes: so appending costs the same at any size. Pure.
 */
export class RightEdge {
  /** partial[level]: room for a whole tile, of which `hashesAt(size, level) % 256` are there. */
  private readonly partial: Buffer[];
  private readonly completed: StoredTile[] = [];

  /** Error: a plain one when the partial tiles are not those of a tree of that size. */
  constructor(
    public size: number,
    partial: readonly StoredTile[],
  ) {
    this.partial = partial
      .toSorted((one, other) => one.level - other.level)
      .map(({ level, index, hashes }, n) => {
        const isRight =
          level === n &&
          index === Math.floor(hashesAt(size, level) / TILE_WIDTH) &&
          hashes.length === this.width(level) * HASH_BYTES;
        if (!isRight) throw new Error(`invariant: the right edge is that of a tree of ${size} leaves`);
        return Buffer.concat([hashes], TILE_BYTES);
      });
    if (size > 0 && this.partial.length <= topLevel(size)) {
      throw new Error(`invariant: the right edge of ${size} leaves has all its levels`);
    }
  }

  append(leaf: Buffer): void {
    this.size += 1;
    let hash = leaf;
    for (let level = 0; ; level += 1) {
      const tile = (this.partial[level] ??= Buffer.alloc(TILE_BYTES));
      const count = hashesAt(this.size, level);
      hash.copy(tile, ((count - 1) % TILE_WIDTH) * HASH_BYTES);
      if (count % TILE_WIDTH !== 0) return;
      this.completed.push({ level, index: count / TILE_WIDTH - 1, hashes: tile });
      // A partial tile is never hashed upwards: only now does the level above hear of it.
      hash = fullRoot(tile, 0, TILE_WIDTH);
      this.partial[level] = Buffer.alloc(TILE_BYTES);
    }
  }

  /** The tiles that became full since the last call: each is handed out once. */
  takeCompleted(): StoredTile[] {
    return this.completed.splice(0);
  }

  /** The last tile of each level, also one that has no hash yet. */
  tiles(): StoredTile[] {
    return this.partial.map((tile, level) => ({
      level,
      index: Math.floor(hashesAt(this.size, level) / TILE_WIDTH),
      hashes: Buffer.from(tile.subarray(0, this.width(level) * HASH_BYTES)),
    }));
  }

  /** RFC 6962 §2.1: the full subtrees, from the right to the left, each the right side of what comes next. */
  root(): Buffer {
    let root: Buffer | undefined;
    for (const [level, tile] of this.partial.entries()) {
      let end = this.width(level);
      for (let width = 1; end > 0; width *= 2) {
        if (end % (2 * width) === 0) continue;
        const left = fullRoot(tile, end - width, width);
        root = root === undefined ? left : nodeHash(left, root);
        end -= width;
      }
    }
    return root ?? EMPTY_ROOT;
  }

  private width(level: number): number {
    return hashesAt(this.size, level) % TILE_WIDTH;
  }
}
