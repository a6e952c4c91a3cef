import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * The second place of the last checkpoint: a file of this instance, apart from the database. A database that was put
 * back from an older backup does not remember what was signed since; this file does.
 */
export class KeptCheckpoint {
  constructor(readonly path: string) {}

  /** → the note; undefined when this instance has kept none yet. Error: the system's, when it cannot be read. */
  async read(): Promise<string | undefined> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** On disk, file and name, when this returns: only then may anybody see the signature. */
  async keep(note: string): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    const written = `${this.path}.${process.pid}`;
    // A crash HERE leaves a file beside it that the next call overwrites.
    await synced(written, 'w', (file) => file.writeFile(note));
    await rename(written, this.path);
    await synced(dirname(this.path), 'r', () => Promise.resolve());
  }
}

type File = Awaited<ReturnType<typeof open>>;

async function synced(path: string, flag: 'r' | 'w', work: (file: File) => Promise<void>): Promise<void> {
  const file = await open(path, flag);
  try {
    await work(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
