import { mkdtemp, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { ensureDatabase, ensureSeparateDatabase } from '../../src/database/embedded/embedded-roles.js';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/database/embedded/embedded-server.js';
import { migrationsFolder } from '../../src/database/migration-files.js';
import { migrate } from '../../src/database/migrator.js';
import { loadDemonstration } from '../../src/demonstration/demonstration.js';
import { seedSampleWheeling } from '../../src/wheeling/sample/seed.js';
import { startSampleWheeling } from '../../src/wheeling/sample/server.js';

export interface TestGround {
  server: EmbeddedServer;
  wheeling: { url: string; close(): Promise<void> };
  folder: string;
}

declare global {
  var testGround: TestGround | undefined;
}

const SAMPLE_POINTS = 8_000;

/**
 * Once for the whole run: one PostgreSQL server with the roles (they are cluster-wide), one template database,
 * migrated and with the demonstration's people, and one sample wheeling system that all files share.
 */
export default async function globalSetup(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kashikagi-test-'));
  await chmod(folder, 0o755);
  // Nothing of a test run outlives it, so it need not survive a power cut.
  const settings = { fsync: 'off', max_connections: '300', full_page_writes: 'off' };
  const server = await startEmbeddedServer({ dataFolder: folder, settings });
  const { ownerUrl } = await ensureDatabase(server, 'kashikagi_template');
  await migrate(ownerUrl, migrationsFolder());
  await loadDemonstration(ownerUrl);
  await keepMonthsAhead(ownerUrl, 14);
  const wheelingDatabase = await ensureSeparateDatabase(server, 'sample_wheeling', 'sample_wheeling');
  await seedSampleWheeling(wheelingDatabase, SAMPLE_POINTS);
  const wheeling = await startSampleWheeling({ databaseUrl: wheelingDatabase });
  globalThis.testGround = { server, wheeling, folder };
  process.env['TEST_ADMIN_URL'] = server.adminUrl;
  process.env['TEST_OWNER_URL'] = ownerUrl;
  process.env['TEST_CLUSTER_FOLDER'] = server.folder;
  process.env['TEST_WHEELING_URL'] = wheeling.url;
  process.env['TEST_WHEELING_DATABASE_URL'] = wheelingDatabase;
}

/** The months that migrations make for six years are a thousand files in each clone; what tests look at lies nearer. */
async function keepMonthsAhead(ownerUrl: string, months: number): Promise<void> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(`
      do $$
      declare far text;
      begin
        for far in
          select relid::regclass::text from pg_partition_tree('record')
           where isleaf and relid::regclass::text
             > to_char((broker_now() at time zone 'Asia/Tokyo') + interval '${months} months', '"record_"YYYY_MM')
             and relid <> 'record_default'::regclass
        loop
          execute format('drop table %I', far);
        end loop;
      end $$`);
  } finally {
    await client.end();
  }
}
