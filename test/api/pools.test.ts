import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { Database, GATE_LOCK } from '../../src/database/database.js';
import { POOLS, type Connections } from '../../src/database/connect.js';
import { ReportsDatabase } from '../../src/database/reports-database.js';
import { ReadinessCheck } from '../../src/http/readiness.js';
import { Broker } from '../harness/broker.js';
import { evaluate } from '../harness/pressure.js';
import { send, type Answer, type Person } from '../stories/actors.js';
import { expectStatus } from '../stories/storm.js';

let broker: Broker;
beforeAll(async () => {
  broker = await Broker.start({ instances: 2 });
});
afterAll(() => broker.stop());

const databaseOf = (instance = 0): Database => {
  const found = broker.instances[instance]?.app.get(Database, { strict: false });
  if (!found) throw new Error(`there is no instance ${instance}`);
  return found;
};
const loadOf = (instance = 0): Connections['load'] => databaseOf(instance).load;

/** Each look is a round trip to the server; what never comes true ends with the test's own time. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await broker.database.asOwner('select 1');
}

/** The owner does it and keeps its locks until `work` is over. */
async function whileHeld<T>(
  statement: string,
  work: (release: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const holder = new Client({ connectionString: broker.database.ownerUrl });
  await holder.connect();
  try {
    await holder.query('begin');
    await holder.query(statement);
    return await work(async () => void (await holder.query('rollback')));
  } finally {
    await holder.end();
  }
}

const READERS = ['auditor-1', 'auditor-2', 'regulator-1'];
const HELD_FINDINGS = 'lock table finding in access exclusive mode';

const readers = (): Promise<Person[]> => Promise.all(READERS.map((id) => broker.storm.person(id)));
const findingsOf = (person: Person): Promise<Answer> => person.get('/api/v1/findings');
const isFull = (pool: keyof typeof POOLS, instance = 0): boolean =>
  loadOf(instance)[pool].inUse === POOLS[pool];

describe('reports (laws 1, 10)', () => {
  it('fill their own connections, and neither a sign-in, a lift nor the readiness waits for them', async () => {
    const declaration = await broker.storm.declared();
    const asking = await readers();
    const answers = await whileHeld(HELD_FINDINGS, async (release) => {
      const asked = asking.flatMap((person) => [1, 2, 3, 4].map(() => findingsOf(person)));
      await until(() => isFull('reports') && loadOf().reports.waiting > 0);
      const commander = await broker.storm.person('hq-2');
      expectStatus(
        await commander.post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '復旧' }),
        200,
      );
      expect((await send(`${broker.url}/readyz`, 'GET')).status).toBe(200);
      expectStatus(await commander.get('/api/v1/declarations'), 200);
      await release();
      return Promise.all(asked);
    });
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
  });

  it('of one person are two at work, eight wait, and the eleventh hears when to come again', async () => {
    const [auditor] = await readers();
    if (!auditor) throw new Error('nobody reads');
    await whileHeld(HELD_FINDINGS, async (release) => {
      const asked = Array.from({ length: 11 }, () => findingsOf(auditor));
      // The others hang at what is held.
      const refused = await Promise.race(asked);
      expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_reports' } });
      expect(refused.headers.get('retry-after')).toBe('5');
      await until(() => loadOf().reports.inUse === 2);
      expect(loadOf().reports.waiting).toBe(0);
      await release();
      const answers = await Promise.all(asked);
      expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(10).fill(200), 429]);
    });
  });

  it('are no longer looked for when whoever asked has gone', async () => {
    const [auditor] = await readers();
    if (!auditor) throw new Error('nobody reads');
    await whileHeld(HELD_FINDINGS, async () => {
      const gone = new AbortController();
      const asked = auditor.call('GET', '/api/v1/findings', undefined, {}, gone.signal);
      asked.catch(() => undefined);
      await until(() => loadOf().reports.inUse === 1);
      gone.abort();
      await until(() => loadOf().reports.inUse === 0);
      await expect(asked).rejects.toThrow('aborted');
    });
    expectStatus(await findingsOf(auditor), 200);
  });

  it('cannot write', async () => {
    const reports = broker.instances[0]?.app.get(ReportsDatabase, { strict: false });
    await expect(reports?.rows('delete from idempotency')).rejects.toMatchObject({ code: '25006' });
  });
});

