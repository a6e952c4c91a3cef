import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { binariesFor } from '../../src/database/embedded/binaries.js';
import { ownerOfNewCluster } from '../../src/database/embedded/cluster-owner.js';
import { migrationsFolder } from '../../src/database/migration-files.js';
import { migrate } from '../../src/database/migrator.js';
import { ensureRoles } from '../../src/database/roles.js';
import { loadDemonstration } from '../../src/demonstration/demonstration.js';
import { freePort, until } from '../service/service-process.js';
import type { FaultDatabase } from './fleet.js';

const run = promisify(execFile);

export interface ClusterOptions {
  /** Where it lies; default: a folder of its own. */
  folder?: string;
  settings?: Record<string, string>;
  /** The folder of `initdb` and `pg_ctl`; default: the PostgreSQL that we ship. */
  programs?: string;
}

/** A PostgreSQL that can be broken: with fsync, on a port of its own. Its superuser is `postgres`, without a password. */
export class FaultyCluster implements FaultDatabase {
  private constructor(
    readonly folder: string,
    private readonly programs: string,
    readonly port: number,
    private readonly settings: Record<string, string>,
    private readonly isOwnFolder: boolean,
  ) {}

  static async make({ folder, settings = {}, programs }: ClusterOptions = {}): Promise<FaultyCluster> {
    const owner = ownerOfNewCluster();
    const place = folder ?? (await mkdtemp(join(tmpdir(), 'kashikagi-fault-pg-')));
    if (owner) await chown(place, owner.uid, owner.gid);
    const harness = process.env['TEST_CLUSTER_FOLDER'] ?? '';
    const bin = programs ?? dirname((await binariesFor(owner, join(harness, '..', 'postgres-binaries'))).initdb); // prettier-ignore
    const cluster = new FaultyCluster(place, bin, await freePort(), settings, folder === undefined);
    const form = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--wal-segsize=1'];
    await cluster.program('initdb', ['-D', cluster.data, ...form]);
    return cluster;
  }

  /** Another server on a copy of this one's files, which must not run: what a standby begins with. */
  async copied(settings: Record<string, string>): Promise<FaultyCluster> {
    const place = await mkdtemp(join(tmpdir(), 'kashikagi-fault-pg-'));
    const owner = ownerOfNewCluster();
    if (owner) await chown(place, owner.uid, owner.gid);
    await run('cp', ['-a', this.data, join(place, 'data')]);
    return new FaultyCluster(place, this.programs, await freePort(), settings, true);
  }

  get data(): string {
    return join(this.folder, 'data');
  }

  url(user: string, database = 'kashikagi', port = this.port): string {
    return `postgres://${user}@127.0.0.1:${port}/${database}`;
  }

  get appUrl(): string {
    return this.url('kashikagi_app');
  }

  async start(): Promise<void> {
    const all = { port: String(this.port), listen_addresses: '127.0.0.1', unix_socket_directories: this.folder, ...this.settings }; // prettier-ignore
    const words = Object.entries(all).map(([name, value]) => `-c ${name}='${value}'`);
    await this.program('pg_ctl', ['-D', this.data, '-l', join(this.folder, 'log'), '-w', '-o', words.join(' '), 'start']); // prettier-ignore
  }

  /** As an administrator who knows that it died: again and again, until the last of its processes is gone. */
  async restart(): Promise<void> {
    await until('the server starts again', () =>
      this.start().then(
        () => true,
        () => false,
      ),
    );
  }

  async stop(mode: 'immediate' | 'fast' = 'immediate'): Promise<void> {
    await this.program('pg_ctl', ['-D', this.data, '-m', mode, '-w', 'stop']);
  }

  async postmaster(): Promise<number> {
    return Number((await readFile(join(this.data, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  }

  /** To the postmaster and all of its children. */
  async signalAll(signal: NodeJS.Signals): Promise<void> {
    const parent = await this.postmaster();
    process.kill(parent, signal);
    for (const pid of await childrenOf(parent)) signalIfThere(pid, signal);
  }

  /** The house: roles, schema, the demonstration's people. */
  async furnish(): Promise<void> {
    await this.as('postgres', 'postgres', 'create role kashikagi_owner login createrole');
    await this.as('postgres', 'postgres', 'create database kashikagi owner kashikagi_owner');
    const ownerUrl = this.url('kashikagi_owner');
    await ensureRoles(ownerUrl);
    await migrate(ownerUrl, migrationsFolder());
    await loadDemonstration(ownerUrl);
    await this.as('postgres', 'postgres', 'alter role kashikagi_app login');
  }

  asOwner<T extends object>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return this.as<T>('kashikagi_owner', 'kashikagi', sql, parameters);
  }

  asAdmin<T extends object>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return this.as<T>('postgres', 'kashikagi', sql, parameters);
  }

  /** Before there is a house. */
  asAdminAlone(sql: string): Promise<object[]> {
    return this.as('postgres', 'postgres', sql);
  }

  /** A standby on the standby's files becomes the primary. */
  async promote(): Promise<void> {
    await this.program('pg_ctl', ['-D', this.data, '-w', 'promote']);
  }

  private async as<T extends object>(user: string, database: string, sql: string, parameters: unknown[] = []): Promise<T[]> {
    const client = new Client({ connectionString: this.url(user, database) });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<T>(sql, parameters)).rows;
    } finally {
      await client.end();
    }
  } // prettier-ignore

  async remove(): Promise<void> {
    await this.signalAll('SIGCONT').catch(() => undefined);
    await this.stop().catch(() => undefined);
    if (this.isOwnFolder) await rm(this.folder, { recursive: true, force: true });
  }

  private async program(name: string, words: string[]): Promise<void> {
    await run(join(this.programs, name), words, { ...ownerOfNewCluster(), cwd: this.folder });
  }
}

/** A backend may end by itself between being listed and being told. */
function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const told = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]) === parent ? [Number(pid)] : [];
    }),
  );
  return told.flat();
}
