import { Injectable } from '@nestjs/common';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { HASH_BYTES } from './hashing.js';
import type { Checkpoint } from './note.js';
import { hashesFrom, inclusionProof } from './proofs.js';
import { bundleOf, cutBundle, tilePath, TILE_WIDTH, type TileName } from './tiles.js';
import { TileCache } from './tile-cache.js';
import { TreeRepository } from './tree.repository.js';

const HELD_MS = 500;
/** Whoever asks beyond what is signed, again and again, makes the database look no oftener than this. */
const LOOKED_MS = 100;

/** What strangers see: the last checkpoint, and of the tree what it covers, nothing beyond. */
@Injectable()
export class PublishedTree {
  private readonly cache = new TileCache();
  private held: { at: number; checkpoint: Promise<Checkpoint | undefined> } | undefined;

  constructor(
    private readonly tree: TreeRepository,
    private readonly checkpoints: CheckpointsRepository,
  ) {}

  /** At most half a second old, so that a crowd of readers asks the database once. Undefined: nothing is signed yet. */
  async checkpoint(): Promise<Checkpoint | undefined> {
    const now = performance.now();
    if (!this.held || now - this.held.at > HELD_MS) {
      const held = { at: now, checkpoint: this.checkpoints.published() };
      this.held = held;
      held.checkpoint.catch(() => {
        if (this.held === held) this.held = undefined;
      });
    }
    return this.held.checkpoint;
  }

  /** Looks again when the given size is not covered: the reader may have the checkpoint from another instance. */
  async covering(size: number): Promise<Checkpoint | undefined> {
    const checkpoint = await this.checkpoint();
    if (checkpoint && checkpoint.size >= size) return checkpoint;
    if (this.held && performance.now() - this.held.at > LOOKED_MS) this.held = undefined;
    const latest = await this.checkpoint();
    return latest && latest.size >= size ? latest : undefined;
  }

  /** Undefined: there is no such tile in what was signed. */
  async read(name: TileName): Promise<Buffer | undefined> {
    const level = name.level === 'entries' ? 0 : name.level;
    const leaves = (name.index * TILE_WIDTH + name.width) * TILE_WIDTH ** level;
    if (!(await this.covering(leaves))) return undefined;
    const found = name.level === 'entries' ? await this.bundle(name) : await this.hashes(level, name);
    return found && cut(found, name);
  }

  /** The siblings of a leaf on the way up to the checkpoint's root. */
  async inclusion(index: number, { size }: Checkpoint): Promise<Buffer[]> {
    const read = hashesFrom(async (level, tile, width) => {
      const hashes = await this.hashes(level, { index: tile, width });
      if (!hashes) throw new Error('invariant: the tiles of the signed tree are there');
      return hashes;
    }, size);
    return inclusionProof(read, index, size);
  }

  private hashes(level: number, { index, width }: Omit<TileName, 'level'>): Promise<Buffer | undefined> {
    return this.cached({ level, index, width }, () => this.tree.tile(level, index));
  }

  /** Undefined where an entry is gone: a stranger then finds a file missing, and not a server that is out of order. */
  private bundle(name: TileName): Promise<Buffer | undefined> {
    const from = name.index * TILE_WIDTH;
    return this.cached(name, async () => {
      const entries = await this.tree.entries(from, from + name.width);
      return entries.length === name.width ? bundleOf(entries) : undefined;
    });
  }

  /** Only full tiles are kept: they never change. */
  private async cached<T extends Buffer | undefined>(name: TileName, load: () => Promise<T>): Promise<T> {
    if (name.width < TILE_WIDTH) return load();
    const path = tilePath(name);
    const kept = this.cache.get(path);
    if (kept) return kept as T;
    const loaded = await load();
    if (loaded) this.cache.set(path, loaded);
    return loaded;
  }
}

function cut(found: Buffer, { level, width }: TileName): Buffer {
  return level === 'entries' ? cutBundle(found, width) : found.subarray(0, width * HASH_BYTES);
}
