import pg from 'pg';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { binariesFor } from './binaries.js';
import { placeOfCluster, type ClusterPlace } from './cluster-place.js';
import { dataDirectoryOf, makeCluster, SUPERUSER } from './new-cluster.js';
import { portNear } from './ports.js';
import {
  launchPostmaster,
  logFile,
  POLL_MS,
  runningPostmaster,
  stopPostmaster,
  type Launched,
  type Postmaster,
} from './postmaster.js';
import { passwordOf } from './secrets.js';
import { settingArguments } from './settings.js';
import { codeOf, StartError } from './start-error.js';

export interface EmbeddedServer {
  readonly port: number;
  /** The superuser's URL: for migrations of roles and databases, and for tests; the service never holds it. */
  readonly adminUrl: string;
  /** The cluster's folder: data, secrets, port and server.log. */
  readonly folder: string;
  /** True when a running server of an earlier (or another) process was taken over. */
  readonly reused: boolean;
  /** Fast shutdown; resolves when the server is down. Idempotent; ends a taken-over server as well. */
  stop(): Promise<void>;
}

export interface EmbeddedServerOptions {
  readonly dataFolder: string;
  /** Default: the port of the last start, else any free one of 127.0.0.1; another one if it is taken. */
  readonly port?: number;
  /** Settings of postgresql.conf beside or instead of ours; a server that runs already keeps its own. */
  readonly settings?: Record<string, string>;
  /** Where root keeps a cluster whose data folder the database's user cannot enter. */
  readonly systemFolder?: string;
  readonly log?: (line: string) => void;
}

/** Crash recovery replays at most `max_wal_size`, but perhaps from a slow disk. */
const START_LIMIT_MS = 300_000;
const ATTEMPTS = 3;

/**
 * The embedded PostgreSQL of a data folder: made if there is none, taken over if it runs, else started.
 * Any number of processes may call this at once. Throws `StartError`, one line, when it cannot be had.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const log = options.log ?? (() => {});
  const place = await placeOfCluster(options.dataFolder, options.systemFolder ?? '/var/lib/kashikagi');
  const { postmaster, reused } = await bringUp(place, await launcher(place, options, log));
  await keepPort(place, postmaster.port);
  log(
    `${reused ? 'found PostgreSQL running, and goes on with it:' : 'started PostgreSQL on'} 127.0.0.1:${postmaster.port}, cluster ${place.folder}`,
  );
  let stopping: Promise<void> | undefined;
  return {
    port: postmaster.port,
    adminUrl: roleUrl(postmaster.port, SUPERUSER, await passwordOf(place.folder, SUPERUSER), 'postgres'),
    folder: place.folder,
    reused,
    stop: () => (stopping ??= stopPostmaster(place.folder, postmaster.pid)),
  };
}

export function roleUrl(port: number, role: string, password: string, database: string): string {
  return `postgres://${role}:${password}@127.0.0.1:${port}/${database}`;
}

type Launch = () => Promise<Launched>;

/** How to launch a server on a cluster, which is made first where there is none. */
async function launcher(
  place: ClusterPlace,
  options: EmbeddedServerOptions,
  log: (line: string) => void,
): Promise<Launch> {
  if (!place.exists) {
    log(`making a new PostgreSQL cluster in ${place.folder}`);
    await makeCluster(place, await binariesFor(place.owner, place.shelf));
  }
  return async () => {
    const binaries = await binariesFor(place.owner, place.shelf);
    const port = await portNear(options.port ?? (await keptPort(place)));
    return launchPostmaster(place, binaries, port, settingArguments(port, options.settings));
  };
}

/**
 * Waits for a server that is ready and opens with this cluster's password; launches one whenever none
 * runs. PostgreSQL's own lock decides between two that are launched at once: the loser ends, and its
 * caller takes over the winner. A lost race for a port is a failed launch, tried again with another.
 */
async function bringUp(
  place: ClusterPlace,
  launch: Launch,
): Promise<{ postmaster: Postmaster; reused: boolean }> {
  let launched: Launched | undefined;
  let attempts = 0;
  for (const until = performance.now() + START_LIMIT_MS; performance.now() < until; await pause(POLL_MS)) {
    const postmaster = await runningPostmaster(place.folder);
    if (postmaster) {
      if (postmaster.ready && (await opens(place, postmaster))) {
        return { postmaster, reused: postmaster.pid !== launched?.process.pid };
      }
      continue;
    }
    if (launched && launched.process.exitCode === null && launched.process.signalCode === null) continue;
    if (launched && attempts >= ATTEMPTS) throw await failure(place, launched);
    launched = await launch();
    attempts += 1;
  }
  throw new StartError(
    `PostgreSQL was not ready within ${START_LIMIT_MS / 60_000} minutes: see ${logFile(place.folder)}.`,
  );
}

async function failure(place: ClusterPlace, launched: Launched): Promise<StartError> {
  return new StartError(
    `PostgreSQL does not start: ${await launched.lastLine()} (see ${logFile(place.folder)}).`,
  );
}

/**
 * Whether the server on that port is this cluster's: SCRAM proves to both sides that the other knows
 * the password, and the answer names the folder. False while it starts or stops.
 */
async function opens(place: ClusterPlace, { port }: Postmaster): Promise<boolean> {
  const connectionString = roleUrl(port, SUPERUSER, await passwordOf(place.folder, SUPERUSER), 'postgres');
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(
      `select current_setting('data_directory') as folder`,
    );
    return rows[0]?.folder === dataDirectoryOf(place.folder);
  } catch (cause) {
    if (codeOf(cause) !== '28P01') return false;
    throw new StartError(`PostgreSQL refuses the password in ${place.folder}/secrets: restore that folder.`, {
      cause,
    });
  } finally {
    await client.end().catch(() => {});
  }
}

function portFile(place: ClusterPlace): string {
  return join(place.folder, 'port');
}

/** The port file is only a preference: one that cannot be read or written costs a new port, not the start. */
async function keptPort(place: ClusterPlace): Promise<number | undefined> {
  const port = Number(await readFile(portFile(place), 'utf8').catch(() => ''));
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

async function keepPort(place: ClusterPlace, port: number): Promise<void> {
  if ((await keptPort(place)) !== port) await writeFile(portFile(place), `${port}\n`).catch(() => {});
}
