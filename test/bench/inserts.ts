import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import type { Ground } from './ground.js';

const CONNECTIONS = 64;
const run = promisify(execFile);

/** As wide as a record of a decision, its key the only index. */
const TABLE = `create table if not exists bench_row (id text primary key, at timestamptz not null, payload text not null, salt bytea not null);
               grant insert on bench_row to kashikagi_app`;
const INSERT = `insert into bench_row values (gen_random_uuid()::text, clock_timestamp(), repeat('x', 640), decode(repeat('ab', 32), 'hex'))`;

export interface Inserts {
  /** pgbench where it is installed; else clients in this process, which leave less of the machine to the server. */
  by: 'pgbench' | 'node';
  perSecond: number;
}

/** What the database can do: one row, one commit (fsync on), 64 clients side by side. */
export async function pressInserts(ground: Ground, seconds: number): Promise<Inserts> {
  await ground.owner.query(TABLE);
  const perSecond = await byPgbench(ground.appUrl, seconds);
  const inserts: Inserts =
    perSecond === undefined
      ? { by: 'node', perSecond: await byNode(ground.appUrl, seconds) }
      : { by: 'pgbench', perSecond };
  await ground.owner.query('truncate bench_row');
  return inserts;
}

/** Undefined when pgbench is not installed. */
async function byPgbench(appUrl: string, seconds: number): Promise<number | undefined> {
  const script = join(tmpdir(), `kashikagi-bench-${process.pid}.sql`);
  await writeFile(script, `${INSERT};\n`);
  const options = [
    '-n',
    '-M',
    'prepared',
    '-c',
    String(CONNECTIONS),
    '-j',
    '2',
    '-T',
    String(Math.ceil(seconds)),
  ];
  try {
    const { stdout } = await run('pgbench', [...options, '-f', script, appUrl]);
    return Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  } finally {
    await rm(script, { force: true });
  }
}

async function byNode(appUrl: string, seconds: number): Promise<number> {
  const clients = Array.from({ length: CONNECTIONS }, () => new Client({ connectionString: appUrl }));
  await Promise.all(clients.map((client) => client.connect()));
  const begun = performance.now();
  const counts = await Promise.all(
    clients.map(async (client) => {
      let rows = 0;
      for (; performance.now() < begun + seconds * 1000; rows += 1) {
        await client.query({ name: 'insert', text: INSERT });
      }
      return rows;
    }),
  );
  const elapsed = (performance.now() - begun) / 1000;
  await Promise.all(clients.map((client) => client.end()));
  return counts.reduce((sum, rows) => sum + rows, 0) / elapsed;
}
