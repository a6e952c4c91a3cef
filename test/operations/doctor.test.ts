import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/package-root.js';
import { readLedgerKey } from '../../src/config/ledger-key.js';
import { Settings } from '../../src/config/settings.js';
import { CheckpointSigner } from '../../src/ledger/note.js';
import { connectionsOf, partitions, settingsOf, skewOf } from '../../src/service/doctor/database-checks.js';
import { diagnose } from '../../src/service/doctor/doctor.js';
import { ageOf, spaceOf } from '../../src/service/doctor/file-checks.js';
import { linesOf, type Finding } from '../../src/service/doctor/finding.js';
import { lagOf } from '../../src/service/doctor/ledger-checks.js';
import { providerOf } from '../../src/service/doctor/reach-checks.js';
import { makeKeys } from '../../src/service/key-verbs.js';
import { TestDatabase } from '../harness/test-database.js';
import { OidcPeer } from '../identity/oidc-peer.js';
import { DataFolder, freePort } from '../service/service-process.js';

/** An installation of production that does not run, and the faults that people make in it. */
describe('the doctor', () => {
  let folder: string;
  let database: TestDatabase;
  let environment: Record<string, string>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kashikagi-doctor-'));
    database = await TestDatabase.create();
    const file = join(folder, 'kashikagi.json');
    const shipped = JSON.parse(
      await readFile(join(packageRoot(), 'config', 'production.json'), 'utf8'),
    ) as object;
    const wheeling = { kind: 'http', url: process.env['TEST_WHEELING_URL'] };
    await writeFile(file, JSON.stringify({ ...shipped, wheeling, publicUrl: 'https://kashikagi.invalid' }));
    environment = {
      NODE_ENV: 'production',
      KASHIKAGI_CONFIG: file,
      KASHIKAGI_DATA: folder,
      KASHIKAGI_KEYS: join(folder, 'keys'),
      DATABASE_URL: await database.urlOf('kashikagi_app'),
    };
    await makeKeys(Settings.read(environment));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
    await database.drop();
  });

  const look = async (more: Record<string, string> = {}): Promise<Map<string, Finding>> =>
    new Map((await diagnose(Settings.read({ ...environment, ...more }))).map((one) => [one.check, one]));
  const changed = async (more: object): Promise<{ KASHIKAGI_CONFIG: string }> => {
    const file = join(folder, 'changed.json');
    const said = JSON.parse(await readFile(environment['KASHIKAGI_CONFIG'] ?? '', 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...said, ...more }));
    return { KASHIKAGI_CONFIG: file };
  };
  const stateOf = (found: Map<string, Finding>, check: string): string | undefined => found.get(check)?.state;

  it('finds all well that is well, and of the test’s own server that a power cut would lose records', async () => {
    const found = await look();
    const states = Object.fromEntries([...found].map(([check, { state }]) => [check, state]));
    expect(states).toEqual({
      service: 'doubtful',
      wheeling: 'good',
      'drill data': 'good',
      'public URL': 'doubtful',
      migrations: 'good',
      clock: 'good',
      skew: 'good',
      server: 'good',
      durability: 'bad',
      standby: 'doubtful',
      role: 'good',
      rights: 'good',
      connections: 'good',
      partitions: 'good',
      ledger: 'good',
      checkpoint: 'good',
      'second place': 'good',
      keys: 'good',
      'ledger key': 'good',
      'keys folder': 'good',
      disk: expect.any(String),
      witnesses: 'doubtful',
    });
    expect(found.get('durability')?.found.en).toMatch(/^fsync, full_page_writes is off/);
  });

  it('says beside whatever is not good what to do, in both languages', async () => {
    const found = [...(await look({ DATABASE_URL: database.ownerUrl })).values()];
    expect(found.filter(({ state, todo }) => (state === 'good') !== (todo === undefined))).toEqual([]);
    const lines = linesOf(found);
    expect(lines.filter((line) => /^[✓△✗] /.test(line) && !/ \/ /.test(line)).slice(0, -1)).toEqual([]);
    expect(lines.at(-1)).toMatch(/^✓ \d+ {2}△ \d+ {2}✗ \d+$/);
    expect(lines.join('\n')).not.toContain(new URL(database.ownerUrl).password);
  });

  it.each<[string, string, string]>([
    ['a clock that was replaced', 'clock', `create or replace function broker_now() returns timestamptz language sql stable parallel safe as 'select now() - interval ''1 day'''`],
    ['a right too many', 'rights', 'grant update on record to kashikagi_app'],
    ['a service that may make tables', 'rights', 'grant create on schema public to kashikagi_app'],
    ['a migration that did not run', 'migrations', `delete from schema_migration_file where name = '0002-field-catalogue'`],
    ['a ledger that is behind', 'ledger', `insert into pending (record_id, entry, added_at) values ('rc_a', '{}', clock_timestamp() - interval '2 minutes')`],
    ['a ledger signed by another key', 'checkpoint', `insert into signed_checkpoint (origin, vkey, size, root, note, signed_at) select 'other.example/l', 'other.example/l+00000000+AA==', 0, root, 'x', broker_now() from tree_state`],
  ])('finds %s', async (_what, check, fault) => {
    expect(stateOf(await look(), check)).toBe('good');
    await database.asOwner(fault);
    expect(stateOf(await look(), check)).toBe('bad');
  }); // prettier-ignore

  it('finds months without a partition', async () => {
    await database.asOwner(`do $$ begin execute format('alter table record_%s rename to gone',
      to_char((broker_now() at time zone 'Asia/Tokyo') + interval '1 month', 'YYYY_MM')); end $$`);
    expect(stateOf(await look(), 'partitions')).toBe('doubtful');
  });

  it('finds a role that is the owner', async () => {
    const found = await look({ DATABASE_URL: database.ownerUrl });
    expect([stateOf(found, 'role'), stateOf(found, 'rights')]).toEqual(['bad', 'bad']);
  });

  it('finds that the database was put back from before the last signature', async () => {
    const key = await readLedgerKey({ folder: environment['KASHIKAGI_KEYS'] ?? '' }, false);
    const signer = new CheckpointSigner(Settings.read(environment).ledgerOrigin, key);
    await writeFile(join(folder, 'ledger-checkpoint'), signer.sign({ size: 7, root: Buffer.alloc(32) }).note);
    const second = (await look()).get('second place');
    expect([second?.state, second?.found.en]).toEqual(['bad', '7 entries were signed and 0 are there']);
    await writeFile(join(folder, 'ledger-checkpoint'), 'somebody else’s');
    expect((await look()).get('second place')?.found.en).toBe('what is kept is not of this ledger');
  });

  it('finds keys that are gone, that others can read, and a folder that others can enter', async () => {
    const keys = environment['KASHIKAGI_KEYS'] ?? '';
    await chmod(keys, 0o755);
    await chmod(join(keys, 'reference-key.json'), 0o644);
    await rm(join(keys, 'ledger-key.json'));
    const found = await look();
    expect([stateOf(found, 'keys folder'), stateOf(found, 'keys'), stateOf(found, 'ledger key')]).toEqual([
      'doubtful',
      'bad',
      'bad',
    ]);
    expect(found.get('keys')?.found.en).toContain('chmod 600');
    // Without the key, what it signed cannot be looked at; the queue can.
    expect([stateOf(found, 'ledger'), found.has('checkpoint')]).toEqual(['good', false]);
  });

  it('finds a database and a wheeling system that do not answer, and looks at the rest', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const config = await changed({
      wheeling: { kind: 'http', url: nowhere },
      witnesses: [],
      drillWheeling: { kind: 'http', url: `${nowhere}/drill` },
    });
    const found = await look({
      ...config,
      DATABASE_URL: `postgres://kashikagi_app:not-told@127.0.0.1:${new URL(nowhere).port}/x`,
    });
    expect([
      stateOf(found, 'database'),
      stateOf(found, 'wheeling'),
      stateOf(found, 'drill data'),
      stateOf(found, 'keys'),
    ]).toEqual(['bad', 'bad', 'doubtful', 'good']);
    expect(found.get('wheeling')?.found.en).toContain('(ECONNREFUSED)');
    expect(JSON.stringify([...found])).not.toContain('not-told');
  });

  it('asks the service where it listens on this machine, and the public URL apart', async () => {
    const service = createServer((_, answer) => answer.end(JSON.stringify({ ready: true, checks: {} })));
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const { port } = service.address() as { port: number };
    const run = { url: 'https://kashikagi.invalid', listening_url: `http://127.0.0.1:${port}`, pid: 1 };
    await writeFile(join(folder, 'run.json'), JSON.stringify(run));
    const found = await look();
    service.close();
    expect([stateOf(found, 'service'), stateOf(found, 'public URL')]).toEqual(['good', 'doubtful']);
  });

  it('finds a public URL that is not encrypted', async () => {
    expect(stateOf(await look(await changed({ publicUrl: 'http://kashikagi.invalid' })), 'public URL')).toBe(
      'bad',
    );
  });

  it('asks identity providers who they are, and for their keys', async () => {
    const peer = await OidcPeer.start();
    peer.serve('http://127.0.0.1:1', 'utility');
    expect(await providerOf('utility', peer.issuer)).toMatchObject({
      check: 'sign-in utility',
      state: 'good',
    });
    expect(await providerOf('utility', `${peer.issuer}/`)).toMatchObject({
      state: 'bad',
      found: { en: 'it names another issuer' },
    });
    await peer.stop();
    expect(await providerOf('utility', peer.issuer)).toMatchObject({ state: 'bad' });
  });
});

