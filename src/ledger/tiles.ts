import { HASH_BYTES } from './hashing.js';

/** Hashes of a full tile: height 8 (c2sp.org/tlog-tiles). */
export const TILE_WIDTH = 256;
export const TILE_BYTES = TILE_WIDTH * HASH_BYTES;
/** Levels above this one would need more leaves than a number can count. */
const HIGHEST_LEVEL = 5;

/** A tile of hashes, or the entries under a tile of level 0. `width` 1 … 256; below 256 it is a partial one. */
export interface TileName {
  level: number | 'entries';
  index: number;
  width: number;
}

/** How many hashes of a level the tree of `size` leaves has: roots of full subtrees of 256^level leaves. */
export function hashesAt(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** How wide a tile is in the tree of `size` leaves; 0 where it has none there. */
export function tileWidth(size: number, level: number, index: number): number {
  return Math.max(0, Math.min(TILE_WIDTH, hashesAt(size, level) - index * TILE_WIDTH));
}

/** The highest level on which the tree of `size` leaves has a hash; 0 for the empty one. */
export function topLevel(size: number): number {
  let level = 0;
  while (hashesAt(size, level + 1) > 0) level += 1;
  return level;
}

/** Every tile of the tree of `size` leaves. */
export function* tilesOf(size: number): Generator<TileName> {
  for (let level = 0; hashesAt(size, level) > 0; level += 1) {
    for (let index = 0; tileWidth(size, level, index) > 0; index += 1) {
      yield { level, index, width: tileWidth(size, level, index) };
    }
  }
}

/** As C2SP writes it below `tile/`: `0/x001/x234/067.p/12`, `entries/000`. */
export function tilePath({ level, index, width }: TileName): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const name = groups.map((group, n) => (n < groups.length - 1 ? `x${group}` : group)).join('/');
  return `${level}/${name}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

const PATH = /^(\d|entries)\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/;

/** → undefined for whatever is not exactly how the tile is written: one tile has one path. */
export function parseTilePath(path: string): TileName | undefined {
  const [, first = '', name = '', partial] = PATH.exec(path) ?? [];
  const level = first === 'entries' ? 'entries' : Number(first);
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const tile: TileName = { level, index: Number(name.replace(/[x/]/g, '')), width };
  if (first === '' || width < 1 || (level !== 'entries' && level > HIGHEST_LEVEL)) return undefined;
  return tilePath(tile) === path ? tile : undefined;
}

const LENGTH_BYTES = 2;
const LONGEST_ENTRY = 0xffff;

/** Entries one behind the other, each with its length before it: uint16, big-endian. */
export function bundleOf(entries: readonly Buffer[]): Buffer {
  const parts = entries.flatMap((entry) => {
    if (entry.length > LONGEST_ENTRY) throw new Error('invariant: an entry fits its length');
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt16BE(entry.length);
    return [length, entry];
  });
  return Buffer.concat(parts);
}

/** The first `width` entries of a bundle. */
export function cutBundle(bundle: Buffer, width: number): Buffer {
  let end = 0;
  for (let n = 0; n < width; n += 1) end += LENGTH_BYTES + bundle.readUInt16BE(end);
  return bundle.subarray(0, end);
}
