import pg from 'pg';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  startEmbeddedServer,
  type EmbeddedServer,
  type EmbeddedServerOptions,
} from '../../src/database/embedded/embedded-server.js';
import { runningPostmaster, stopPostmaster } from '../../src/database/embedded/postmaster.js';
import { compiledProgram, copyPackages } from './embedded-copy.js';

/** A user without any rights, on Linux and elsewhere. */
export const NOBODY = 65_534;
export const isRoot = process.geteuid?.() === 0;

export interface Started {
  port: number;
  adminUrl: string;
  folder: string;
  reused: boolean;
}

export interface Program {
  readonly process: ChildProcess;
  /** Rejects with the program's last words when it ends without having started. */
  readonly started: Promise<Started>;
}

/** Starts the embedded database in a process (and group) of its own, which then lives until it is killed. */
function runProgram(
  program: string,
  options: { dataFolder: string; systemFolder?: string },
  uid?: number,
): Program {
  const script = `
    import { startEmbeddedServer } from ${JSON.stringify(join(program, 'src/database/embedded/embedded-server.js'))};
    try {
      const server = await startEmbeddedServer(${JSON.stringify(options)});
      process.stdout.write(JSON.stringify(server) + '\\n');
      setInterval(() => {}, 1000);
    } catch (error) {
      process.stderr.write(error.name + ': ' + error.message + '\\n');
      process.exitCode = 1;
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  return { process: child, started: firstAnswer(child) };
}

async function firstAnswer(child: ChildProcess): Promise<Started> {
  let said = '';
  let complained = '';
  child.stderr?.on('data', (chunk) => (complained += String(chunk)));
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes('\n')) resolve(JSON.parse(said) as Started);
    });
    child.on('close', () => reject(new Error(complained.trim() || 'killed')));
  });
}

/** Kills the process and all of its group, as a terminal or a supervisor would, and waits for its end. */
export async function killGroup(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid, signal);
  await ended;
}

/** A temporary folder for a test file's clusters; whatever still runs there at the end is ended. */
export class EmbeddedRoom {
  readonly #services = new Set<Program>();
  readonly #clusters = new Set<string>();

  private constructor(
    readonly folder: string,
    readonly program: string,
  ) {}

  static async open(): Promise<EmbeddedRoom> {
    const folder = await mkdtemp('/tmp/kashikagi-embedded-');
    // Unlike mkdtemp: others can enter.
    await chmod(folder, 0o755);
    const program = await compiledProgram(join(folder, 'program'));
    await copyPackages(program, { binaries: true });
    return new EmbeddedRoom(folder, program);
  }

  get systemFolder(): string {
    return join(this.folder, 'system');
  }

  async start(name: string, more: Partial<EmbeddedServerOptions> = {}): Promise<EmbeddedServer> {
    const { systemFolder } = this;
    const server = await startEmbeddedServer({ dataFolder: join(this.folder, name), systemFolder, ...more });
    this.#clusters.add(server.folder);
    return server;
  }

  /** Starts it in a process (and group) of its own, which lives on until it is killed. */
  startElsewhere(name: string, program = this.program, uid?: number): Program {
    const { systemFolder } = this;
    const service = runProgram(program, { dataFolder: join(this.folder, name), systemFolder }, uid);
    this.#services.add(service);
    service.started.then(
      ({ folder }) => this.#clusters.add(folder),
      () => {},
    );
    return service;
  }

  async close(): Promise<void> {
    for (const service of this.#services) await killGroup(service.process, 'SIGKILL');
    for (const cluster of this.#clusters) {
      const left = await runningPostmaster(cluster);
      if (left) await stopPostmaster(cluster, left.pid);
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

export async function rows(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

export async function serverPid(folder: string): Promise<number> {
  return Number((await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(5);
  }
  throw new Error(`did not happen: ${what}`);
}
