import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { ensureDatabase } from '../database/embedded/embedded-roles.js';
import { startEmbeddedServer } from '../database/embedded/embedded-server.js';
import { migrationsFolder } from '../database/migration-files.js';
import { migrate } from '../database/migrator.js';
import { schemaSnapshot } from '../database/schema-snapshot.js';

/** `migrations/schema.sql`: what the migrations make of an empty database, on a server of its own, thrown away. */
export async function writeSchema(): Promise<string[]> {
  const file = join(migrationsFolder(), 'schema.sql');
  const folder = await mkdtemp(join(tmpdir(), 'kashikagi-schema-'));
  // Where root starts it, the database's own user has to enter.
  await chmod(folder, 0o755);
  const server = await startEmbeddedServer({ dataFolder: folder, settings: { fsync: 'off' } });
  try {
    const { ownerUrl } = await ensureDatabase(server, 'kashikagi');
    await migrate(ownerUrl, migrationsFolder());
    await writeFile(file, await snapshotAt(ownerUrl));
  } finally {
    await server.stop();
    await rm(folder, { recursive: true });
  }
  return [`wrote ${file}`];
}

async function snapshotAt(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await schemaSnapshot(client);
  } finally {
    await client.end();
  }
}