describe('what the doctor thinks of numbers', () => {
  it.each<[string, Finding[], string[]]>([
    ['clocks', [skewOf(0.2), skewOf(-4), skewOf(31)], ['good', 'doubtful', 'bad']],
    ['lags', [lagOf({ lag: 2, pending: 9 }), lagOf({ lag: 20, pending: 9 }), lagOf({ lag: 61, pending: 9 })], ['good', 'doubtful', 'bad']],
    ['room on the disk', [spaceOf({ free: 2 ** 36, total: 2 ** 38 }), spaceOf({ free: 2 ** 31, total: 2 ** 38 }), spaceOf({ free: 2 ** 29, total: 2 ** 38 })], ['good', 'doubtful', 'bad']],
    ['connections', [connectionsOf({ most: 97, used: 73 }), connectionsOf({ most: 97, used: 74 }), connectionsOf({ most: 97, used: 86 })], ['good', 'doubtful', 'bad']],
    ['keys by age', [ageOf(3), ageOf(200)], ['good', 'doubtful']],
    ['partitions', [partitions(24), partitions(2)], ['good', 'doubtful']],
  ])('%s', (_what, findings, states) => {
    expect(findings.map(({ state }) => state)).toEqual(states);
  }); // prettier-ignore

  it('servers', () => {
    const sound = {
      version: 180_004,
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      standbys: 'one',
    };
    const states = (more: Partial<typeof sound>): string[] =>
      settingsOf({ ...sound, ...more }, true).map(({ state }) => state);
    expect(states({})).toEqual(['good', 'good']);
    expect(states({ version: 140_011 })).toEqual(['bad', 'good']);
    expect(states({ synchronous_commit: 'off' })).toEqual(['good', 'bad']);
    expect(states({ standbys: '' })).toEqual(['good', 'good', 'doubtful']);
  });
});

