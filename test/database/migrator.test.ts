import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  migrationsFolder,
  pendingMigrations,
  readMigrations,
  requireSchema,
} from '../../src/database/migration-files.js';
import { migrate } from '../../src/database/migrator.js';
import { ensureRoles } from '../../src/database/roles.js';
import { connected, ownersDatabase, queryOf, startCluster, type Cluster } from './throw-away-cluster.js';

let cluster: Cluster;
let databases = 0;
let owner: string;
let folder: string;

beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster.stop());
beforeEach(async () => {
  databases += 1;
  owner = await ownersDatabase(cluster, `migrated_${databases}`);
  await ensureRoles(owner);
  folder = await mkdtemp(join(tmpdir(), 'kashikagi-migrations-'));
  await write('0001-rooms', 'create table room (id text primary key); insert into room values ($$a$$);');
  await write(
    '0002-doors',
    'create table door (id text primary key, room_id text not null references room);',
  );
});
afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, sql: string) => writeFile(join(folder, `${name}.sql`), sql);
const asOwner = <T extends object>(sql: string) => connected(owner, (client) => queryOf(client)<T>(sql));
const pending = () => connected(owner, (client) => pendingMigrations(queryOf(client), folder));
const required = () => connected(owner, (client) => requireSchema(queryOf(client), folder));
const tables = async () => {
  const rows = await asOwner<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname`,
  );
  return rows.map((row) => row.name);
};

it('runs what is pending in the order of the numbers, once', async () => {
  expect(await pending()).toEqual(['0001-rooms', '0002-doors']);
  expect(await migrate(owner, folder)).toEqual(['0001-rooms', '0002-doors']);
  expect(await tables()).toEqual(['door', 'room', 'schema_migration', 'schema_migration_file']);
  expect(await pending()).toEqual([]);
  expect(await migrate(owner, folder)).toEqual([]);

  await write('0003-door-label', 'alter table door add label text;');
  expect(await migrate(owner, folder)).toEqual(['0003-door-label']);
});

it('lets two starts at once run each file once', async () => {
  const [first, second] = await Promise.all([migrate(owner, folder), migrate(owner, folder)]);
  expect([...first, ...second]).toEqual(['0001-rooms', '0002-doors']);
  expect(await asOwner('select id from room')).toEqual([{ id: 'a' }]);
});

it('undoes a failing file whole, names its line, keeps the files before it, and goes on there next time', async () => {
  await write('0002-doors', 'create table door (id text);\n\ncreate view hue as select colour from door;');
  await expect(migrate(owner, folder)).rejects.toThrow(
    /^migration 0002-doors failed at line 3: column "colour" does not exist$/,
  );
  expect(await tables()).toEqual(['room', 'schema_migration', 'schema_migration_file']);
  await write('0002-doors', 'create table door (id text);');
  expect(await migrate(owner, folder)).toEqual(['0002-doors']);
});

it('counts a line of Japanese like any other', async () => {
  await write('0002-doors', '-- 扉は部屋に属する。\n-- 𠮷野の扉も。\nselect colour;');
  await expect(migrate(owner, folder)).rejects.toThrow('failed at line 3');
});

it('refuses a file that commits by itself, since its failure could leave half of it', async () => {
  await write('0002-doors', 'create table door (id text); commit; begin;');
  await expect(migrate(owner, folder)).rejects.toThrow(/^migration 0002-doors ends its own transaction/);
  expect(await pending()).toEqual(['0002-doors']);
});

it('refuses an applied file that was edited', async () => {
  await migrate(owner, folder);
  await write('0001-rooms', 'create table room (id integer primary key);');
  await write('0003-door-label', 'alter table door add label text;');
  const refusal = /^migration 0001-rooms was edited after it ran: .*$/;
  await expect(migrate(owner, folder)).rejects.toThrow(refusal);
  await expect(required()).rejects.toThrow(refusal);
  expect(
    await asOwner(`select from pg_attribute where attrelid = 'door'::regclass and attname = 'label'`),
  ).toEqual([]);
});

it('refuses a database that a newer version has migrated', async () => {
  await write('0003-door-label', 'alter table door add label text;');
  await migrate(owner, folder);
  await rm(join(folder, '0003-door-label.sql'));
  const refusal =
    /^the database has run migration 0003-door-label, which this version does not know: it is newer$/;
  await expect(migrate(owner, folder)).rejects.toThrow(refusal);
  await expect(required()).rejects.toThrow(refusal);
});

it('lets the service, as its own role, start only at its own version', async () => {
  await expect(required()).rejects.toThrow(
    'behind this version by 2 migrations from 0001-rooms: run "kashikagi migrate"',
  );
  await migrate(owner, folder);
  await asOwner(`create role service_${databases} login in role kashikagi_app`);
  await connected(cluster.url(`service_${databases}`, `migrated_${databases}`), async (service) => {
    await requireSchema(queryOf(service), folder);
    await write('0003-door-label', 'alter table door add label text;');
    await expect(requireSchema(queryOf(service), folder)).rejects.toThrow('by migration 0003-door-label');
    await expect(service.query('delete from schema_migration_file')).rejects.toThrow('permission denied');
    await expect(
      migrate(cluster.url(`service_${databases}`, `migrated_${databases}`), folder),
    ).rejects.toThrow();
  });
});

it('refuses file names that have no certain order', async () => {
  await write('0002-windows', '');
  await expect(readMigrations(folder)).rejects.toThrow(
    '0002-windows.sql is out of place: the next name is 0003-….sql',
  );
  await rm(join(folder, '0002-windows.sql'));
  await write('0004-windows', '');
  await expect(readMigrations(folder)).rejects.toThrow('the next name is 0003-….sql');
  await rm(join(folder, '0004-windows.sql'));
  await write('0003_windows', '');
  await expect(readMigrations(folder)).rejects.toThrow('0003_windows.sql is out of place');
  await rm(join(folder, '0003_windows.sql'));
  await write('schema', '-- the snapshot stands beside them');
  expect((await readMigrations(folder)).map((file) => file.name)).toEqual(['0001-rooms', '0002-doors']);
});

it('finds the migrations of this package', async () => {
  expect((await readMigrations(migrationsFolder()))[0]?.name).toMatch(/^0001-/);
});
