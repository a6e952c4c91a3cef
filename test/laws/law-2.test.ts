import { Client } from 'pg';
import { GATE_LOCK } from '../../src/database/database.js';
import { Broker } from '../harness/broker.js';
import type { Answer, LookupBody, Operator } from '../stories/actors.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';
import { darkPoints, refOf, ResourceServer, searchOf } from './witnesses.js';

/** As a full disk says it, in the middle of the batch; deferred: at the commit, when all else is done. */
const BROKEN = (when: string): string => `
  create or replace function record_breaks() returns trigger language plpgsql as $$
    begin raise exception using errcode = 'disk_full', message = 'no space left on device'; end $$;
  create constraint trigger record_breaks after insert on record ${when} for each row
    when (new.type in ('use.lookup', 'use.match', 'use.reveal', 'use.evaluation')) execute function record_breaks()`;
const MENDED = 'drop trigger record_breaks on record';

interface RecordRow {
  id: string;
  type: string;
  decision: string;
  grant_id: string;
  use_no: number | null;
}

describe('Law 2: No record, no data', () => {
  let broker: Broker;
  let operator: Operator;
  let grantId: string;
  let points: SamplePoint[];
  let resourceServer: ResourceServer;

  beforeAll(async () => {
    broker = await Broker.start();
    points = await darkPoints(broker);
    resourceServer = new ResourceServer(broker.url);
    const declaration = await broker.storm.declared();
    ({ operator, grantId } = await broker.storm.operator('operator-a-01', declaration.id));
  });
  afterAll(() => broker.stop());

  const pointAt = (index: number): SamplePoint => {
    const point = points[index];
    if (!point) throw new Error('the sample has points in outage');
    return point;
  };

  function expectNoValue(answer: Answer<object>, point: SamplePoint): void {
    const text = JSON.stringify(answer.body);
    expect(answer.body).not.toHaveProperty('results');
    expect(answer.body).not.toHaveProperty('value');
    expect(answer.body).not.toHaveProperty('match');
    for (const value of [point.supply_point_id.slice(-6), point.contact_phone, point.contract_holder_name]) {
      expect(text).not.toContain(value);
    }
  }

  it.each([
    ['while the batch is written', ''],
    ['at the commit', 'deferrable initially deferred'],
  ])('lets no value out when the record fails %s, and still lifts and revokes', async (_, when) => {
    const { storm } = broker;
    const point = pointAt(0);
    const doomed = await storm.operator('operator-b-01', (await storm.declared()).id);
    const ref = refOf(await operator.lookup(searchOf(point)));
    await broker.database.asOwner(BROKEN(when));
    const before = await broker.records();

    const answers = [
      await operator.lookup(searchOf(point)),
      await operator.match(ref, 'contract_holder_name', point.contract_holder_name),
      await operator.reveal(ref, 'contact_phone'),
      await resourceServer.evaluate(operator.token ?? '', point),
    ];
    for (const answer of answers) {
      expect([answer.status, (answer.body as { code?: string }).code]).toEqual([503, 'unavailable']);
      expectNoValue(answer, point);
    }
    const added = (await broker.records<RecordRow>()).slice(before.length);
    expect(added.map((one) => one.decision)).toEqual(['refuse', 'refuse', 'refuse', 'refuse']);

    const hq = await storm.person('hq-3');
    const { grantId: doomedId } = doomed;
    expectStatus(await hq.post(`/api/v1/grants/${doomedId}/revoke`, { reason: '誤った指名' }), 200);
    const { declaration_id: id } = expectStatus(await hq.get(`/api/v1/grants/${doomedId}`), 200);
    expectStatus(await hq.post(`/api/v1/declarations/${String(id)}/lift`, { reason: '復旧した' }), 200);

    await broker.database.asOwner(MENDED);
    // A reveal whose record failed was none: it is still there to be asked for, once.
    expect(expectStatus(await operator.reveal(ref, 'contact_phone'), 200).value).toBe(point.contact_phone);
  });

  it('lets no value out when nothing at all can be recorded', async () => {
    const point = pointAt(1);
    await broker.database.asOwner('revoke insert on record from kashikagi_app');
    const answer = await operator.lookup(searchOf(point));
    await broker.database.asOwner('grant insert on record to kashikagi_app');
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expectNoValue(answer, point);
    expectStatus(await operator.lookup(searchOf(point)), 200);
  });

  it('lets no value out when the connection of the gate dies under a decision', async () => {
    const point = pointAt(2);
    const admin = new Client({ connectionString: process.env['TEST_ADMIN_URL'] });
    const holder = new Client({ connectionString: broker.database.ownerUrl });
    await Promise.all([admin.connect(), holder.connect()]);
    try {
      await holder.query('select pg_advisory_lock($1)', [GATE_LOCK]);
      const asked = operator.lookup(searchOf(point));
      // Until the batch stands before the lock; each question is a round trip to the server, not a wait of ours.
      const waiting = `select pid from pg_stat_activity where datname = $1 and application_name = 'kashikagi gate'
                          and wait_event_type = 'Lock' and wait_event = 'advisory'`;
      let pids: number[] = [];
      while (pids.length === 0) {
        const { rows } = await admin.query<{ pid: number }>(waiting, [broker.database.name]);
        pids = rows.map((row) => row.pid);
      }
      await admin.query('select pg_terminate_backend(pid) from unnest($1::integer[]) as pid', [pids]);
      const answer = await asked;
      expect([answer.status, answer.body.code]).toEqual([503, 'unavailable']);
      expectNoValue(answer, point);
    } finally {
      await Promise.all([admin.end(), holder.end()]);
    }
    expectStatus(await operator.lookup(searchOf(point)), 200);
  });

  it('numbers 50 parallel uses without a gap, each with one record that the answer names', async () => {
    const before = await broker.records<RecordRow>("decision = 'permit'");
    const asked = Array.from({ length: 25 }, (_, index) => [
      operator.lookup(searchOf(pointAt(index % points.length))),
      resourceServer.evaluate(operator.token ?? '', pointAt(index % points.length)),
    ]).flat();
    const answers = (await Promise.all(asked)) as Answer<
      Partial<LookupBody> & { context?: { record_id: string } }
    >[];
    const named = answers
      .map((one) => expectStatus(one, 200))
      .map((body) => body.record_id ?? body.context?.record_id);

    const permits = await broker.records<RecordRow>("decision = 'permit'");
    const added = permits.filter((one) => before.every((earlier) => earlier.id !== one.id));
    expect(added.map((one) => one.id).sort()).toEqual(named.map(String).sort());
    expect(new Set(named).size).toBe(50);
    const numbers = permits.filter((one) => one.grant_id === grantId).map((one) => Number(one.use_no));
    expect(numbers.sort((one, other) => one - other)).toEqual(numbers.map((_, index) => index + 1));
  });

  it('has one record for a match and for a reveal, with the answer’s id and the next numbers', async () => {
    const point = pointAt(3);
    const found = expectStatus(await operator.lookup(searchOf(point)), 200);
    const ref = found.results[0]?.ref ?? '';
    const matched = expectStatus(
      await operator.match(ref, 'contract_holder_name', point.contract_holder_name),
      200,
    );
    const revealed = expectStatus(await operator.reveal(ref, 'contact_phone'), 200);
    const ids = [found.record_id, matched.record_id, revealed.record_id];
    const rows = await broker.records<RecordRow>('id = any($1)', [ids]);
    const inOrder = ids.map((id) => rows.filter((row) => row.id === id));
    expect(inOrder.map((one) => one.map(({ type, decision }) => [type, decision]))).toEqual([
      [['use.lookup', 'permit']],
      [['use.match', 'permit']],
      [['use.reveal', 'permit']],
    ]);
    const numbers = inOrder.map((one) => Number(one[0]?.use_no));
    expect(numbers).toEqual([0, 1, 2].map((step) => Number(numbers[0]) + step));
    // Waiting for its place in the tree, or placed by now: each once.
    const appended = await broker.database.asOwner(
      `select record_id from pending where record_id = any($1)
       union all select record_id from leaf where record_id = any($1)`,
      [ids],
    );
    expect(appended).toHaveLength(3);
  });
});
