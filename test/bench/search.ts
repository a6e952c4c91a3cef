import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { connect } from '../../src/database/connect.js';
import { ReportsDatabase } from '../../src/database/reports-database.js';
import { ensureDatabase } from '../../src/database/embedded/embedded-roles.js';
import { startEmbeddedServer } from '../../src/database/embedded/embedded-server.js';
import { migrationsFolder } from '../../src/database/migration-files.js';
import { migrate } from '../../src/database/migrator.js';
import { RecordQuery } from '../../src/review/records.dto.js';
import { RecordsRepository } from '../../src/review/records.repository.js';
import { fill, searchIndexes } from './search-records.js';
import { questions } from './search-questions.js';
import { machine } from './machine.js';
import { row, table, type Row } from './report.js';

/**
 * `node dist/test/bench/search.js [--rows n] [--rounds n] [--folder path]`: the auditor's search on a ledger of five
 * years. With a folder, what was built there once is asked again.
 */
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '40' },
    folder: { type: 'string' },
  },
});
const say = (line: string): boolean => process.stderr.write(`${line}\n`);

/** Each question with so many different values, the first page and the one after it: p50 and p95 of one page. */
async function askAll(database: ReportsDatabase, rounds: number): Promise<Row[]> {
  const records = new RecordsRepository(database);
  const rows: Row[] = [];
  for (const { what, filter } of questions) {
    const times: number[] = [];
    let found = 0;
    for (let round = 0; round < rounds; round += 1) {
      let cursor: string | undefined;
      for (let page = 0; page < 2; page += 1) {
        const query = Object.assign(new RecordQuery(), filter(round), cursor && { cursor });
        const begun = performance.now();
        const answer = await records.page(query);
        times.push(performance.now() - begun);
        found += answer.length;
        const last = answer.at(-2);
        if (last === undefined || answer.length <= query.limit) break;
        cursor = Buffer.from(`${last.at.getTime()} ${last.id}`).toString('base64url');
      }
    }
    say(`${what}: ${found} found`);
    rows.push(...quantiles(what, times));
  }
  return rows;
}

function quantiles(what: string, times: number[]): Row[] {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return [row(`${what}, p50`, 'ms', [at(0.5)]), row(`${what}, p95`, 'ms', [at(0.95)], { atMost: 200 })];
}

const BATCH = `
  insert into record (id, at, type, decision, is_drill, person_id, organization_id, declaration_id, grant_id, use_no, supply_point_ref,
                      payload, salt)
  select 'rc_' || substr(encode(sha256(($1 || ' ' || n)::bytea), 'hex'), 1, 16), now(), 'use.lookup', 'permit', false,
         'operator-bench-' || n % 400, 'retailer-bench-' || n % 7, 'dc_bench-now', 'gr_bench-now-' || n % 400, n,
         bench_point((random() * 2000000)::integer), repeat('x', 640), sha256(n::text::bytea)
    from generate_series(1, $2::integer) n`;

/** Rows a second of plain inserts as the gate's batches make them, rolled back: with the key alone, then with each index more. */
async function insertCost(owner: Client, count: number): Promise<Row[]> {
  const indexes = await searchIndexes(owner);
  const measure = async (dropped: readonly string[], label: string): Promise<Row> => {
    const rates: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await owner.query('begin');
      for (const name of dropped) await owner.query(`drop index ${name}`);
      const begun = performance.now();
      for (let n = 0; n < count; n += 256) await owner.query(BATCH, [`${label} ${round} ${n}`, 256]);
      rates.push((count / (performance.now() - begun)) * 1000);
      await owner.query('rollback');
      await owner.query('vacuum record');
    }
    return row(`inserts, ${label}`, '/s', rates);
  };
  const names = indexes.map(({ name }) => name);
  const rows = [await measure([], `all ${names.length} indexes`), await measure(names, 'the key alone')];
  for (const name of names) rows.push(await measure([name], `without ${name}`));
  return rows;
}

async function run(folder: string): Promise<void> {
  const settings = { shared_buffers: '1GB', max_wal_size: '8GB' };
  const isBuilt = existsSync(join(folder, 'built'));
  const server = await startEmbeddedServer({ dataFolder: folder, settings });
  try {
    const { ownerUrl, appUrl } = await ensureDatabase(server, 'kashikagi');
    await migrate(ownerUrl, migrationsFolder());
    const owner = new Client({ connectionString: ownerUrl });
    await owner.connect();
    if (!isBuilt) {
      await fill(owner, Number(options.rows), say);
      await mkdir(join(folder, 'built'));
    }
    const connections = await connect(appUrl);
    const rows = await askAll(new ReportsDatabase(connections.ofReports), Number(options.rounds));
    await connections.destroy();
    rows.push(...(await insertCost(owner, 50_000)));
    process.stdout.write(`${table(await machine(owner), rows)}\n`);
    await owner.end();
  } finally {
    await server.stop();
  }
}

const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'kashikagi-search-')));
await mkdir(folder, { recursive: true });
// The database's own user must be able to enter it.
await chmod(folder, 0o755);
try {
  await run(folder);
} finally {
  if (options.folder === undefined) await rm(folder, { recursive: true });
}
