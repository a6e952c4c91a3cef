import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { packageRoot } from '../../src/config/package-root.js';
import { roleUrl } from '../../src/database/embedded/embedded-server.js';
import { SUPERUSER } from '../../src/database/embedded/new-cluster.js';
import { runningPostmaster, stopPostmaster } from '../../src/database/embedded/postmaster.js';
import { passwordOf } from '../../src/database/embedded/secrets.js';

type Environment = Record<string, string>;

/** How a program ended, and all it wrote. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
}

/** `dist/src/main.js` or `cli.js` as a process and a process group of its own, as a terminal starts it. */
export class ServiceProcess {
  private said = '';
  readonly ended: Promise<Ending>;

  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => (this.said += String(chunk)));
    }
    this.ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      output: this.output,
    }));
  }

  /** Nothing of this process's environment but PATH: a setting of the machine must not change a test. */
  static run(program: 'main' | 'cli', environment: Environment, words: string[] = []): ServiceProcess {
    const file = join(packageRoot(), 'dist', 'src', `${program}.js`);
    const child = spawn(process.execPath, [file, ...words], {
      env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', ...environment },
      cwd: tmpdir(),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new ServiceProcess(child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get output(): string {
    return this.said;
  }

  /** Resolves with the URL when the service says that it is ready; rejects with what it said if it ends before. */
  async ready(): Promise<string> {
    await this.says(/ready at http/);
    return /ready at (http[^\s"]+)/.exec(this.said)?.[1] ?? '';
  }

  async says(what: RegExp): Promise<void> {
    await until(`the service says ${what.source}`, () => {
      if (what.test(this.said)) return true;
      if (this.child.exitCode !== null || this.child.signalCode !== null) throw new Error(this.said);
      return false;
    });
  }

  /** As `kill` does. */
  kill(signal: NodeJS.Signals): Promise<Ending> {
    this.child.kill(signal);
    return this.ended;
  }

  /** As Ctrl-C does: everything of the group gets it. */
  killGroup(signal: NodeJS.Signals): Promise<Ending> {
    process.kill(-this.pid, signal);
    return this.ended;
  }
}

/** A data folder; whatever still runs on it at the end is ended. */
export class DataFolder {
  private readonly processes: ServiceProcess[] = [];

  private constructor(
    readonly parent: string,
    readonly path: string,
  ) {}

  /** `mkdtemp` makes 0700: where root starts the service, the database's user cannot enter it, and lives elsewhere. */
  static async make(): Promise<DataFolder> {
    const parent = await mkdtemp(join(tmpdir(), 'kashikagi-service-'));
    return new DataFolder(parent, join(parent, 'data'));
  }

  start(environment: Environment = {}): ServiceProcess {
    const started = ServiceProcess.run('main', {
      KASHIKAGI_DATA: this.path,
      KASHIKAGI_PORT: '0',
      ...environment,
    });
    this.processes.push(started);
    return started;
  }

  run(words: string[], environment: Environment = {}): Promise<Ending> {
    const started = ServiceProcess.run('cli', { KASHIKAGI_DATA: this.path, ...environment }, words);
    this.processes.push(started);
    return started.ended;
  }

  get hasRunFile(): boolean {
    return existsSync(join(this.path, 'run.json'));
  }

  runFile(): { url: string; operations_url: string; wheeling_url: string; pid: number; started_at: string } {
    return JSON.parse(readFileSync(join(this.path, 'run.json'), 'utf8')) as never;
  }

  /** Where the cluster lies: in the folder, or where its pointer leads. */
  async cluster(): Promise<string> {
    const pointer = await readFile(join(this.path, 'postgres-location'), 'utf8').catch(() => undefined);
    return pointer === undefined
      ? join(this.path, 'postgres')
      : (JSON.parse(pointer) as { cluster: string }).cluster;
  }

  async postgresPid(): Promise<number | undefined> {
    return (await runningPostmaster(await this.cluster()))?.pid;
  }

  /** As the cluster's superuser, while it runs. */
  async adminUrl(database: string): Promise<string> {
    const cluster = await this.cluster();
    const running = await runningPostmaster(cluster);
    return roleUrl(running?.port ?? 0, SUPERUSER, await passwordOf(cluster, SUPERUSER), database);
  }

  async remove(): Promise<void> {
    for (const { child, ended, pid } of this.processes) {
      if (child.exitCode === null && child.signalCode === null) process.kill(-pid, 'SIGKILL');
      await ended;
    }
    const cluster = await this.cluster();
    const pid = await this.postgresPid();
    if (pid !== undefined) await stopPostmaster(cluster, pid);
    await rm(cluster, { recursive: true, force: true });
    await rm(this.parent, { recursive: true, force: true });
  }
}

const LOOK_EVERY_MS = 10;
/** Far beyond what a busy machine needs: reaching it is a failure, never a result. */
const GIVE_UP_MS = 50_000;

/** Looks again and again until it is so. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`did not come: ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}

/** The processes of this machine that name all of the words in their command line or environment. */
export async function processesOf(...words: string[]): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const told = await Promise.all(
    pids.map(async (pid) => {
      const files = ['cmdline', 'environ'].map((file) =>
        readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => ''),
      );
      const text = (await Promise.all(files)).join(' ').replaceAll('\0', ' ');
      return words.every((word) => text.includes(word)) ? Number(pid) : undefined;
    }),
  );
  return told.filter((pid) => pid !== undefined);
}

/** A port that somebody else holds until `close`. */
export async function takenPort(): Promise<{ port: number; server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as { port: number }).port, server };
}

export async function freePort(): Promise<number> {
  const { port, server } = await takenPort();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
