import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a file that was not there: on disk, content and name, when this answers true. False: another was first. A
 * link fails on an existing name, as a rename would not; so of two processes one wins. A crash before the link leaves
 * a file of a random name beside it, which nobody reads.
 */
export async function createDurably(path: string, content: string): Promise<boolean> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const written = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    const file = await open(written, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    try {
      await link(written, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
    await syncFolder(folder);
    return true;
  } finally {
    await rm(written, { force: true });
  }
}

/** A name is on disk when its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
