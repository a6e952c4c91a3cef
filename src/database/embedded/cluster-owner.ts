import { spawnSync } from 'node:child_process';
import { StartError } from './start-error.js';

/** The user a cluster belongs to, where that is not the user of this process: PostgreSQL refuses root. */
export interface ClusterOwner {
  readonly uid: number;
  readonly gid: number;
}

const CREATED_USER = 'kashikagi';
/** Packages of PostgreSQL make the first, macOS the second, an earlier start of ours the third. */
const KNOWN_USERS = ['postgres', '_postgres', CREATED_USER];
/** shadow-utils, then BusyBox. */
const CREATE_COMMANDS: readonly (readonly [string, ...string[]])[] = [
  ['useradd', '--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', CREATED_USER],
  ['adduser', '-S', '-D', '-H', CREATED_USER],
];

export function runsAsRoot(): boolean {
  return process.geteuid?.() === 0;
}

/**
 * Who owns a new cluster: nobody else (`undefined`) for an ordinary user; for root an unprivileged
 * system user, which is made when the system has none.
 */
export function ownerOfNewCluster(): ClusterOwner | undefined {
  if (!runsAsRoot()) return undefined;
  const known = firstKnownUser();
  if (known) return known;
  for (const [command, ...args] of CREATE_COMMANDS) spawnSync(command, args, { stdio: 'ignore' });
  const created = firstKnownUser();
  if (created) return created;
  throw new StartError(
    'PostgreSQL does not run as root, and no user for it could be made: ' +
      'create a system user named postgres, start as an ordinary user, or set DATABASE_URL.',
  );
}

function firstKnownUser(): ClusterOwner | undefined {
  for (const name of KNOWN_USERS) {
    const uid = numberFrom('id', '-u', name);
    const gid = numberFrom('id', '-g', name);
    if (uid !== undefined && gid !== undefined && uid !== 0) return { uid, gid };
  }
  return undefined;
}

function numberFrom(command: string, ...args: string[]): number | undefined {
  const { status, stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 && /^\d+\s*$/.test(stdout) ? Number(stdout) : undefined;
}

/**
 * Whether the owner can enter a folder, asked of the system itself: modes, ACLs and mount options of
 * every parent count, and only the kernel knows them all.
 */
export function canEnter(owner: ClusterOwner | undefined, folder: string): boolean {
  return asOwner(owner, 'cd -- "$1"', folder);
}

export function canRun(owner: ClusterOwner | undefined, program: string, file: string): boolean {
  return asOwner(owner, 'test -x "$1" && test -r "$2"', program, file);
}

function asOwner(owner: ClusterOwner | undefined, script: string, ...args: string[]): boolean {
  const { error, status } = spawnSync('/bin/sh', ['-c', script, 'sh', ...args], {
    ...owner,
    cwd: '/',
    stdio: 'ignore',
  });
  if (error) {
    throw new StartError(
      `This process cannot act as the database's user (${error.message}): start as an ordinary user, or set DATABASE_URL.`,
    );
  }
  return status === 0;
}
