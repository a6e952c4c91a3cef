import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { logFile } from '../../src/database/embedded/postmaster.js';
import type { TestDatabase } from './test-database.js';

export interface NamedBytes {
  name: string;
  kind: string;
  bytes: Buffer;
}

async function asSuperuser<T>(database: TestDatabase, work: (client: Client) => Promise<T>): Promise<T> {
  const url = new URL(process.env['TEST_ADMIN_URL'] ?? '');
  url.pathname = `/${database.name}`;
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Every row of every table, as PostgreSQL writes it: also what lies compressed in the files. */
export function tablesAsText(database: TestDatabase): Promise<NamedBytes[]> {
  return asSuperuser(database, async (client) => {
    const tables = await client.query<{ name: string }>(
      `select oid::regclass::text as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
    );
    const texts: NamedBytes[] = [];
    // Not as hex: megabytes of hex digits hold any short number by chance. The files hold the bytes themselves.
    await client.query(`set bytea_output = 'escape'`);
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ text: string }>(`select t::text as text from ${name} t`);
      const bytes = Buffer.from(rows.map(({ text }) => text).join('\n'));
      texts.push({ name, kind: 'rows', bytes });
    }
    return texts;
  });
}

const FILES = `
  select c.oid::regclass::text as name, c.relkind as kind, pg_read_binary_file(pg_relation_filepath(c.oid)) as bytes
    from pg_class c
   where c.relkind in ('r', 'i', 't', 'S', 'm') and pg_relation_size(c.oid) > 0 and pg_relation_filepath(c.oid) is not null`;

/**
 * The file of every table, index, TOAST table and sequence, the catalogues and their statistics included, after
 * everything has been written out. Deleted rows and old versions are in them too, since nothing has been vacuumed.
 */
export function relationFiles(database: TestDatabase): Promise<NamedBytes[]> {
  return asSuperuser(database, async (client) => {
    // The statistics keep common values: what autovacuum would gather sooner or later.
    await client.query('analyze');
    await client.query('checkpoint');
    return (await client.query<NamedBytes>(FILES)).rows;
  });
}

/** What the server shows of statements under way and past. */
export function activity(database: TestDatabase): Promise<string> {
  return asSuperuser(database, async (client) => {
    const { rows } = await client.query<{ text: string }>(
      `select a::text as text from pg_stat_activity a where datname = current_database()`,
    );
    return rows.map(({ text }) => text).join('\n');
  });
}

export function serverLog(): Promise<Buffer> {
  return readFile(logFile(process.env['TEST_CLUSTER_FOLDER'] ?? join('no', 'cluster')));
}
