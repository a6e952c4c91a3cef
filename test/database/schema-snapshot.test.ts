import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import { packageRoot } from '../../src/config/package-root.js';
import { migrate } from '../../src/database/migrator.js';
import { ensureRoles } from '../../src/database/roles.js';
import { withoutNeedlessPrefix } from '../../src/database/schema-snapshot-views.js';
import { schemaSnapshot } from '../../src/database/schema-snapshot.js';
import { connected, ownersDatabase, SERVERS, startCluster, type Cluster } from './throw-away-cluster.js';

const schemaOf = (client: Client): Promise<string> => schemaSnapshot(client);
const sample = join(packageRoot(), 'test/database/sample-schema.sql');
const expected = await readFile(join(packageRoot(), 'test/database/sample-schema.expected.sql'), 'utf8');

/** A server whose database `sample` has the sample schema, of which a test may change a copy. */
async function sampleCluster(bin: string | undefined): Promise<Cluster> {
  const cluster = await startCluster(bin);
  const owner = await ownersDatabase(cluster, 'sample');
  await ensureRoles(owner);
  const sql = await readFile(sample, 'utf8');
  await connected(owner, (client) => client.query(sql));
  return cluster;
}

describe.each(SERVERS)('the snapshot on PostgreSQL $version', ({ bin }) => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await sampleCluster(bin);
  });
  afterAll(() => cluster.stop());

  it('is the text that every supported version gives', async () => {
    expect(await connected(cluster.url('kashikagi_owner', 'sample'), schemaOf)).toBe(expected);
  });

  it('leaves the bookkeeping of the migrations out', async () => {
    const owner = await ownersDatabase(cluster, 'migrated');
    const folder = await mkdtemp(join(tmpdir(), 'kashikagi-migrations-'));
    await copyFile(sample, join(folder, '0001-sample.sql'));
    await migrate(owner, folder);
    await rm(folder, { recursive: true });
    expect(await connected(owner, schemaOf)).toBe(expected);
  });

  it('does not depend on the settings of the session, and leaves them and the session as they were', async () => {
    const settings = `select current_setting('timezone') || current_setting('search_path') || current_setting('datestyle')
      || coalesce(pg_current_xact_id_if_assigned()::text, '') as value, now() = statement_timestamp() as is_outside`;
    await connected(cluster.url('postgres', 'sample'), async (client) => {
      await client.query(`set timezone = 'Asia/Tokyo'; set datestyle = 'SQL, DMY'; set search_path = pg_catalog;
        set quote_all_identifiers = on; set intervalstyle = 'iso_8601'`);
      const before = await client.query(settings);
      expect(await schemaOf(client)).toBe(expected);
      expect((await client.query(settings)).rows).toEqual(before.rows);
    });
  });
});

