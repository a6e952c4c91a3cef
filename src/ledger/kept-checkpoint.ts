import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FolderMark } from './folder-mark.js';

/**
 * The second place of the last checkpoint: a file of this instance, apart from the database. A database that was put
 * back from an older backup does not remember what was signed since; this file does.
 */
export class KeptCheckpoint {
  private readonly folder: FolderMark;

  constructor(readonly path: string) {
    this.folder = new FolderMark(dirname(path));
  }

  /** By a service, once: its file lies in this very folder, or nowhere. */
  takeFolder(): Promise<void> {
    return this.folder.take();
  }

  /** → the note; undefined when this instance has kept none yet. Errors: OtherFolderError; the system's. */
  async read(): Promise<string | undefined> {
    await this.folder.refuseOther();
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** On disk, file and name, when this returns: only then may anybody see the signature. */
  async keep(note: string): Promise<void> {
    await this.folder.refuseOther();
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