describe('endings by those who work (law 10)', () => {
  it('wait for one another, while one of headquarters stands at the gate beside them', async () => {
    const declaration = await broker.storm.declared();
    const { operator, grantId } = await broker.storm.operator('operator-a-01', declaration.id);
    const commander = await broker.storm.person('hq-2');
    const answers = await whileHeld(`select pg_advisory_xact_lock_shared(${GATE_LOCK})`, async (release) => {
      const back = Array.from({ length: 10 }, () =>
        operator.person.post(`/api/v1/grants/${grantId}/hand-back`),
      );
      await until(() => isFull('returns') && loadOf().returns.waiting > 0);
      const lifted = commander.post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '復旧' });
      await until(async () => (await atTheGate()) === POOLS.returns + 1);
      await release();
      expectStatus(await lifted, 200);
      return Promise.all(back);
    });
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(await broker.records(`type = 'grant.handed_back' and grant_id = $1`, [grantId])).toHaveLength(1);
  });

  const atTheGate = async (): Promise<number> => {
    const rows = await broker.database.asOwner<{ pid: number }>(
      `select distinct l.pid from pg_locks l join pg_stat_activity a on a.pid = l.pid
        where not l.granted and l.locktype = 'advisory' and l.mode = 'ExclusiveLock' and a.datname = current_database()`,
    );
    return rows.length;
  };

  it('of what is nobody’s, another’s or over are answered without the gate', async () => {
    const declaration = await broker.storm.declared();
    const { operator, grantId } = await broker.storm.operator('operator-a-02', declaration.id);
    const other = await broker.storm.person('operator-b-01');
    const supervisor = await broker.storm.person('supervisor-b');
    const back = (person: Person, id: string): Promise<Answer> =>
      person.post(`/api/v1/grants/${id}/hand-back`);
    expectStatus(await back(operator.person, grantId), 200);
    const stances = jest.spyOn(databaseOf(), 'transaction');
    const answers = [
      await back(operator.person, 'gr_none'),
      await back(other, grantId),
      await back(operator.person, grantId),
      await supervisor.post(`/api/v1/grants/${grantId}/suspend`, { reason: '確認のため' }),
      await supervisor.post('/api/v1/terminals/tm_none/lost', { reason: '見当たらない' }),
      await operator.person.post('/api/v1/incidents', { record_id: 'rc_Qy3f8sJm2aWb0T1x', field: 'contract_holder_name', description: '見えた' }), // prettier-ignore
    ];
    const taken = stances.mock.calls.map(([stance]) => stance);
    stances.mockRestore();
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 200, 404, 404, 404]);
    expect(taken).not.toContain('alone');
  });
});

describe('the gate', () => {
  it('reads a profile that it has not met on its own connection, whatever the lists do', async () => {
    const declaration = await broker.storm.declared();
    const { operator, grantId } = await broker.storm.operator('operator-a-03', declaration.id);
    const address = broker.instances[1]?.address ?? '';
    const officer = await broker.storm.person('officer-1');
    await whileHeld('lock table room in access exclusive mode', async (release) => {
      const asked = Array.from({ length: POOLS.reads + 1 }, () => officer.at(address).get('/api/v1/rooms'));
      await until(() => isFull('reads', 1) && loadOf(1).reads.waiting > 0);
      expect(await evaluate({ operator, grantId }, address)).toMatchObject({ isPermit: true });
      await release();
      await Promise.all(asked);
    });
  });
});

describe('whether it is ready', () => {
  it('is found out once for all who ask at a time', async () => {
    const check = broker.instances[0]?.app.get(ReadinessCheck, { strict: false });
    if (!check) throw new Error('nobody looks');
    check.kept.keptMs = 60_000;
    try {
      await check.look();
      const answers = await whileHeld('lock table pending in access exclusive mode', () =>
        Promise.all(Array.from({ length: 50 }, () => send(`${broker.url}/readyz`, 'GET'))),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    } finally {
      check.kept.keptMs = 0;
    }
  });
});

describe('a report that takes too long', () => {
  it('is cut off and says so', async () => {
    const hasty = await Broker.start({ reportMs: 200 });
    const holder = new Client({ connectionString: hasty.database.ownerUrl });
    await holder.connect();
    try {
      const auditor = await hasty.storm.person('auditor-1');
      await holder.query(`begin; ${HELD_FINDINGS}`);
      const answer = await findingsOf(auditor);
      expect(answer).toMatchObject({ status: 503, body: { code: 'report_too_long' } });
      await holder.query('rollback');
      expectStatus(await findingsOf(auditor), 200);
    } finally {
      await holder.end();
      await hasty.stop();
    }
  });
});
