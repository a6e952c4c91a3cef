import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Files that hold secrets. Trusted: the file system and whoever may read it as the service's user. Errors are
 * one line, name the file and never quote it: the messages of JSON.parse and of OpenSSL do quote, so no error
 * of theirs is passed on, not even as a cause.
 */
export class KeyFileError extends Error {
  constructor(path: string, why: string) {
    super(`key file ${path}: ${why}`);
    this.name = 'KeyFileError';
  }
}

/** What the system says of a failed call: EACCES, ENOENT …; never a message. */
function systemCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown failure';
}

/** → the parsed JSON, or undefined when there is no such file. `ownFile`: made by us, so nobody else may read it. */
export async function readKeyFile(path: string, ownFile: boolean): Promise<unknown> {
  let text: string;
  try {
    const file = await open(path, 'r');
    try {
      const readable = ((await file.stat()).mode & 0o077) !== 0;
      if (ownFile && readable) throw new KeyFileError(path, 'others may read it; chmod 600');
      text = await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof KeyFileError) throw error;
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new KeyFileError(path, `cannot be read (${systemCode(error)})`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new KeyFileError(path, 'is not JSON');
  }
}

/**
 * Creates the file unless there is one. Of two processes that start together one wins and both read its keys:
 * hence a link, which fails on an existing name, and not a rename, which would replace a key already in use.
 */
export async function createKeyFile(path: string, content: object): Promise<void> {
  await place(path, content, async (written) => {
    try {
      await link(written, path);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  });
}

/** Replaces the file in one step: a reader, or a start after a crash, finds the old content or the new. */
export async function replaceKeyFile(path: string, content: object): Promise<void> {
  await place(path, content, (written) => rename(written, path));
}

async function place(path: string, content: object, put: (written: string) => Promise<void>): Promise<void> {
  const written = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(written, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await put(written);
    // A key that sealed something and then vanished in a crash would take the sealed values with it.
    await syncFolder(dirname(path));
  } catch (error) {
    throw new KeyFileError(path, `cannot be written (${systemCode(error)})`);
  } finally {
    await rm(written, { force: true });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
