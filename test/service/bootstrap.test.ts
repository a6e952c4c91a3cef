import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { packageRoot } from '../../src/config/package-root.js';
import { TestDatabase } from '../harness/test-database.js';
import { refusalOf } from '../laws/witnesses.js';
import { Person, send, Terminal, type Answer } from '../stories/actors.js';
import { PasskeyHolder, type Passkey } from '../stories/passkey-holder.js';
import { expectStatus } from '../stories/storm.js';
import { enrolByCeremony, placement } from '../stories/terminal-ceremony.js';
import { DataFolder, freePort, type Ending } from './service-process.js';

type Environment = Record<string, string>;
type Json = Record<string, unknown>;

const WORDS = [
  ...['bootstrap', '--organization', 'tdo', '見本送配電'],
  ...['--officer', 'officer-1', 'np-1', '管理 一恵', '--officer', 'officer-2', 'np-2', '管理 二郎'],
];

describe('the first start in production', () => {
  const name = `b_${randomBytes(6).toString('hex')}`;
  let admin: Client;
  let owner: Client;
  let reached: TestDatabase;
  let data: DataFolder;
  let environment: Environment;
  let url: string;
  const codes: Record<string, string> = {};

  /** An empty database, as an administrator makes it: nothing of the demonstration is there. */
  beforeAll(async () => {
    admin = new Client({ connectionString: process.env['TEST_ADMIN_URL'] });
    await admin.connect();
    await admin.query(`create database ${name} template template0 owner kashikagi_owner`);
    reached = await TestDatabase.create();
    const at = (text: string): string => Object.assign(new URL(text), { pathname: `/${name}` }).href;
    const ownerUrl = at(process.env['TEST_OWNER_URL'] ?? '');
    owner = new Client({ connectionString: ownerUrl });
    await owner.connect();
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
      DATABASE_URL: at(await reached.urlOf('kashikagi_app')),
      DATABASE_OWNER_URL: ownerUrl,
    };
  });
  afterAll(async () => {
    await data.remove();
    await owner.end();
    await reached.drop();
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  });

  /** As the service runs: it never holds the owner's URL. */
  const withoutOwner = (): Environment =>
    Object.fromEntries(Object.entries(environment).filter(([name]) => name !== 'DATABASE_OWNER_URL'));
  const run = (words: string[]): Promise<Ending> => data.run(words, environment);
  const enrol = async (holder: PasskeyHolder, code: string): Promise<Answer<Passkey>> => {
    const offered = await send(`${url}/api/v1/passkeys/first/options`, 'POST', { code });
    const { options } = expectStatus(offered, 200) as { options: object };
    const response = holder.authenticator.create(options);
    return send<Passkey>(`${url}/api/v1/passkeys/first`, 'POST', { code, response, label: '最初の鍵' });
  };
  const holderOf = (id: string): PasskeyHolder => PasskeyHolder.at(new Person(url, id));

  it('takes a migrated database and the keys of the installation, and says what is missing', async () => {
    const unmigrated = await run(WORDS);
    expect([unmigrated.code, unmigrated.output]).toEqual([1, expect.stringMatching(/^kashikagi: .*\n$/)]);
    expect((await run(['migrate'])).code).toBe(0);
    expect((await run(['make-keys'])).code).toBe(0);
    const unsaid = await run(['bootstrap']);
    expect([unsaid.code, unsaid.output]).toEqual([2, expect.stringContaining('使い方 / Usage')]);
    expect(await run(['bootstrap', '--help'])).toMatchObject({ code: 0 });
    expect(await data.run(WORDS, withoutOwner())).toMatchObject({ code: 1 });
  });

  it.each<[string, string[]]>([
    ['one officer', WORDS.slice(0, 8)],
    ['one person twice', [...WORDS.slice(0, 8), '--officer', 'officer-2', 'np-1', '管理 一恵']],
    ['a third officer', [...WORDS, '--officer', 'officer-3', 'np-3', '管理 三郎']],
    ['words of nothing', [...WORDS, 'more']],
    ['an id that is none', [...WORDS.slice(0, 9), 'Officer 2', 'np-2', '管理 二郎']],
  ])('refuses %s in one line', async (_, words) => {
    const { code, output } = await run(words);
    expect([code, output]).toEqual([1, expect.stringMatching(/^kashikagi: [^\n]+\n$/)]);
  });

  it('makes the utility and two officers, once, also of two who try at once', async () => {
    const both = await Promise.all([run(WORDS), run(WORDS)]);
    const [done] = both.filter(({ code }) => code === 0);
    const [refused] = both.filter(({ code }) => code !== 0);
    expect(refused?.output).toContain('there are officers already');
    for (const [, id = '', code = ''] of done?.output.matchAll(/^ {2}(officer-\d): ([\w-]{43})$/gm) ?? [])
      codes[id] = code;
    expect(Object.keys(codes)).toEqual(['officer-1', 'officer-2']);
    const again = await run(WORDS);
    expect([again.code, again.output]).toEqual([1, expect.stringContaining('there are officers already')]);

    const records = (await owner.query<{ type: string; payload: string }>(`select * from record order by at`))
      .rows;
    expect(records.map(({ type }) => type)).toEqual(['house.bootstrapped']);
    const { payload = '' } = records[0] ?? {};
    expect(JSON.parse(payload)).toMatchObject({
      details: { organization: 'tdo', officers: ['officer-1', 'officer-2'] },
    });
    const everything = JSON.stringify((await owner.query(`select to_jsonb(f) from first_enrolment f`)).rows);
    for (const text of ['管理 一恵', 'np-1', ...Object.values(codes)])
      expect([text, payload.includes(text), everything.includes(text)]).toEqual([text, false, false]);
  });

  it('lets each in by the own code, once, and then by the passkey alone', async () => {
    const service = data.start(withoutOwner());
    url = await service.ready();
    const [one, two] = [holderOf('officer-1'), holderOf('officer-2')];
    const wrong = await send(`${url}/api/v1/passkeys/first/options`, 'POST', { code: 'A'.repeat(43) });
    expect(refusalOf(wrong)).toEqual([403, 'unknown_first_code']);

    // A challenge that was given to the one code is not answered with the other.
    const crossed = await send(`${url}/api/v1/passkeys/first/options`, 'POST', { code: codes['officer-1'] });
    const { options } = expectStatus(crossed, 200) as { options: object };
    const response = two.authenticator.create(options);
    const body = { code: codes['officer-2'], response, label: '鍵' };
    expect(refusalOf(await send(`${url}/api/v1/passkeys/first`, 'POST', body))).toEqual([
      401,
      'passkey_refused',
    ]);

    for (const [holder, id] of [
      [one, 'officer-1'],
      [two, 'officer-2'],
    ] as const) {
      const enrolled = expectStatus(await enrol(holder, codes[id] ?? ''), 201);
      expect(enrolled).toMatchObject({ person_id: id, state: 'active', change_id: null });
      const spent = await send(`${url}/api/v1/passkeys/first/options`, 'POST', { code: codes[id] });
      expect(refusalOf(spent)).toEqual([403, 'unknown_first_code']);
      expectStatus(await holder.signIn(), 200);
    }
    await serving(one, two);
    expect(await service.killGroup('SIGINT')).toMatchObject({ code: 0 });
    expect(service.output).not.toContain(codes['officer-1']);
  });

  /** From the two, everybody else: people by two persons, their passkeys, and terminals by the ceremony. */
  async function serving(one: PasskeyHolder, two: PasskeyHolder): Promise<void> {
    const agreed = async (path: string, body: object): Promise<Json> => {
      const { change_id: change } = expectStatus(await one.person.post(`/api/v1/${path}`, body), 202);
      return expectStatus(await two.person.post(`/api/v1/changes/${String(change)}/confirm`), 200);
    };
    const people = ['hq-1', 'hq-2'].map((id) => ({
      id,
      natural_person_key: `np-${id}`,
      role: 'headquarters',
      name: '本部 某',
      employment: 'employee',
    }));
    await agreed('people', { organization_id: 'tdo', feed_as_of: new Date().toISOString(), people });
    expect((await send(`${url}/api/v1/session`, 'POST', { person_id: 'hq-1' })).status).toBe(403);
    expect(refusalOf(await one.person.post('/api/v1/terminals', { ...placement('PC-1', 'tdo') }))).toEqual([
      422,
      'invalid_input',
    ]);
    await owner.query(`insert into room (id, name) values ('osaka-support-1', '大阪支援室1')`);
    const terminal = new Terminal();
    const place = { ...placement('PC-1', 'tdo'), custodian_person_id: 'hq-1' };
    expect(refusalOf(await one.person.post('/api/v1/terminals', { ...place, jwk: terminal.jwk }))).toEqual([
      403,
      'ceremony_required',
    ]);
    expect(await enrolByCeremony([one.person, two.person], terminal, place)).toMatch(/^tm_/);
  }

  it('leaves no way around the code', async () => {
    const app = new Client({ connectionString: environment['DATABASE_URL'] });
    await app.connect();
    try {
      const tries = [
        `insert into first_enrolment (person_id, code_hash, expires_at) values ('hq-1', sha256('x'), broker_now() + interval '1 hour')`,
        `update first_enrolment set used_at = null, used_code = null, passkey_id = null`,
      ];
      for (const sql of tries) await expect(app.query(sql)).rejects.toThrow();
      await owner.query(`insert into first_enrolment (person_id, code_hash, expires_at)
        values ('hq-1', sha256('known to nobody'), broker_now() + interval '1 hour')`);
      const guess = `update first_enrolment set used_at = broker_now(), used_code = 'guess',
        passkey_id = (select id from passkey_request limit 1) where person_id = 'hq-1'`;
      await expect(app.query(guess)).rejects.toThrow(/first_enrolment/);
    } finally {
      await app.end();
    }
  });
});
