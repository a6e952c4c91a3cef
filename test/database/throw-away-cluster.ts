import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { binariesFor } from '../../src/database/embedded/binaries.js';
import { ownerOfNewCluster, type ClusterOwner } from '../../src/database/embedded/cluster-owner.js';
import type { Query } from '../../src/database/query.js';

const run = promisify(execFile);

/** A PostgreSQL server of its own for tests about roles, which are cluster-wide. Its superuser is `postgres`. */
export interface Cluster {
  url(user: string, database: string): string;
  stop(): Promise<void>;
}

const debians = '/usr/lib/postgresql/15/bin';

/** The oldest version that we support, where this machine has it (Debian's package postgresql-15). */
export const OLDEST = existsSync(debians) ? debians : undefined;

/** The newest version that we ship, and the oldest that we support where this machine has it. */
export const SERVERS: { version: string; bin?: string }[] = [
  { version: '18, embedded' },
  ...(OLDEST === undefined ? [] : [{ version: '15', bin: OLDEST }]),
];

/** @param programs the folder of `initdb` and `pg_ctl`; when left out, the PostgreSQL that we ship */
export async function startCluster(programs?: string): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'kashikagi-pg-'));
  const owner = ownerOfNewCluster();
  if (owner) await chown(folder, owner.uid, owner.gid);
  const bin = programs ?? (await shippedPrograms(owner));
  const data = join(folder, 'data');
  const options = { ...owner, cwd: folder };
  await run(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'],
    options,
  );
  const settings = `-c listen_addresses='' -c unix_socket_directories='${folder}' -c fsync=off`;
  const log = join(folder, 'log');
  await run(join(bin, 'pg_ctl'), ['-D', data, '-l', log, '-w', '-o', settings, 'start'], options);
  return {
    url: (user, database) => `postgresql://${user}@localhost/${database}?host=${folder}`,
    stop: async () => {
      await run(join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', '-w', 'stop'], options);
      await rm(folder, { recursive: true });
    },
  };
}

/** Copied once per run, beside the harness's cluster, where the server's user cannot enter this checkout. */
async function shippedPrograms(owner: ClusterOwner | undefined): Promise<string> {
  const harness = process.env['TEST_CLUSTER_FOLDER'];
  if (harness === undefined) throw new Error('TEST_CLUSTER_FOLDER is set by the global setup');
  return dirname((await binariesFor(owner, join(harness, '..', 'postgres-binaries'))).initdb);
}

/** Runs `work` with one connection, closed afterwards. */
export async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export function queryOf(client: Client): Query {
  return async <T extends object>(sql: string, params?: unknown[]) =>
    (await client.query(sql, params)).rows as T[];
}

/** A database that belongs to kashikagi_owner, who may sign in and create roles. Answers the owner's URL. */
export async function ownersDatabase(cluster: Cluster, name: string): Promise<string> {
  await connected(cluster.url('postgres', 'postgres'), async (client) => {
    const { rowCount } = await client.query(`select from pg_roles where rolname = 'kashikagi_owner'`);
    if (rowCount === 0) await client.query('create role kashikagi_owner login createrole');
    await client.query(`create database ${name} owner kashikagi_owner`);
  });
  return cluster.url('kashikagi_owner', name);
}
