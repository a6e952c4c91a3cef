import { randomBytes } from 'node:crypto';
import { chown, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unfinishedName } from './folders.js';
import { codeOf } from './start-error.js';

/**
 * The password of a role, kept in the cluster's `secrets/<role>` (0600, of the cluster's owner), made
 * once: of two processes that make it at once, both get the first one's.
 * A crash here leaves a password without a role: the next caller gives it to the role.
 */
export async function passwordOf(clusterFolder: string, role: string): Promise<string> {
  const file = secretFile(clusterFolder, role);
  try {
    return await read(file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const unfinished = unfinishedName(file);
  await write(clusterFolder, unfinished);
  try {
    await link(unfinished, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(unfinished);
  }
  return read(file);
}

export function secretFile(clusterFolder: string, role: string): string {
  return join(clusterFolder, 'secrets', role);
}

async function read(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trim();
}

async function write(clusterFolder: string, file: string): Promise<void> {
  const { uid, gid } = await stat(clusterFolder);
  const folder = join(clusterFolder, 'secrets');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chown(folder, uid, gid);
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(`${randomBytes(24).toString('base64url')}\n`);
    await handle.chown(uid, gid);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
