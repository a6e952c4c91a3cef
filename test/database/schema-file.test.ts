import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrationsFolder } from '../../src/database/migration-files.js';
import { migrate } from '../../src/database/migrator.js';
import { ensureRoles } from '../../src/database/roles.js';
import { schemaSnapshot } from '../../src/database/schema-snapshot.js';
import { TestDatabase } from '../harness/test-database.js';
import { connected, OLDEST, ownersDatabase, startCluster } from './throw-away-cluster.js';

const file = readFileSync(join(migrationsFolder(), 'schema.sql'), 'utf8');

it('migrations/schema.sql is what the migrations make: "npm run schema" writes it anew', async () => {
  const database = await TestDatabase.create();
  try {
    expect(await connected(database.ownerUrl, (client) => schemaSnapshot(client))).toBe(file);
  } finally {
    await database.drop();
  }
});

// The oldest version that is supported; skipped, and counted as skipped, where this machine has none.
(OLDEST === undefined ? it.skip : it)('is the same on PostgreSQL 15', async () => {
  const cluster = await startCluster(OLDEST);
  try {
    const owner = await ownersDatabase(cluster, 'kashikagi');
    await ensureRoles(owner);
    await migrate(owner, migrationsFolder());
    expect(await connected(owner, (client) => schemaSnapshot(client))).toBe(file);
  } finally {
    await cluster.stop();
  }
});