describe('what the snapshot tells', () => {
  let cluster: Cluster;
  let copies = 0;
  beforeAll(async () => {
    cluster = await sampleCluster(undefined);
  });
  afterAll(() => cluster.stop());

  const afterChange = async (change: string): Promise<string> => {
    const name = `copy_${(copies += 1)}`;
    await connected(cluster.url('postgres', 'postgres'), (client) =>
      client.query(`create database ${name} template sample owner kashikagi_owner`),
    );
    return connected(cluster.url('postgres', name), async (client) => {
      await client.query(change);
      return schemaOf(client);
    });
  };

  it('says the same next month, when more partitions are there', async () => {
    const text = await afterChange(`create table record_2026_03 partition of record
      for values from ('2026-03-01 00:00+09') to ('2026-04-01 00:00+09')`);
    expect(text).toBe(expected);
  });

  it.each([
    ['a column without its NOT NULL', 'alter table room alter label drop not null', '-  label text'],
    [
      'a default',
      `alter table room alter kind set default 'blue'`,
      `+  kind colour default 'blue'::colour not null,`,
    ],
    ['a constraint', 'alter table stay drop constraint stay_remark', '-  constraint stay_remark'],
    ['an index', 'drop index room_label', '-CREATE INDEX room_label'],
    [
      'a trigger switched off',
      'alter table stay disable trigger stay_stays',
      '+alter table stay disable trigger stay_stays;',
    ],
    [
      'a body',
      `create or replace function refuse_change() returns trigger language plpgsql as 'begin end'`,
      '-  raise exception',
    ],
    [
      'a function open to all',
      'grant execute on procedure tidy to public',
      '+grant execute on procedure tidy(integer) to public;',
    ],
    [
      'a function closed',
      'revoke execute on function "Now"() from public',
      '-grant execute on function "Now"() to public;',
    ],
    [
      'a table grant',
      'grant update on record to kashikagi_app',
      '+grant select, insert, update on record to kashikagi_app;',
    ],
    [
      'a column grant',
      'grant update (kind) on room to kashikagi_app',
      '+grant update (label, kind, seats) on room to kashikagi_app;',
    ],
    [
      'a grant on a partition',
      'grant update on record_2026_01 to kashikagi_app',
      'some granted by itself: update to kashikagi_app',
    ],
    [
      'a schema grant',
      'grant create on schema public to kashikagi_app',
      '+grant all on schema public to kashikagi_app;',
    ],
    [
      'a sequence grant',
      'grant all on sequence room_no_seq to kashikagi_app',
      '+grant all on sequence room_no_seq to kashikagi_app;',
    ],
    [
      'a lost DEFAULT partition',
      'alter table record detach partition record_default',
      '+-- partitions: by month, without a DEFAULT',
    ],
    [
      'a partition of another length',
      `create table record_day partition of record for values from ('2027-01-01') to ('2027-01-02')`,
      '+-- partitions: by day and month, with a DEFAULT',
    ],
    [
      'row security',
      'alter table stay disable row level security',
      '-alter table stay enable row level security;',
    ],
    [
      'a comment',
      `comment on column late_room.sort is 'kind'`,
      `+comment on column late_room.sort is 'kind';`,
    ],
    [
      'an owner',
      'alter view late_room owner to kashikagi_app',
      '+alter view late_room owner to kashikagi_app;',
    ],
  ])('shows %s', async (_what, change, line) => {
    const text = await afterChange(change);
    expect(changed(expected, text).some((difference) => difference.includes(line))).toBe(true);
  });
});

/** The lines that only one of the two texts has. */
function changed(before: string, now: string): string[] {
  const [old, fresh] = [before.split('\n'), now.split('\n')];
  return [
    ...old.filter((line) => !fresh.includes(line)).map((line) => `-${line}`),
    ...fresh.filter((line) => !old.includes(line)).map((line) => `+${line}`),
  ];
}

describe('the prefix that PostgreSQL 15 alone writes', () => {
  it.each([
    [' SELECT room.id\n   FROM room;', ' SELECT id\n   FROM room;'],
    [
      ` SELECT r."No 1"\n   FROM room r\n  WHERE (r.id = lower('r.id'));`,
      ` SELECT "No 1"\n   FROM room r\n  WHERE (id = lower('r.id'));`,
    ],
  ])('goes where the view reads one relation', (before, then) => {
    expect(withoutNeedlessPrefix(before)).toBe(then);
  });

  it.each([
    [' SELECT a.id\n   FROM a,\n    b;'],
    [' SELECT a.id\n   FROM a\n     JOIN b USING (id);'],
    [' SELECT a.id\n   FROM a\nUNION\n SELECT b.id\n   FROM b;'],
    [` SELECT 'room.id'::text, ( SELECT s.id FROM stay s WHERE s.id = room.id)\n   FROM other.room;`],
    [' SELECT 1.5 AS half;'],
  ])('stays elsewhere: %s', (definition) => {
    expect(withoutNeedlessPrefix(definition)).toBe(definition);
  });
});
