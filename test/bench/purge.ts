import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { ensureDatabase } from '../../src/database/embedded/embedded-roles.js';
import { startEmbeddedServer } from '../../src/database/embedded/embedded-server.js';
import { migrationsFolder } from '../../src/database/migration-files.js';
import { migrate } from '../../src/database/migrator.js';
import { quantile } from './report.js';

/** A month of five years and more ago, with its leaves. */
const MONTH = '2020-01';
const ROWS = `
  with written as (
    insert into record (id, at, type, decision, is_drill, declaration_id, payload, salt)
    select 'rc_' || n, '${MONTH}-02'::timestamptz + n * interval '1 ms', 'use.lookup', 'permit', false,
           case when n % 100 = 0 then 'dc_held' else 'dc_' || n % 50 end, repeat('x', 400), sha256(n::text::bytea)
      from generate_series(1, $1::integer) n returning id, at)
  insert into leaf (position, record_id, entry, hash)
  select row_number() over (order by at) - 1, id, id, sha256(id::bytea) from written`;
const APPEND = `insert into record (id, at, type, decision, is_drill, payload, salt)
  values (gen_random_uuid()::text, broker_now(), 'use.lookup', 'permit', false, repeat('x', 400), sha256('x'))`;
/** What two persons would have left; the bench is about the dropping. */
const CONFIRMED = `
  set session_replication_role = replica;
  insert into person (id, organization_id, organization_kind, natural_person_key, role, name, employment)
  values ('one', 'tdo', 'utility', 'np-1', 'officer', '一', 'employee'), ('two', 'tdo', 'utility', 'np-2', 'officer', '二', 'employee');
  insert into change (id, kind, body, proposed_by, proposed_at, lapses_at, decision, decided_by, decided_at, resource_type, resource_id)
  values ('ch_1', 'purge.records', '{"month":"${MONTH}"}', 'one', broker_now(), broker_now() + interval '1 day', 'confirmed', 'two', broker_now(), 'purge', 'pu_1');
  insert into purge (id, month, retention_years, change_id, confirmed_at) values ('pu_1', '${MONTH}-01', 5, 'ch_1', broker_now());
  insert into legal_hold (id, declaration_id, reason, placed_by, placed_at) values ('lh_1', 'dc_held', '保全', 'one', broker_now());
  insert into signed_checkpoint (origin, vkey, size, root, note, signed_at) values ('log', 'vkey', 1, sha256('x'), 'note', broker_now());
  insert into checkpoint_timestamp (origin, size, note, token, policy, stamped_at, taken_at)
  values ('log', 1000000000, 'note', 'token', '1.2.3', broker_now(), broker_now());
  set session_replication_role = origin`;
const NAMED = `
  insert into record (id, at, type, decision, is_drill, payload, salt)
  select 'rc_purge', broker_now(), 'records.purged', 'done', false, json_build_object('details', json_build_object(
           'purge', 'pu_1', 'ranges', (select json_agg(json_build_array(first_position, last_position)) from purged_position)))::text,
         sha256('x')`;

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

/** Appends without a rest until told to stop; → how long each took, in ms. */
async function appending(url: string, isOver: () => boolean): Promise<number[]> {
  const client = await connected(url);
  const times: number[] = [];
  while (!isOver()) {
    const begun = performance.now();
    await client.query(APPEND);
    times.push(performance.now() - begun);
  }
  await client.end();
  return times;
}

/** An auditor's long question: its lock on the table is in the way of the dropping. */
async function reading(url: string, ms: number): Promise<void> {
  const client = await connected(url);
  await client.query('begin');
  await client.query('select from record limit 1');
  await pause(ms);
  await client.query('commit');
  await client.end();
}

async function measure(owner: Client, urls: { owner: string; app: string }, rows: number): Promise<void> {
  await owner.query(`select make_record_partitions('${MONTH}-01', 1)`);
  await owner.query(ROWS, [rows]);
  await owner.query(CONFIRMED);
  await owner.query('analyze record; analyze leaf');
  let isOver = false;
  const writers = Array.from({ length: 4 }, () => appending(urls.app, () => isOver));
  await pause(1_000);
  const reader = reading(urls.owner, Number(process.argv[3] ?? 8_000));
  const app = await connected(urls.app);
  const begun = performance.now();
  await app.query('begin');
  await app.query(`select prepare_purge('pu_1')`);
  const prepared = performance.now();
  await app.query(NAMED);
  await app.query(`select finish_purge('pu_1', '{rc_purge}')`);
  await app.query('commit');
  const done = performance.now();
  await pause(500);
  isOver = true;
  const times = (await Promise.all(writers)).flat();
  await reader;
  await app.end();
  const said = {
    rows,
    'named after, ms': Math.round(prepared - begun),
    'done after, ms': Math.round(done - begun),
    appends: times.length,
    'append p50, ms': quantile(times, 0.5).toFixed(1),
    'append p99, ms': quantile(times, 0.99).toFixed(1),
    'append at the most, ms': Math.round(Math.max(...times)),
  };
  process.stdout.write(`${JSON.stringify(said, null, 2)}\n`);
}

/** `node dist/test/bench/purge.js [rows] [ms]`: how long appends wait while a month is purged behind a question of so many ms. */
const folder = await mkdtemp(join(tmpdir(), 'kashikagi-purge-'));
await chmod(folder, 0o755);
const server = await startEmbeddedServer({ dataFolder: folder });
try {
  const { ownerUrl, appUrl } = await ensureDatabase(server, 'kashikagi');
  await migrate(ownerUrl, migrationsFolder());
  // The administrator, who alone may switch triggers off.
  const admin = new URL(server.adminUrl);
  admin.pathname = '/kashikagi';
  const owner = await connected(admin.href);
  await measure(owner, { owner: ownerUrl, app: appUrl }, Number(process.argv[2] ?? 200_000));
  await owner.end();
} finally {
  await server.stop();
  await rm(folder, { recursive: true });
}
