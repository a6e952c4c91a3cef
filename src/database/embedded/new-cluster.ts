import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.js';
import type { ClusterOwner } from './cluster-owner.js';
import type { ClusterPlace } from './cluster-place.js';
import { isThere, removeAbandoned, unfinishedName } from './folders.js';
import { passwordOf, secretFile } from './secrets.js';
import { HOST_BASED_AUTHENTICATION } from './settings.js';
import { messageOf, StartError, textOf } from './start-error.js';

export const SUPERUSER = 'postgres';

/** PostgreSQL's own folder within the cluster's. */
export function dataDirectoryOf(clusterFolder: string): string {
  return join(clusterFolder, 'data');
}

/**
 * What a child of ours finds in its environment: nothing of the service's, whose variables may hold
 * secrets and whose library path may lead to another PostgreSQL.
 */
export const CHILD_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' };

/**
 * Makes a cluster under an unfinished name and renames it: a cluster with its final name is complete.
 * A crash before the rename leaves only what `removeAbandoned` takes away; of two processes at once,
 * the second finds the name taken and drops its own.
 */
export async function makeCluster(place: ClusterPlace, binaries: Binaries): Promise<void> {
  await removeAbandoned(place.folder);
  const unfinished = unfinishedName(place.folder);
  try {
    await fill(unfinished, place.owner, binaries);
    await rename(unfinished, place.folder);
    await syncFolder(dirname(place.folder));
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => {});
    if (!(await isThere(place.folder))) {
      throw new StartError(
        `The database cannot be made in ${place.folder}: ${firstComplaint(cause)} (mend that, or set DATABASE_URL).`,
        {
          cause,
        },
      );
    }
  }
  await place.markMade();
}

async function fill(folder: string, owner: ClusterOwner | undefined, binaries: Binaries): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  await chmod(folder, 0o700);
  if (owner) await chown(folder, owner.uid, owner.gid);
  await passwordOf(folder, SUPERUSER);
  const data = dataDirectoryOf(folder);
  await promisify(execFile)(binaries.initdb, initdbArguments(data, secretFile(folder, SUPERUSER)), {
    ...owner,
    cwd: folder,
    env: CHILD_ENVIRONMENT,
  });
  await writeFile(join(data, 'pg_hba.conf'), HOST_BASED_AUTHENTICATION, { flush: true });
}

function initdbArguments(data: string, passwordFile: string): string[] {
  const form = [
    '--encoding=UTF8',
    '--locale-provider=libc',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ];
  return [
    `--pgdata=${data}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    ...form,
  ];
}

/** What initdb complains of first says more than "command failed". */
function firstComplaint(cause: unknown): string {
  const [line = ''] = (textOf(cause, 'stderr') || messageOf(cause)).split('\n', 1);
  return line.replace(/^initdb: (error: )?/, '');
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
