import { Client } from 'pg';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/package-root.js';
import { TestDatabase } from '../harness/test-database.js';
import { send, Terminal, type Person } from '../stories/actors.js';
import { givenSession, KnownPerson } from '../stories/known-people.js';
import { expectStatus, samplePoints, Storm } from '../stories/storm.js';
import { enrolByCeremony, placement } from '../stories/terminal-ceremony.js';
import { DataFolder, freePort, processesOf } from './service-process.js';

type Environment = Record<string, string>;

/** Nobody can sign in here: whoever has the database gives the session. */
class KnownPeople extends Storm {
  constructor(
    url: string,
    private readonly database: TestDatabase,
  ) {
    super(url);
  }

  override async person(id: string): Promise<Person> {
    const session = await givenSession((sql, parameters) => this.database.asOwner(sql, parameters), id);
    return new KnownPerson(this.url, id, session);
  }

  /** A key that somebody brings along is refused in production. */
  override async enrolled(organization = 'retailer-a'): Promise<{ terminal: Terminal; id: string }> {
    const terminal = new Terminal(this.now);
    const officers = [await this.person('officer-1'), await this.person('officer-2')] as const;
    const body = placement('PC-O-1', organization);
    const direct = await officers[0].post('/api/v1/terminals', { ...body, jwk: terminal.jwk });
    expect([direct.status, direct.body['code']]).toEqual([403, 'ceremony_required']);
    return { terminal, id: await enrolByCeremony(officers, terminal, body) };
  }
}

describe('production on a database of its own', () => {
  let database: TestDatabase;
  let data: DataFolder;
  let environment: Environment;

  beforeAll(async () => {
    database = await TestDatabase.create();
    data = await DataFolder.make();
    const port = await freePort();
    const file = join(data.parent, 'kashikagi.json');
    const shipped = await readFile(join(packageRoot(), 'config', 'production.json'), 'utf8');
    const wheeling = { kind: 'http', url: process.env['TEST_WHEELING_URL'] };
    const own = { host: '127.0.0.1', publicUrl: `http://127.0.0.1:${port}`, wheeling };
    await writeFile(file, JSON.stringify({ ...(JSON.parse(shipped) as object), ...own }));
    environment = {
      NODE_ENV: 'production',
      KASHIKAGI_CONFIG: file,
      KASHIKAGI_PORT: String(port),
      DATABASE_URL: await database.urlOf('kashikagi_app'),
    };
  });
  afterAll(async () => {
    await data.remove();
    await database.drop();
  });

  const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? '';

  it('needs its keys: a fresh key beside old records would be a loss', async () => {
    const { code, output } = await data.start(environment).ended;
    expect([code, lastLine(output)]).toEqual([
      1,
      expect.stringMatching(
        /^kashikagi: key file .*token-keys\.json: is missing; put it back from the backup$/,
      ),
    ]);
  });

  it('makes the keys once, when it is told to', async () => {
    expect(await data.run(['make-keys'], environment)).toMatchObject({ code: 0 });
    const { code, output } = await data.run(['make-keys'], environment);
    expect([code, output]).toEqual([1, expect.stringContaining('is not empty')]);
  });

  it('serves a wheeling system over HTTP, from the declaration to a masked answer', async () => {
    const service = data.start(environment);
    const url = await service.ready();
    expect(service.output).toMatch(
      /nobody can sign in: no identity provider is set and no passkey is enrolled/,
    );
    expect((await send(`${url}/readyz`, 'GET')).status).toBe(200);
    expect((await send(`${url}/api/v1/session`, 'POST', { person_id: 'hq-1' })).status).toBe(403);
    const storm = new KnownPeople(url, database);
    const declaration = await storm.declared();
    const { operator } = await storm.operator('operator-a-01', declaration.id);
    const points = await samplePoints(process.env['TEST_WHEELING_URL'] ?? '');
    const point = points.find((one) => one.outage_state === 'outage');
    const found = expectStatus(
      await operator.lookup({
        supply_point_id: point?.supply_point_id,
        second_factor: { contact_phone_last4: point?.contact_phone.slice(-4) },
      }),
      200,
    );
    expect(found.results[0]?.fields['supply_point_id']).toBe(`…${point?.supply_point_id.slice(-6)}`);

    expect(await data.postgresPid()).toBeUndefined();
    expect(await processesOf('wheeling/sample/main.js', data.path)).toEqual([]);
    const second = await data.start({ ...environment, KASHIKAGI_PORT: '0' }).ended;
    expect(lastLine(second.output)).toContain(`a service runs on ${data.path} already`);
    const { code, output } = await service.killGroup('SIGINT');
    expect(code).toBe(0);
    // Nobody outside is configured in this file: said with each declaration, and stops none.
    expect(output).toContain('A DECLARATION WITHOUT A WITNESS');
    const [record] = await database.asOwner<{ payload: string }>(
      `select payload from record where type = 'declaration.declared'`,
    );
    expect(record?.payload).toContain('"ledger_witnessed":false');
    expect(data.hasRunFile).toBe(false);
  });

  it('rotates the token keys by the time of that database', async () => {
    const { code, output } = await data.run(['rotate-token-keys'], environment);
    const from = Date.parse(/signs from (\S+)/.exec(output)?.[1] ?? '');
    const [clock] = await database.asOwner<{ now: Date }>('select broker_now() as now');
    expect(code).toBe(0);
    expect(from - (clock?.now.getTime() ?? 0)).toBeGreaterThan(500_000);
    expect(from - (clock?.now.getTime() ?? 0)).toBeLessThan(601_001);
  });

  it('refuses to run as a role that is, or can become, the owner', async () => {
    const asOwner = await data.start({ ...environment, DATABASE_URL: database.ownerUrl }).ended;
    expect([asOwner.code, lastLine(asOwner.output)]).toEqual([
      1,
      expect.stringMatching(
        /^kashikagi: DATABASE_URL \(\S+\): the service refuses to run as kashikagi_owner: it owns/,
      ),
    ]);
    expect(asOwner.output).not.toContain(new URL(database.ownerUrl).password);
  });

  it('says which migration is missing', async () => {
    await database.asOwner(`delete from schema_migration_file where name = '0001-house'`);
    const behind = await data.start(environment).ended;
    expect([behind.code, lastLine(behind.output)]).toEqual([
      1,
      expect.stringContaining('is behind this version by migration 0001-house: run "kashikagi migrate"'),
    ]);
  });

  it('tells of a wrong password and of a database that is not there, and not the password', async () => {
    const wrong = new URL(environment['DATABASE_URL'] ?? '');
    wrong.password = 'guessed-wrong';
    const refused = await data.start({ ...environment, DATABASE_URL: wrong.href }).ended;
    expect(lastLine(refused.output)).toContain('password authentication failed for user "kashikagi_app"');
    expect(refused.output).not.toContain('guessed-wrong');
    const lost = new URL(environment['DATABASE_URL'] ?? '');
    lost.pathname = '/lost';
    const missing = await data.start({ ...environment, DATABASE_URL: lost.href }).ended;
    expect(lastLine(missing.output)).toMatch(/^kashikagi: DATABASE_URL \(\S+\/lost\): /);
    expect([refused.code, missing.code]).toEqual([1, 1]);
  });
});

