import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { packageRoot } from '../../src/config/package-root.js';
import { ensureDatabase } from '../../src/database/embedded/embedded-roles.js';
import { startEmbeddedServer } from '../../src/database/embedded/embedded-server.js';
import type { RunFile } from '../../src/service/run-file.js';
import { settingsWithoutReach } from './settings.js';

const START_LIMIT_MS = 120_000;

/** The service as `npm start` runs it, as a process of its own. */
export class ServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly run: RunFile,
    /** From the launch until `/readyz` answered 200. */
    readonly startMs: number,
  ) {}

  static async start(dataFolder: string, nodeOptions: readonly string[] = []): Promise<ServiceProcess> {
    const begun = performance.now();
    const program = join(packageRoot(), 'dist', 'src', 'main.js');
    const child = spawn(process.execPath, [...nodeOptions, '--enable-source-maps', program], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        KASHIKAGI_DATA: dataFolder,
        KASHIKAGI_PORT: '0',
        KASHIKAGI_CONFIG: await settingsWithoutReach(dataFolder),
      },
    });
    while (performance.now() < begun + START_LIMIT_MS && child.exitCode === null) {
      const run = await readRun(dataFolder);
      const ready = run && (await fetch(`${run.url}/readyz`).catch(() => undefined));
      if (run && ready?.status === 200) return new ServiceProcess(child, run, performance.now() - begun);
      await pause(10);
    }
    child.kill('SIGTERM');
    throw new Error('the service did not become ready');
  }

  /** Resident memory, in MB (10^6 bytes); null where /proc is not at hand. */
  async residentMegabytes(): Promise<number | null> {
    const status = await readFile(`/proc/${this.child.pid}/status`, 'utf8').catch(() => '');
    const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(status) ?? [];
    return kilobytes === undefined ? null : (Number(kilobytes) * 1024) / 1e6;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }
}

async function readRun(dataFolder: string): Promise<RunFile | undefined> {
  const text = await readFile(join(dataFolder, 'run.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as RunFile);
}

/**
 * The whole demonstration in a folder of its own, which is removed in the end: the service, its embedded server
 * (fsync on, as in production) and the sample wheeling system. `owner` sees and seeds what no caller could.
 */
export class Ground {
  private constructor(
    private readonly folder: string,
    readonly service: ServiceProcess,
    readonly firstStartMs: number,
    readonly owner: Client,
    readonly appUrl: string,
  ) {}

  static async start(nodeOptions: readonly string[] = []): Promise<Ground> {
    const folder = await mkdtemp(join(tmpdir(), 'kashikagi-bench-'));
    // The database's own user must be able to enter it.
    await chmod(folder, 0o755);
    const first = await ServiceProcess.start(folder);
    await first.stop();
    const service = await ServiceProcess.start(folder, nodeOptions);
    const server = await startEmbeddedServer({ dataFolder: folder });
    const { ownerUrl, appUrl } = await ensureDatabase(server, 'kashikagi');
    const owner = new Client({ connectionString: ownerUrl });
    await owner.connect();
    return new Ground(folder, service, first.startMs, owner, appUrl);
  }

  get url(): string {
    return this.service.run.url;
  }

  get wheelingUrl(): string {
    return this.service.run.wheeling_url;
  }

  /** How many permitted uses of a type stand on record. */
  async permits(type: string): Promise<number> {
    const { rows } = await this.owner.query<{ count: number }>(
      `select count(*)::integer as count from record where type = $1 and decision = 'permit'`,
      [type],
    );
    return rows[0]?.count ?? 0;
  }

  async stop(): Promise<void> {
    await this.owner.end();
    await this.service.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
