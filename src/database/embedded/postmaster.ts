import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, open, readFile, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import type { ClusterPlace } from './cluster-place.js';
import { CHILD_ENVIRONMENT, dataDirectoryOf } from './new-cluster.js';
import { codeOf, messageOf, StartError } from './start-error.js';

/** What a running server says of itself in `postmaster.pid`; after a crash, what the last one said. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

export const POLL_MS = 10;
/** A fast shutdown writes a checkpoint, which a slow disk may draw out. */
const FAST_SHUTDOWN_MS = 60_000;
const LOG_LIMIT_BYTES = 8_000_000;

/** The server that runs on this cluster now; a stale `postmaster.pid` is none. */
export async function runningPostmaster(clusterFolder: string): Promise<Postmaster | undefined> {
  const recorded = await recordedPostmaster(clusterFolder);
  return recorded && (await servesCluster(recorded.pid, clusterFolder)) ? recorded : undefined;
}

async function recordedPostmaster(clusterFolder: string): Promise<Postmaster | undefined> {
  const file = join(dataDirectoryOf(clusterFolder), 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '';
    throw new StartError(`${file} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  // Lines: pid, data directory, start time, port, socket folder, address, shared memory, status.
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, port: Number(lines[3]), ready: lines[7] === 'ready' } : undefined;
}

/**
 * A process number alone proves nothing: after a power cut another program may bear it, and a dead
 * server that nobody reaped still has it. The command line names the program and the cluster.
 */
async function servesCluster(pid: number, clusterFolder: string): Promise<boolean> {
  const words = await commandLine(pid);
  const data = dataDirectoryOf(clusterFolder);
  return basename(words[0] ?? '') === 'postgres' && words.join(' ').includes(` -D ${data} -c`);
}

async function commandLine(pid: number): Promise<string[]> {
  if (process.platform === 'linux') {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  }
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  const program = /^(.*?\/postgres) -D /.exec(stdout)?.[1];
  return program ? [program, stdout.slice(program.length + 1)] : [];
}

export interface Launched {
  readonly process: ChildProcess;
  readonly port: number;
  /** The last line it wrote: why it ended, once it has. */
  lastLine(): Promise<string>;
}

/**
 * Starts the server in a session of its own: signals to the service's group do not reach it, so that
 * the service can drain first. It outlives this process; `stopPostmaster` ends it.
 */
export async function launchPostmaster(
  place: ClusterPlace,
  binaries: Binaries,
  port: number,
  settings: string[],
): Promise<Launched> {
  const log = await openLog(place);
  try {
    const from = (await log.stat()).size;
    const server = spawn(binaries.postgres, ['-D', dataDirectoryOf(place.folder), ...settings], {
      ...place.owner,
      cwd: place.folder,
      env: { ...CHILD_ENVIRONMENT, ...(await stalePid(place.folder)) },
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(server, 'spawn');
    server.unref();
    return { process: server, port, lastLine: () => lastLineOf(logFile(place.folder), from) };
  } catch (cause) {
    throw new StartError(
      `${binaries.postgres} cannot be run on this system (${messageOf(cause)}): set DATABASE_URL.`,
      {
        cause,
      },
    );
  } finally {
    await log.close();
  }
}

/**
 * PostgreSQL takes any live process with the number in a stale `postmaster.pid` for its server, except
 * the one named here (meant for pg_ctl). Its check of the shared memory still refuses a cluster in use.
 */
async function stalePid(clusterFolder: string): Promise<Record<string, string>> {
  const recorded = await recordedPostmaster(clusterFolder);
  if (!recorded || (await servesCluster(recorded.pid, clusterFolder))) return {};
  return { PG_GRANDPARENT_PID: String(recorded.pid) };
}

export function logFile(clusterFolder: string): string {
  return join(clusterFolder, 'server.log');
}

async function openLog(place: ClusterPlace): Promise<Awaited<ReturnType<typeof open>>> {
  const file = logFile(place.folder);
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_LIMIT_BYTES) await rename(file, `${file}.1`);
  const handle = await open(file, 'a', 0o600);
  if (place.owner) await chown(file, place.owner.uid, place.owner.gid);
  return handle;
}

async function lastLineOf(file: string, from: number): Promise<string> {
  const lines = (await readFile(file)).subarray(from).toString('utf8').trimEnd().split('\n');
  const fatal = lines.map((line) => /FATAL: +(.*)/.exec(line)?.[1]).findLast((text) => text !== undefined);
  return fatal ?? lines.at(-1) ?? '';
}

/**
 * Fast shutdown of that very server; waits until it is gone. A server that does not end in time is
 * stopped at once instead: what was committed is on the disk, and the next start recovers it.
 */
export async function stopPostmaster(clusterFolder: string, pid: number): Promise<void> {
  const running = async (): Promise<boolean> => (await runningPostmaster(clusterFolder))?.pid === pid;
  const gone = async (withinMs: number): Promise<boolean> => {
    const until = performance.now() + withinMs;
    while (await servesCluster(pid, clusterFolder)) {
      if (performance.now() > until) return false;
      await pause(POLL_MS);
    }
    return true;
  };
  if (!(await running())) return void (await gone(FAST_SHUTDOWN_MS));
  process.kill(pid, 'SIGINT');
  if (await gone(FAST_SHUTDOWN_MS)) return;
  process.kill(pid, 'SIGQUIT');
  if (!(await gone(FAST_SHUTDOWN_MS))) throw new Error(`the embedded database (pid ${pid}) does not stop`);
}
