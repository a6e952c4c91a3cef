import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canEnter, ownerOfNewCluster, runsAsRoot, type ClusterOwner } from './cluster-owner.js';
import { isThere, makeOpenFolder, unfinishedName } from './folders.js';
import { codeOf, messageOf, StartError } from './start-error.js';

/** Where a data folder's cluster lies, whose it is, and where copies of the binaries may be kept. */
export interface ClusterPlace {
  readonly folder: string;
  /** Undefined: the user of this process. */
  readonly owner: ClusterOwner | undefined;
  readonly exists: boolean;
  readonly shelf: string;
  /** To be called once, when the cluster was made here. */
  readonly markMade: () => Promise<void>;
}

/** `<data>/postgres-location`: only where the cluster's owner cannot enter the data folder. */
interface Pointer {
  readonly cluster: string;
  /** False from the choice of the place until the cluster stands there. */
  readonly made: boolean;
}

/**
 * `<data>/postgres`; where root starts the service and the database's user cannot enter the data folder,
 * a folder of its own below `systemFolder`, found again through the pointer.
 */
export async function placeOfCluster(dataFolder: string, systemFolder: string): Promise<ClusterPlace> {
  const data = await madeFolder(dataFolder);
  const inPlace = join(data, 'postgres');
  const pointer = await readPointer(data);
  if (pointer) return pointedPlace(data, pointer, systemFolder);
  const local = {
    folder: inPlace,
    shelf: runsAsRoot() ? join(systemFolder, 'binaries') : join(data, 'postgres-binaries'),
  };
  if (await isThere(inPlace)) {
    return { ...local, owner: await ownerOfExisting(inPlace), exists: true, markMade: async () => {} };
  }
  const owner = ownerOfNewCluster();
  if (canEnter(owner, data)) return { ...local, owner, exists: false, markMade: async () => {} };
  return pointedPlace(data, await choosePointer(data, systemFolder), systemFolder);
}

async function pointedPlace(data: string, pointer: Pointer, systemFolder: string): Promise<ClusterPlace> {
  const folder = pointer.cluster;
  const shelf = join(systemFolder, 'binaries');
  const markMade = (): Promise<void> => takePossession(data, folder);
  if (await isThere(folder)) {
    await refuseForeign(data, folder);
    return { folder, shelf, owner: await ownerOfExisting(folder), exists: true, markMade };
  }
  if (pointer.made) {
    throw new StartError(
      `The database of ${data} lay in ${folder} and is gone: bring that folder back, or remove ${pointerFile(data)} to begin an empty one.`,
    );
  }
  await makeSystemFolder(join(folder, '..'));
  return { folder, shelf, owner: ownerOfNewCluster(), exists: false, markMade };
}

async function madeFolder(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
    return await realpath(folder);
  } catch (cause) {
    throw new StartError(
      `The data folder ${folder} cannot be used (${messageOf(cause)}): set KASHIKAGI_DATA to a folder of your own.`,
      { cause },
    );
  }
}

async function makeSystemFolder(folder: string): Promise<void> {
  try {
    await makeOpenFolder(folder);
  } catch (cause) {
    throw new StartError(
      `The database's user can enter neither the data folder nor a new ${folder}: ` +
        'set KASHIKAGI_DATA to a folder below /srv or /var/lib, or set DATABASE_URL.',
      { cause },
    );
  }
}

async function ownerOfExisting(folder: string): Promise<ClusterOwner | undefined> {
  const { uid, gid } = await stat(folder);
  if (uid === process.geteuid?.()) return undefined;
  if (runsAsRoot()) return { uid, gid };
  throw new StartError(
    `The database in ${folder} belongs to another user (uid ${uid}): start as that user or as root.`,
  );
}

function pointerFile(data: string): string {
  return join(data, 'postgres-location');
}

async function readPointer(data: string): Promise<Pointer | undefined> {
  try {
    return JSON.parse(await readFile(pointerFile(data), 'utf8')) as Pointer;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw new StartError(
      `${pointerFile(data)} cannot be read (${messageOf(cause)}): restore it from a backup.`,
      { cause },
    );
  }
}

/** The place is chosen before anything is made there; of two processes at once, the first one's choice holds. */
async function choosePointer(data: string, systemFolder: string): Promise<Pointer> {
  const cluster = join(systemFolder, 'clusters', randomBytes(8).toString('hex'));
  const unfinished = await writeUnfinished(data, { cluster, made: false });
  try {
    await link(unfinished, pointerFile(data));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(unfinished);
  }
  return (await readPointer(data)) ?? { cluster, made: false };
}

async function writeUnfinished(data: string, pointer: Pointer): Promise<string> {
  const unfinished = unfinishedName(pointerFile(data));
  await writeFile(unfinished, `${JSON.stringify(pointer)}\n`, { flush: true });
  return unfinished;
}

/** The cluster names its data folder, so that a copied data folder is not mistaken for the original. */
function claimFile(folder: string): string {
  return join(folder, 'data-folder');
}

async function takePossession(data: string, folder: string): Promise<void> {
  await writeFile(claimFile(folder), `${data}\n`, { flush: true });
  await rename(await writeUnfinished(data, { cluster: folder, made: true }), pointerFile(data));
}

/** A data folder that was moved keeps its cluster; one that was copied would share it, and is refused. */
async function refuseForeign(data: string, folder: string): Promise<void> {
  const claimed = (await readFile(claimFile(folder), 'utf8').catch(() => '')).trim();
  if (claimed !== data && claimed !== '') {
    const other = await readPointer(claimed).catch(() => undefined);
    if (other?.cluster === folder) {
      throw new StartError(
        `${data} is a copy of ${claimed}, whose database was not copied with it: remove ${pointerFile(data)} to begin an empty one.`,
      );
    }
  }
  if (claimed !== data) await takePossession(data, folder);
}