describe('kashikagi doctor', () => {
  let data: DataFolder;
  beforeAll(async () => {
    data = await DataFolder.make();
  });
  afterAll(() => data.remove());

  it('makes nothing where there is nothing, and ends with 1', async () => {
    const { code, output } = await data.run(['doctor']);
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/^✗ database +まだありません \/ there is none yet$/m),
    ]);
    expect(output.match(/^✗.*$/gm)).toHaveLength(1);
    expect(output).toMatch(/^△ keys +まだありません \/ not there yet$/m);
    expect(output).toMatch(/^△ ledger key +まだありません/m);
    expect(output).toMatch(/^△ keys folder +まだありません/m);
    expect(output).toMatch(/^△ drill data .*\n +→ npm start \//m);
    expect(output).not.toContain('ENOENT');
    expect(await data.postgresPid()).toBeUndefined();
    await expect(readFile(join(data.path, 'keys', 'token-keys.json'))).rejects.toThrow('ENOENT');
  });

  it.each<[string, string[]]>([
    ['inspection-pack', ['--from', '2026-04-01', '--to', '2026-05-01', '--out', '/nowhere/pack']],
    ['new-log', ['--origin', 'kashikagi.example/next', '--reason', '復元のため']],
  ])('%s on an empty folder says so, and makes nothing', async (verb, words) => {
    const { code, output } = await data.run([verb, ...words]);
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/まだ何もありません.* \/ nothing here yet: start/),
    ]);
    await expect(stat(data.path)).rejects.toThrow('ENOENT');
  });

  it('finds nothing bad in the demonstration, running or stopped, and leaves it as it was', async () => {
    const service = data.start();
    await service.ready();
    const before = await data.postgresPid();
    const running = await data.run(['doctor']);
    expect([running.output.match(/^✗.*$/gm), running.code]).toEqual([null, 0]);
    expect(running.output).toMatch(/^✓ service +この機械の http/m);
    expect(running.output).toMatch(/^✓ durability/m);
    expect(await data.postgresPid()).toBe(before);
    await service.kill('SIGTERM');
    const stopped = await data.run(['doctor']);
    expect([stopped.output.match(/^✗.*$/gm), stopped.code]).toEqual([null, 0]);
    expect(stopped.output).toMatch(/^△ service/m);
    expect(stopped.output).toMatch(/^✓ second place/m);
    expect(await data.postgresPid()).toBeUndefined();
  });
});
