import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Whoever removed the folder meant it: nothing of ours may appear in what took its place. */
export class OtherFolderError extends Error {}

/**
 * Which data folder this is, by a name of chance in `<data>/folder-id`. A folder that is removed below a running service,
 * and made anew by another one, must not get this ledger's last checkpoint: the other ledger would take it for a fork.
 * Not by the folder's inode, which the next folder may get.
 */
export class FolderMark {
  private id: string | undefined;

  constructor(private readonly folder: string) {}

  /** From here on it is this folder or none. Makes folder and mark where there is none yet. */
  async take(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeFile(this.file, `${randomUUID()}\n`, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    this.id = await this.read();
  }

  /** Error: OtherFolderError, when it is not what was taken. Before `take` nothing is compared. */
  async refuseOther(): Promise<void> {
    if (this.id === undefined) return;
    const found = await this.read();
    if (found === this.id) return;
    const what = found === undefined ? 'is gone' : 'was replaced by another one';
    throw new OtherFolderError(
      `the data folder ${this.folder} ${what} while this service runs: nothing is signed or written there. ` +
        'Stop this service (SIGTERM), and put the folder back or start anew',
    );
  }

  private get file(): string {
    return join(this.folder, 'folder-id');
  }

  private async read(): Promise<string | undefined> {
    return readFile(this.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });
  }
}
