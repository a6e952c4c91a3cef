import type { Findings } from './finding.js';
import { tilePath, type Source } from './source.js';
import { GrowingTree, HASH_BYTES, leafHash, TILE_WIDTH } from './tree.js';

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;
const LENGTH_BYTES = 2;
const BUNDLE_BYTES = TILE_WIDTH * (LENGTH_BYTES + 0xffff);

export interface AuditPlan {
  size: number;
  /** Sizes at which the root is wanted, e.g. of older checkpoints. */
  marks: ReadonlySet<number>;
  /** Every leaf in turn. */
  onLeaf: (index: number, leaf: Buffer) => void;
  onProgress: (entries: number) => void;
}

export interface AuditOutcome {
  /** Entries read; fewer than the size when a file is missing or cannot be taken apart. */
  entries: number;
  /** The root over all entries; undefined when not all could be read. */
  root: Buffer | undefined;
  roots: Map<number, Buffer>;
  tiles: number;
}

interface Piece {
  index: number;
  width: number;
  bundle: Buffer | undefined;
  tile: Buffer | undefined;
}

/**
 * Reads every entry bundle and every tile once, in order, and computes the whole tree from the entries alone.
 * Tiles are only compared with what comes out: nothing that the ledger says about itself is taken for true.
 */
export async function audit(source: Source, plan: AuditPlan, findings: Findings): Promise<AuditOutcome> {
  const upper = new UpperTiles(source, findings);
  const tree = new GrowingTree((level, hash) => upper.add(level, hash));
  const roots = new Map<number, Buffer>();
  const mark = (): void => {
    if (plan.marks.has(tree.size)) roots.set(tree.size, tree.root());
  };
  let tiles = 0;
  mark();
  for await (const { index, width, bundle, tile } of pieces(source, plan.size)) {
    const path = tilePath('entries', index, width);
    if (bundle === undefined) findings.add({ what: 'missing', path });
    const preimages = bundle && takeApart(bundle, width);
    if (bundle && !preimages) findings.add({ what: 'form', path });
    const leaves = tile && wholeTile(tile, tilePath(0, index, width), width, findings);
    if (!tile) findings.add({ what: 'missing', path: tilePath(0, index, width) });
    if (!preimages) return { entries: tree.size, root: undefined, roots, tiles };
    for (const [position, preimage] of preimages.entries()) {
      const leaf = leafHash(preimage);
      if (leaves && !isAt(leaf, leaves, position)) findings.add({ what: 'entry', index: tree.size });
      plan.onLeaf(tree.size, leaf);
      tree.push(leaf);
      mark();
    }
    tiles += 1;
    tiles += await upper.checkFull();
    plan.onProgress(tree.size);
  }
  tiles += await upper.checkRest();
  return { entries: tree.size, root: tree.root(), roots, tiles };
}

/** Bundles and level-0 tiles in order, the next few already on their way. */
async function* pieces(source: Source, size: number): AsyncGenerator<Piece> {
  const total = Math.ceil(size / TILE_WIDTH);
  const waiting: Promise<Piece>[] = [];
  for (let index = 0, next = 0; index < total; index += 1) {
    for (; next < total && next < index + source.width; next += 1) {
      const piece = readPiece(source, next, Math.min(TILE_WIDTH, size - next * TILE_WIDTH));
      // Awaited in its turn; a failure that comes earlier is not lost, and not unhandled either.
      piece.catch(() => undefined);
      waiting.push(piece);
    }
    const piece = waiting.shift();
    if (piece) yield await piece;
  }
}

async function readPiece(source: Source, index: number, width: number): Promise<Piece> {
  const [bundle, tile] = await Promise.all([
    readTile(source, 'entries', index, width),
    readTile(source, 0, index, width),
  ]);
  return { index, width, bundle, tile };
}

/** A partial tile may be gone once the full one is there, of which it is a prefix (tlog-tiles, "Partial Tiles"). */
async function readTile(
  source: Source,
  kind: number | 'entries',
  index: number,
  width: number,
): Promise<Buffer | undefined> {
  const atMost = kind === 'entries' ? BUNDLE_BYTES : TILE_BYTES;
  const found = await source.read(tilePath(kind, index, width), atMost);
  if (found !== undefined || width === TILE_WIDTH) return found;
  const full = await source.read(tilePath(kind, index, TILE_WIDTH), atMost);
  return full && prefix(full, kind, width);
}

function prefix(full: Buffer, kind: number | 'entries', width: number): Buffer {
  if (kind !== 'entries') return full.subarray(0, width * HASH_BYTES);
  let end = 0;
  for (let n = 0; n < width && end + LENGTH_BYTES <= full.length; n += 1) {
    end += LENGTH_BYTES + full.readUInt16BE(end);
  }
  return full.subarray(0, end);
}

/**
 * `width` times a length of two bytes and an entry, and nothing behind. → what each leaf is the hash of: the
 * byte before an entry is set to 0x00 in place, so that no entry has to be copied.
 */
function takeApart(bundle: Buffer, width: number): Buffer[] | undefined {
  const preimages: Buffer[] = [];
  let at = 0;
  for (let n = 0; n < width; n += 1) {
    if (at + LENGTH_BYTES > bundle.length) return undefined;
    const end = at + LENGTH_BYTES + bundle.readUInt16BE(at);
    if (end > bundle.length) return undefined;
    bundle[at + 1] = 0;
    preimages.push(bundle.subarray(at + 1, end));
    at = end;
  }
  return at === bundle.length ? preimages : undefined;
}

function wholeTile(tile: Buffer, path: string, width: number, findings: Findings): Buffer | undefined {
  if (tile.length === width * HASH_BYTES) return tile;
  findings.add({ what: 'form', path });
  return undefined;
}

const isAt = (hash: Buffer, tile: Buffer, position: number): boolean =>
  hash.compare(tile, position * HASH_BYTES, (position + 1) * HASH_BYTES) === 0;

/** Tiles of level 1 and above: what was computed for them, compared when full and at the end. */
class UpperTiles {
  private readonly levels: { index: number; hashes: Buffer[] }[] = [];
  private readonly full: { level: number; index: number; hashes: Buffer[] }[] = [];

  constructor(
    private readonly source: Source,
    private readonly findings: Findings,
  ) {}

  add(level: number, hash: Buffer): void {
    const tile = (this.levels[level - 1] ??= { index: 0, hashes: [] });
    tile.hashes.push(hash);
    if (tile.hashes.length < TILE_WIDTH) return;
    this.full.push({ level, ...tile });
    this.levels[level - 1] = { index: tile.index + 1, hashes: [] };
  }

  /** → how many tiles were compared. */
  async checkFull(): Promise<number> {
    const full = this.full.splice(0);
    for (const { level, index, hashes } of full) await this.check(level, index, hashes);
    return full.length;
  }

  async checkRest(): Promise<number> {
    const rest = this.levels.flatMap((tile, n) =>
      tile.hashes.length > 0 ? [{ level: n + 1, ...tile }] : [],
    );
    for (const { level, index, hashes } of rest) await this.check(level, index, hashes);
    return rest.length;
  }

  private async check(level: number, index: number, hashes: Buffer[]): Promise<void> {
    const path = tilePath(level, index, hashes.length);
    const found = await readTile(this.source, level, index, hashes.length);
    if (!found) return this.findings.add({ what: 'missing', path });
    const tile = wholeTile(found, path, hashes.length, this.findings);
    if (!tile) return;
    for (const [position, hash] of hashes.entries()) {
      if (!isAt(hash, tile, position)) this.findings.add({ what: 'tile', path, position });
    }
  }
}
