import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { send, type Operator } from '../stories/actors.js';
import { expectStatus, samplePoints, Storm } from '../stories/storm.js';
import { DataFolder, freePort, until, type ServiceProcess } from '../service/service-process.js';

const run = promisify(execFile);

/** What README says to keep, of a service that does not run: cluster, keys, the checkpoint of this instance. */
async function copied(from: DataFolder, more: { checkpointOf?: DataFolder } = {}): Promise<DataFolder> {
  const to = await DataFolder.make();
  await chmod(to.parent, 0o755);
  await mkdir(to.path, { mode: 0o755 });
  await run('cp', ['-a', await from.cluster(), join(to.path, 'postgres')]);
  await run('cp', ['-a', join(from.path, 'keys'), join(to.path, 'keys')]);
  const kept = join((more.checkpointOf ?? from).path, 'ledger-checkpoint');
  await copyFile(kept, join(to.path, 'ledger-checkpoint'));
  return to;
}

/** A house with a life before its backup, and one after it. */
describe('a backup', () => {
  const folders: DataFolder[] = [];
  let original: DataFolder;
  let early: DataFolder;
  let url: string;
  let environment: Record<string, string>;
  let service: ServiceProcess | undefined;
  let before: { operator: Operator; declarationId: string };
  let after: { operator: Operator; declarationId: string };
  let search: object;
  let records = 0;

  const start = async (data: DataFolder): Promise<void> => {
    service = data.start(environment);
    await service.ready();
  };
  const stop = async (): Promise<void> => {
    expect(await service?.kill('SIGTERM')).toMatchObject({ code: 0 });
  };
  const lift = async (id: string): Promise<number> =>
    (
      await (
        await new Storm(url).person('hq-3')
      ).post(`/api/v1/declarations/${id}/lift`, { reason: '復旧した' })
    ).status;
  const ledgerSays = async (): Promise<unknown> =>
    (await send<{ checks: Record<string, string> }>(`${url}/readyz`, 'GET')).body.checks['ledger'];
  const signedSize = async (): Promise<number> => {
    const answer = await fetch(`${url}/ledger/checkpoint`);
    return answer.status === 200 ? Number((await answer.text()).split('\n')[1]) : 0;
  };
  const recordCount = async (): Promise<number> => {
    const { Client } = await import('pg');
    const client = new Client({ connectionString: await (folders.at(-1) ?? original).adminUrl('kashikagi') });
    await client.connect();
    const { rows } = await client.query<{ count: number }>('select count(*)::integer as count from record');
    await client.end();
    return rows[0]?.count ?? 0;
  };
  const opened = async (personId: string): Promise<{ operator: Operator; declarationId: string }> => {
    const storm = new Storm(url);
    const { id: declarationId } = await storm.declared({ name: personId });
    const { operator } = await storm.operator(personId, declarationId);
    expectStatus(await operator.lookup(search), 200);
    return { operator, declarationId };
  };

  beforeAll(async () => {
    original = await DataFolder.make();
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    environment = { KASHIKAGI_PORT: String(port) };
    await start(original);
    const points = await samplePoints(original.runFile().wheeling_url);
    const point = points.find((one) => one.outage_state === 'outage');
    if (!point) throw new Error('the sample has points in outage');
    const factor = { contact_phone_last4: point.contact_phone.slice(-4) };
    search = { supply_point_id: point.supply_point_id, second_factor: factor };
    before = await opened('operator-a-01');
    await until('something is signed', async () => (await signedSize()) > 0);
    await stop();
    early = await copied(original);

    await start(original);
    expect(await lift(before.declarationId)).toBe(200);
    after = await opened('operator-b-01');
    const had = await signedSize();
    await until('the rest is signed', async () => (await signedSize()) > had);
    records = await recordCount();
    await stop();
  }, 240_000);
  afterAll(async () => {
    for (const folder of [original, early, ...folders]) await folder.remove();
  });

  it('of now comes back whole: nothing is lost, the ledger goes on and is verified, what ended has ended', async () => {
    const now = await copied(original);
    folders.push(now);
    await start(now);
    expect(await ledgerSays()).toBe('ok');
    expect(await recordCount()).toBeGreaterThanOrEqual(records);
    const { status, body } = await before.operator.lookup(search);
    expect([status, body.code]).toEqual([403, 'lifted']);
    expectStatus(await after.operator.lookup(search), 200);
    const had = await signedSize();
    await until('new entries are signed behind the old ones', async () => (await signedSize()) > had);
    const { code, output } = await now.run([
      'verify',
      url,
      '--from',
      join(original.path, 'ledger-checkpoint'),
    ]);
    expect([code, output]).toEqual([0, expect.stringContaining('検証できました')]);
    expect((await now.run(['doctor'])).output).toMatch(/^✓ second place/m);
    expect(await lift(after.declarationId)).toBe(200);
    await stop();
  }, 120_000);

  it('from before the last signature runs and signs nothing, says so, and opens nothing that it did not issue', async () => {
    const old = await copied(early, { checkpointOf: original });
    folders.push(old);
    await start(old);
    await until('it is told', async () => (await ledgerSays()) === 'not_signing');
    const looked = await old.run(['doctor']);
    expect([looked.code, looked.output]).toEqual([
      1,
      expect.stringMatching(/^✗ second place .*were signed and \d+ are there$/m),
    ]);
    expect((await after.operator.lookup(search)).status).toBe(401);
    expect((await after.operator.person.get('/api/v1/session')).status).toBe(401);
    // What was ended after the backup is not ended in it: README says to lift first, and that works at once.
    expect(await lift(before.declarationId)).toBe(200);
    const { status, body } = await before.operator.lookup(search);
    expect([status, body.code]).toEqual([403, 'lifted']);
    await stop();
  }, 120_000);

  it('without its keys does not start, and makes no new ones', async () => {
    const keyless = await copied(early);
    folders.push(keyless);
    await run('rm', ['-r', join(keyless.path, 'keys')]);
    const { code, output } = await keyless.start(environment).ended;
    expect([code, output]).toEqual([1, expect.stringMatching(/is missing; put it back from the backup/)]);
  }, 60_000);
});
