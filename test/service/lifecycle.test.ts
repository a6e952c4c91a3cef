import { Client } from 'pg';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GATE_LOCK } from '../../src/database/database.js';
import { Person, send } from '../stories/actors.js';
import { expectStatus, Storm } from '../stories/storm.js';
import { DataFolder, processesOf, takenPort, until, type ServiceProcess } from './service-process.js';

/** One data folder through a life of starts and ends; each chapter begins with what the one before has left. */
describe('a service and its data folder', () => {
  let data: DataFolder;
  let service: ServiceProcess;
  let url: string;
  let declaredId: string;

  beforeAll(async () => {
    data = await DataFolder.make();
  });
  afterAll(() => data.remove());

  const start = async (): Promise<void> => {
    service = data.start();
    url = await service.ready();
  };
  const person = (id: string): Promise<Person> => new Person(url, id).signIn();
  const declarationIds = async (): Promise<string[]> => {
    const list = await (await person('auditor-1')).get<{ items: { id: string }[] }>('/api/v1/declarations');
    return expectStatus(list, 200).items.map(({ id }) => id);
  };
  const samples = (): Promise<number[]> => processesOf('wheeling/sample/main.js', `:${portOfDatabase}/`);
  let portOfDatabase = '';

  it('makes all that it needs at the first start', async () => {
    service = data.start({ NO_COLOR: '' });
    url = await service.ready();
    expect((await send(`${url}/readyz`, 'GET')).status).toBe(200);
    expect(data.runFile()).toMatchObject({ url, pid: service.pid });
    const { operations_url: operations } = data.runFile();
    expect(new URL(operations).port).not.toBe(new URL(url).port);
    expect(await (await fetch(`${operations}/metrics`)).text()).toMatch(/^kashikagi_database_up 1$/m);
    expect(Number.isNaN(Date.parse(data.runFile().started_at))).toBe(false);
    const keys = join(data.path, 'keys');
    expect(await readdir(keys)).toEqual([
      'field-keys.json',
      'ledger-key.json',
      'reference-key.json',
      'token-keys.json',
    ]);
    for (const name of await readdir(keys)) expect((await stat(join(keys, name))).mode & 0o077).toBe(0);
    const points = await send<{ items: unknown[] }>(
      `${data.runFile().wheeling_url}/supply-points?municipality_code=272035&limit=3`,
      'GET',
    );
    expect(points.body.items).toHaveLength(3);
    portOfDatabase = new URL(await data.adminUrl('kashikagi')).port;
    expect(await samples()).toHaveLength(1);
  });

  it('tells the time of Japan, and colours only to a terminal', () => {
    for (const line of service.output.trim().split('\n'))
      expect(line).toMatch(/^\[kashikagi\] \d+ +- \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00 /);
  });

  it('sends a page on that was opened by another name of the machine', async () => {
    const { port } = new URL(url);
    const get = (headers: Record<string, string>): Promise<Response> =>
      fetch(`http://localhost:${port}/d?x=1`, { headers, redirect: 'manual' });
    const page = await get({ accept: 'text/html' });
    expect([page.status, page.headers.get('location')]).toEqual([302, `${url}/d?x=1`]);
    expect((await get({ accept: 'application/json' })).status).toBe(404);
    const json = { 'content-type': 'application/json', origin: `http://localhost:${port}` };
    const refused = await fetch(`${url}/api/v1/session`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ person_id: 'hq-1' }),
    });
    expect(await refused.json()).toMatchObject({ code: 'foreign_origin', values: { public_url: url } });
  });

  it('refuses a second service on the folder, in one line, and serves on', async () => {
    const { code, output } = await data.start().ended;
    expect([code, output.trim().split('\n').at(-1)]).toEqual([
      1,
      `kashikagi: a service runs on ${data.path} already at ${url}, process ${service.pid}`,
    ]);
    expect(output).not.toContain('PostgreSQL');
    expect((await send(`${url}/readyz`, 'GET')).status).toBe(200);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends at %s with nothing left behind', async (signal) => {
    if (service.child.exitCode !== null) await start();
    const declaration = await new Storm(url).declared();
    declaredId = declaration.id;
    const { code } = signal === 'SIGINT' ? await service.killGroup(signal) : await service.kill(signal);
    expect(code).toBe(0);
    expect(data.hasRunFile).toBe(false);
    expect(await data.postgresPid()).toBeUndefined();
    expect(await samples()).toEqual([]);
  });

  it('keeps its data over an end', async () => {
    await start();
    expect(await declarationIds()).toContain(declaredId);
  });

  it('answers what is under way when Ctrl-C comes, takes nothing new, then ends', async () => {
    const storm = new Storm(url);
    const [first, second] = [await storm.declared(), await storm.declared()];
    const hq = await storm.person('hq-3');
    // Whoever holds the gate holds up the endings: the requests are under way for as long as the test wants.
    const gate = new Client({ connectionString: await data.adminUrl('kashikagi') });
    await gate.connect();
    await gate.query('select pg_advisory_lock($1)', [GATE_LOCK]);
    const lifting = [first, second].map(({ id }) =>
      hq.post(`/api/v1/declarations/${id}/lift`, { reason: '復旧した' }),
    );
    await until('both wait for the gate', async () => {
      const waiting = `select from pg_locks where locktype = 'advisory' and objid = $1 and not granted`;
      return (await gate.query(waiting, [GATE_LOCK])).rowCount === 2;
    });
    const ended = service.killGroup('SIGINT');
    await until('nothing new is taken', () =>
      fetch(`${url}/healthz`).then(
        (answer) => answer.status === 503,
        () => true,
      ),
    );
    await gate.query('select pg_advisory_unlock($1)', [GATE_LOCK]);
    await gate.end();
    const answers = await Promise.all(lifting);
    expect(answers.map(({ status, body }) => [status, body['live']])).toEqual([
      [200, false],
      [200, false],
    ]);
    expect(await ended).toMatchObject({ code: 0 });
    expect(await data.postgresPid()).toBeUndefined();

    await start();
    const auditor = await person('auditor-1');
    for (const { id } of [first, second]) {
      expect(expectStatus(await auditor.get(`/api/v1/declarations/${id}`), 200)['live']).toBe(false);
    }
  });

  it('starts again after it was killed, and has what it had answered', async () => {
    const { id } = await new Storm(url).declared();
    await service.killGroup('SIGKILL');
    await until('its sample system is gone', async () => (await samples()).length === 0);
    expect(data.hasRunFile).toBe(true);
    expect(await data.postgresPid()).toBeDefined();
    await start();
    expect(service.output).toContain('found PostgreSQL running, and goes on with it');
    expect(data.runFile()).toMatchObject({ url, pid: service.pid });
    expect(await declarationIds()).toContain(id);
  });

  it('answers 503 while its database is gone, ends in order, and recovers it at the next start', async () => {
    const { id } = await new Storm(url).declared();
    const auditor = await person('auditor-1');
    process.kill((await data.postgresPid()) ?? 0, 'SIGKILL');
    await until('the database is gone', async () => (await data.postgresPid()) === undefined);
    const answer = await auditor.get(`/api/v1/declarations/${id}`);
    expect([answer.status, answer.body['code']]).toEqual([503, 'unavailable']);
    expect((await send(`${url}/readyz`, 'GET')).status).toBe(503);
    expect((await send(`${url}/healthz`, 'GET')).status).toBe(200);
    expect(await service.kill('SIGTERM')).toMatchObject({ code: 0 });
    await start();
    expect(await declarationIds()).toContain(id);
    expect(await service.kill('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('says in one line that its port is taken, and leaves nothing running', async () => {
    const { port, server } = await takenPort();
    const { code, output } = await data.start({ KASHIKAGI_PORT: String(port) }).ended;
    server.close();
    expect([code, output.trim().split('\n').at(-1)]).toEqual([
      1,
      `kashikagi: 127.0.0.1:${port} is taken: set KASHIKAGI_PORT to another port, or to 0 for any free one`,
    ]);
    expect(output).not.toContain('PostgreSQL');
    expect(await data.postgresPid()).toBeUndefined();
    expect(await samples()).toEqual([]);
    expect(data.hasRunFile).toBe(false);
  });

  it('ends in order also when the signal comes in the middle of the start', async () => {
    const starting = data.start();
    await starting.says(/started PostgreSQL/);
    expect(await starting.killGroup('SIGTERM')).toMatchObject({ code: 0 });
    expect(await data.postgresPid()).toBeUndefined();
    expect(await samples()).toEqual([]);
    expect(data.hasRunFile).toBe(false);
  });

  it('rotates the token keys while it stands, by the time of its database', async () => {
    const { code, output } = await data.run(['rotate-token-keys']);
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/^token key [\w-]{43}: published now, signs from \S+Z\n$/),
    ]);
    expect(await data.postgresPid()).toBeUndefined();
    await start();
    const jwks = await send<{ keys: { kid: string }[] }>(`${url}/.well-known/jwks.json`, 'GET');
    expect(jwks.body.keys.map(({ kid }) => kid)).toContain(/token key (\S+):/.exec(output)?.[1]);
  });

  it('leaves the database running when the keys are rotated beside it', async () => {
    const before = await data.postgresPid();
    expect((await data.run(['rotate-token-keys'])).code).toBe(0);
    expect(await data.postgresPid()).toBe(before);
    expect((await send(`${url}/readyz`, 'GET')).status).toBe(200);
  });

  it('lets one of two have the folder that start in the same moment', async () => {
    await service.kill('SIGTERM');
    const both = [data.start(), data.start()];
    const refused = await Promise.race(both.map(({ ended }) => ended));
    expect([refused.code, refused.output.trim().split('\n').at(-1)]).toEqual([
      1,
      expect.stringContaining(`kashikagi: a service runs on ${data.path} already`),
    ]);
    const other = both.find(({ child }) => child.exitCode === null);
    expect((await send(`${await other?.ready()}/readyz`, 'GET')).status).toBe(200);
    expect(await other?.kill('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('signs nothing into a folder that took the place of its own, and leaves it alone at its end', async () => {
    await start();
    await until('a checkpoint is kept', () => existsSync(join(data.path, 'ledger-checkpoint')));
    const taken = `${data.path}-taken-away`;
    await rename(data.path, taken);
    await mkdir(data.path);
    await writeFile(join(data.path, 'folder-id'), 'another\n');
    await writeFile(join(data.path, 'run.json'), JSON.stringify({ pid: 1 }));
    await new Storm(url).declared();
    await service.says(/publisher: the data folder \S+ was replaced by another one while this service runs/);
    const ready = await send<{ checks: Record<string, string> }>(`${url}/readyz`, 'GET');
    expect([ready.status, ready.body.checks['ledger']]).toEqual([200, 'not_signing']);
    expect(await service.kill('SIGTERM')).toMatchObject({ code: 0 });
    expect((await readdir(data.path)).sort()).toEqual(['folder-id', 'run.json']);
    await rm(data.path, { recursive: true });
    await rename(taken, data.path);
  });
});