describe('the command line', () => {
  let data: DataFolder;
  beforeAll(async () => {
    data = await DataFolder.make();
  });
  afterAll(() => data.remove());

  it('migrates an empty database once', async () => {
    const name = `m_${randomBytes(6).toString('hex')}`;
    const admin = new Client({ connectionString: process.env['TEST_ADMIN_URL'] });
    await admin.connect();
    await admin.query(`create database ${name} template template0 owner kashikagi_owner`);
    try {
      const url = new URL(process.env['TEST_OWNER_URL'] ?? '');
      url.pathname = `/${name}`;
      const first = await data.run(['migrate'], { DATABASE_OWNER_URL: url.href });
      expect([first.code, first.output]).toEqual([
        0,
        expect.stringContaining('migration 0001-house: applied'),
      ]);
      const second = await data.run(['migrate'], { DATABASE_OWNER_URL: url.href });
      expect([second.code, second.output]).toEqual([0, 'nothing to migrate\n']);
    } finally {
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    }
  });

  it('needs the owner’s URL to migrate', async () => {
    const { code, output } = await data.run(['migrate']);
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/^kashikagi: DATABASE_OWNER_URL must be .*\n$/),
    ]);
  });

  it.each([[['fly']], [['migrate', 'now']]])('does not guess at %p: one line, and 2', async (words) => {
    const { code, output } = await data.run(words);
    expect(code).toBe(2);
    expect(output).toMatch(/^kashikagi: [^\n]*unknown: "(fly|now)"[^\n]*\n$/);
  });

  it('explains itself in both languages', async () => {
    const { code, output } = await data.run(['help']);
    expect(code).toBe(0);
    for (const verb of ['start', 'migrate', 'make-keys', 'rotate-token-keys', 'schema', 'openapi']) {
      expect(output).toMatch(new RegExp(`^  ${verb} +\\S`, 'm'));
    }
    expect(output).toContain('使い方 / Usage');
  });
});

describe('the demonstration on an outside database', () => {
  it('warns of a role that can do too much, and serves', async () => {
    const database = await TestDatabase.create();
    const data = await DataFolder.make();
    try {
      const url = new URL(process.env['TEST_ADMIN_URL'] ?? '');
      url.pathname = `/${database.name}`;
      const service = data.start({ DATABASE_URL: url.href });
      expect((await send(`${await service.ready()}/readyz`, 'GET')).status).toBe(200);
      expect(service.output).toMatch(/WARN.*the service runs as postgres: it is a superuser/);
      expect(await service.kill('SIGTERM')).toMatchObject({ code: 0 });
    } finally {
      await data.remove();
      await database.drop();
    }
  });
});
