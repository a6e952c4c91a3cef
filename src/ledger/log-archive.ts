import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { leafHash } from './hashing.js';
import { RightEdge, type StoredTile } from './right-edge.js';
import { bundleOf, tilePath, TILE_WIDTH, tileWidth } from './tiles.js';

/** Entries of the log from one position up to another, in order. */
export type EntryReader = (from: number, to: number) => Promise<Buffer[]>;

export interface ArchivedLog {
  vkey: string;
  /** What the tiles are written for; without a note, the tree as it was found. */
  size: number;
  /** A checkpoint of just that size; undefined when none of those that were signed fits what was found. */
  note: string | undefined;
  /** The largest checkpoint that was signed, whether or not its entries are still there. */
  lastSigned: string;
}

/**
 * Writes a log that goes on no more as files, laid out as c2sp.org/tlog-tiles serves them, so that `kashikagi verify` and
 * any mirror read them. Written again, it is the same: a crash in between is mended by running it once more.
 */
export async function writeLogArchive(folder: string, log: ArchivedLog, read: EntryReader): Promise<void> {
  const write = async (path: string, content: Buffer | string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  const edge = new RightEdge(0, []);
  for (let from = 0; from < log.size; from += TILE_WIDTH) {
    const entries = await read(from, Math.min(from + TILE_WIDTH, log.size));
    const name = { level: 'entries' as const, index: from / TILE_WIDTH, width: entries.length };
    await write(`tile/${tilePath(name)}`, bundleOf(entries));
    for (const entry of entries) edge.append(leafHash(entry));
    await writeTiles(edge.takeCompleted());
  }
  await writeTiles(edge.tiles().filter(({ hashes }) => hashes.length > 0));
  await write('vkey', `${log.vkey}\n`);
  await write('last-signed', log.lastSigned);
  if (log.note !== undefined) await write('checkpoint', log.note);

  async function writeTiles(tiles: readonly StoredTile[]): Promise<void> {
    for (const { level, index, hashes } of tiles) {
      const width = tileWidth(edge.size, level, index);
      await write(`tile/${tilePath({ level, index, width })}`, hashes);
    }
  }
}
