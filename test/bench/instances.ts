import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { packageRoot } from '../../src/config/package-root.js';
import { ensureDatabase } from '../../src/database/embedded/embedded-roles.js';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/database/embedded/embedded-server.js';
import { settingsWithoutReach } from './settings.js';

const START_LIMIT_MS = 180_000;

/**
 * Several services, each a process of its own, behind one public address and on one PostgreSQL (embedded, with
 * the settings that a service gives it). They share the keys; each has a data folder, and in it its own sample.
 */
export class Instances {
  private constructor(
    private readonly folder: string,
    private readonly server: EmbeddedServer,
    private readonly children: ChildProcess[],
    readonly addresses: string[],
    readonly ownerUrl: string,
  ) {}

  static async start(howMany: number): Promise<Instances> {
    const folder = await mkdtemp(join(tmpdir(), 'kashikagi-instances-'));
    // The database's own user must be able to enter it.
    await chmod(folder, 0o755);
    const server = await startEmbeddedServer({ dataFolder: folder });
    const { ownerUrl, appUrl } = await ensureDatabase(server, 'kashikagi');
    const ports = await freePorts(howMany);
    const addresses = ports.map((port) => `http://127.0.0.1:${port}`);
    const config = await settingsWithoutReach(folder);
    const started = new Instances(folder, server, [], addresses, ownerUrl);
    try {
      for (const [n, port] of ports.entries()) {
        await started.add(n, {
          KASHIKAGI_PORT: String(port),
          KASHIKAGI_PUBLIC_URL: addresses[0] ?? '',
          KASHIKAGI_KEYS: join(folder, 'keys'),
          KASHIKAGI_CONFIG: config,
          DATABASE_URL: appUrl,
          // The first one migrates and loads the people.
          ...(n === 0 && { DATABASE_OWNER_URL: ownerUrl }),
        });
      }
      return started;
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  private async add(n: number, environment: Record<string, string>): Promise<void> {
    const child = fork(join(packageRoot(), 'dist', 'src', 'main.js'), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        PATH: process.env['PATH'],
        KASHIKAGI_DATA: join(this.folder, `instance-${n}`),
        ...environment,
      },
    });
    this.children.push(child);
    const begun = performance.now();
    while (performance.now() < begun + START_LIMIT_MS && child.exitCode === null) {
      const ready = await fetch(`${this.addresses[n]}/readyz`).catch(() => undefined);
      if (ready?.status === 200) return;
      await pause(50);
    }
    throw new Error(`instance ${n} did not become ready`);
  }

  async stop(): Promise<void> {
    for (const child of this.children.filter((one) => one.exitCode === null)) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function freePorts(howMany: number): Promise<number[]> {
  const servers = Array.from({ length: howMany }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  return ports;
}
