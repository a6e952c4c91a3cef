import { randomBytes } from 'node:crypto';
import { access, chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from './start-error.js';

export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A folder, with its missing parents, that every user can enter, whatever the umask of this process. */
export async function makeOpenFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await chmod(made, 0o755);
}

/** Things are made under such a name and renamed when complete: what bears its final name is whole. */
export function unfinishedName(path: string): string {
  return `${path}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
}

/** Takes away what processes that are gone left unfinished beside `path`. */
export async function removeAbandoned(path: string): Promise<void> {
  const prefix = `${basename(path)}.new-`;
  for (const name of await readdir(dirname(path)).catch(() => [])) {
    if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length).split('-')[0]))) continue;
    // What its orphaned initdb is still writing goes at the next start.
    await rm(join(dirname(path), name), { recursive: true, force: true }).catch(() => {});
  }
}

/** Signal 0 only asks; "not permitted" (EPERM) means that it lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
