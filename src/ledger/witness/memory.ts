import { hash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Tree } from '../verify/consistency.js';
import { EMPTY_ROOT, HASH_BYTES } from '../verify/tree.js';
import { createDurably, syncFolder } from './durable.js';

/** What a witness last cosigned of one log, and as which turn. */
export interface Remembered extends Tree {
  turn: number;
}

/** The folder holds something that this program did not write: a person has to look. */
export class MemoryError extends Error {}

const NOTHING: Remembered = { turn: 0, size: 0, root: EMPTY_ROOT };

/**
 * The last cosigned tree of each log, one file for each turn: `logs/<hash of the origin>/<turn>`. A turn is taken by
 * making its file, which only one can: two programs on one folder cannot both go on from the same tree, nor can a
 * paused one go back behind another. Files of earlier turns are cleared away behind the newest.
 */
export class Memory {
  constructor(private readonly folder: string) {}

  async last(origin: string): Promise<Remembered> {
    const turn = Math.max(0, ...(await this.turns(origin)));
    if (turn === 0) return NOTHING;
    const path = this.pathOf(origin, turn);
    return { turn, ...treeIn(await readFile(path, 'utf8'), origin, path) };
  }

  /** On disk when this answers true: only then may a cosignature leave. False: another program took a turn. */
  async advance(origin: string, { turn }: Remembered, tree: Tree): Promise<boolean> {
    const next = turn + 1;
    const text = `${origin}\n${tree.size}\n${tree.root.toString('base64')}\n`;
    const path = this.pathOf(origin, next);
    if (turn === 0) await this.makeFolder(dirname(path));
    if (!(await createDurably(path, text))) return false;
    // A crash HERE: remembered and never cosigned; the log asks again from this size and gets its cosignature.
    const turns = await this.turns(origin);
    // Another program has gone on and cleared the file of this very turn away before we made it: ours counts for nothing.
    const isNewest = turns.every((one) => one <= next);
    const old = turns.filter((one) => (isNewest ? one < next : one === next));
    for (const one of old) await rm(this.pathOf(origin, one), { force: true });
    return isNewest;
  }

  /** The first file of a log stands in folders that are themselves on disk. */
  private async makeFolder(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await syncFolder(dirname(folder));
    await syncFolder(this.folder);
  }

  private async turns(origin: string): Promise<number[]> {
    const names = await readdir(this.folderOf(origin)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names.filter((name) => /^[1-9][0-9]*$/.test(name)).map(Number);
  }

  private folderOf(origin: string): string {
    return join(this.folder, 'logs', hash('sha256', origin, 'hex'));
  }

  private pathOf(origin: string, turn: number): string {
    return join(this.folderOf(origin), String(turn));
  }
}

function treeIn(text: string, origin: string, path: string): Tree {
  const [name, size, root = '', end] = text.split('\n');
  const tree = { size: Number(size), root: Buffer.from(root, 'base64') };
  if (name === origin && Number.isSafeInteger(tree.size) && tree.root.length === HASH_BYTES && end === '') {
    return tree;
  }
  throw new MemoryError(`${path}: not what this witness wrote; nothing is cosigned for ${origin}`);
}
