import { fullRoot, nodeHash } from './hashing.js';
import { TILE_WIDTH, tileWidth } from './tiles.js';

/** The root of the full subtree of 2^level leaves that begins with leaf index × 2^level. */
export type HashReader = (level: number, index: number) => Promise<Buffer>;
/** The hashes of a tile, `width` of them or more. */
export type TileReader = (level: number, index: number, width: number) => Promise<Buffer>;

const TILE_HEIGHT = Math.log2(TILE_WIDTH);

/** Reads the tree of `size` leaves from its tiles. */
export function hashesFrom(readTile: TileReader, size: number): HashReader {
  return async (level, index) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const width = 2 ** (level % TILE_HEIGHT);
    const tile = Math.floor((index * width) / TILE_WIDTH);
    const hashes = await readTile(tileLevel, tile, tileWidth(size, tileLevel, tile));
    return fullRoot(hashes, (index * width) % TILE_WIDTH, width);
  };
}

/** RFC 6962 §2.1.1, PATH(index, D[size]): the leaf's sibling first. */
export async function inclusionProof(read: HashReader, index: number, size: number): Promise<Buffer[]> {
  if (index >= size) throw new Error('invariant: the leaf is in the tree');
  const proof: Buffer[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + split(end - start);
    if (index < middle) {
      proof.push(await rangeRoot(read, middle, end));
      end = middle;
    } else {
      proof.push(await rangeRoot(read, start, middle));
      start = middle;
    }
  }
  return proof.reverse();
}

/** RFC 6962 §2.1.2, PROOF(older, D[size]). */
export async function consistencyProof(read: HashReader, older: number, size: number): Promise<Buffer[]> {
  if (older > size) throw new Error('invariant: the older tree is not the larger one');
  if (older === 0) return [];
  const proof: Buffer[] = [];
  let [start, end] = [0, size];
  while (older !== end) {
    const middle = start + split(end - start);
    if (older <= middle) {
      proof.push(await rangeRoot(read, middle, end));
      end = middle;
    } else {
      proof.push(await rangeRoot(read, start, middle));
      start = middle;
    }
  }
  // What the older root is itself need not be told: its holder has it.
  if (start > 0) proof.push(await rangeRoot(read, start, end));
  return proof.reverse();
}

/** MTH(D[start:end]); `start` is a multiple of the largest power of two in the width, as both walks give it. */
export async function rangeRoot(read: HashReader, start: number, end: number): Promise<Buffer> {
  const width = end - start;
  const level = Math.log2(width);
  if (Number.isInteger(level)) return read(level, start / width);
  const middle = start + split(width);
  return nodeHash(await rangeRoot(read, start, middle), await rangeRoot(read, middle, end));
}

/** The largest power of two below `width`. */
function split(width: number): number {
  let power = 1;
  while (power * 2 < width) power *= 2;
  return power;
}

interface Tree {
  size: number;
  root: Buffer;
}

/** RFC 9162 §2.1.4.2: does the proof show that `newer` begins with all of `older`? */
export function isConsistent(older: Tree, newer: Tree, proof: readonly Buffer[]): boolean {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && older.root.equals(newer.root);
  if (older.size === 0) return proof.length === 0;
  const path = Number.isInteger(Math.log2(older.size)) ? [older.root, ...proof] : [...proof];
  const first = path.shift();
  if (first === undefined) return false;
  let [fn, sn] = [older.size - 1, newer.size - 1];
  const up = (): void => {
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  };
  while (fn % 2 === 1) up();
  let [olderRoot, newerRoot] = [first, first];
  for (const hash of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      olderRoot = nodeHash(hash, olderRoot);
      newerRoot = nodeHash(hash, newerRoot);
      while (fn % 2 === 0 && fn !== 0) up();
    } else {
      newerRoot = nodeHash(newerRoot, hash);
    }
    up();
  }
  return sn === 0 && olderRoot.equals(older.root) && newerRoot.equals(newer.root);
}

const FORMAT = 'c2sp.org/tlog-proof@v1';

/** A proof that can be carried away: c2sp.org/tlog-proof@v1. `extra`: the record's salt. */
export function proofText(proof: {
  extra: Buffer;
  index: number;
  hashes: readonly Buffer[];
  checkpoint: string;
}): string {
  const { extra, index, hashes, checkpoint } = proof;
  const lines = [
    FORMAT,
    `extra ${extra.toString('base64')}`,
    `index ${index}`,
    ...hashes.map((hash) => hash.toString('base64')),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}
