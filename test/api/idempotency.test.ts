import { Client } from 'pg';
import { ADVISORY_LOCKS } from '../../src/database/locks.js';
import { Broker } from '../harness/broker.js';
import { endBackends, meet } from '../harness/meeting.js';
import { Person, type Answer } from '../stories/actors.js';
import { expectStatus, samplePoints } from '../stories/storm.js';

const HOUR = 3_600_000;
const DECLARATIONS = '/api/v1/declarations';

describe('Idempotency-Key', () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await Broker.start({ instances: 2 });
  });
  afterAll(() => broker.stop());

  const at = (instance: number, id: string): Promise<Person> =>
    new Person(broker.instances[instance]?.address ?? '', id).signIn();

  /** Declares under a name of its own, by which its effects are counted. */
  const declare = (by: Person, key: string | undefined, body: object): Promise<Answer> =>
    by.post(DECLARATIONS, body, key === undefined ? {} : { 'idempotency-key': key });

  const body = (name: string, more: object = {}): object => broker.storm.declarationBody({ name, ...more });

  async function effects(name: string): Promise<{ declarations: number; records: number; keys: number }> {
    const [row] = await broker.database.asOwner<{ declarations: number; records: number; keys: number }>(
      `select (select count(*) from declaration where name = $1)::integer as declarations,
              (select count(*) from record where type = 'declaration.declared'
                 and declaration_id in (select id from declaration where name = $1))::integer as records,
              (select count(*) from idempotency where key = $1)::integer as keys`,
      [name],
    );
    if (!row) throw new Error('counted');
    return row;
  }

  it('the same key and body gets the same answer and has one effect', async () => {
    const hq = await broker.storm.person('hq-1');
    const asked = body('one-effect');
    const answer = await declare(hq, 'one-effect', asked);
    const again = await declare(hq, 'one-effect', asked);
    expect([again.status, again.body]).toEqual([answer.status, answer.body]);
    expect(answer.status).toBe(201);
    expect(await effects('one-effect')).toEqual({ declarations: 1, records: 1, keys: 1 });
  });

  it('the control: without a key, or under another, the same body has its effect again', async () => {
    const hq = await broker.storm.person('hq-1');
    const asked = body('two-effects');
    for (const key of [undefined, undefined, 'two-effects']) expectStatus(await declare(hq, key, asked), 201);
    expect(await effects('two-effects')).toEqual({ declarations: 3, records: 3, keys: 1 });
  });

  it('twenty at once on two instances get one answer and have one effect', async () => {
    const people = [await at(0, 'hq-1'), await at(1, 'hq-1')];
    const asked = body('at-once');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => declare(people[n % 2] as Person, 'at-once', asked)),
    );
    expect([...new Set(answers.map((answer) => answer.status))]).toEqual([201]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(await effects('at-once')).toEqual({ declarations: 1, records: 1, keys: 1 });
  });

  it("whoever comes while the first is still at it waits, and gets the first one's answer", async () => {
    const [one, other] = [await at(0, 'hq-1'), await at(1, 'hq-1')];
    const asked = body('waits');
    const answers = await meet(
      broker,
      'declaration',
      [one, other].map((person) => () => declare(person, 'waits', asked)),
    );
    expect(answers[1]?.body).toEqual(answers[0]?.body);
    expect(await effects('waits')).toEqual({ declarations: 1, records: 1, keys: 1 });
  });

  it('an ending under one key at once ends once and answers twice', async () => {
    const { id } = await broker.storm.declared();
    const [one, other] = [await at(0, 'hq-3'), await at(1, 'hq-3')];
    const lift = (hq: Person) => () =>
      hq.post(`${DECLARATIONS}/${id}/lift`, { reason: '復旧した' }, { 'idempotency-key': 'lift' });
    const answers = await meet(broker, 'declaration', [lift(one), lift(other)]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    expect(answers[1]?.body).toEqual(answers[0]?.body);
    expect(await broker.records(`type = 'declaration.lifted' and declaration_id = $1`, [id])).toHaveLength(1);
  });

  it('another body under the same key is refused and has no effect', async () => {
    const hq = await broker.storm.person('hq-1');
    expectStatus(await declare(hq, 'other-body', body('other-body')), 201);
    const other = await declare(hq, 'other-body', body('other-body', { posture_level: '警戒本部' }));
    expect([other.status, other.body['code']]).toEqual([409, 'idempotency_conflict']);
    expect(await effects('other-body')).toEqual({ declarations: 1, records: 1, keys: 1 });
  });

  it('another body at the same moment is refused all the same', async () => {
    const [one, other] = [await at(0, 'hq-1'), await at(1, 'hq-1')];
    const answers = await meet(broker, 'declaration', [
      () => declare(one, 'both-bodies', body('both-bodies')),
      () => declare(other, 'both-bodies', body('both-bodies', { posture_level: '警戒本部' })),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409]);
    expect(await effects('both-bodies')).toEqual({ declarations: 1, records: 1, keys: 1 });
  });

  it('a key belongs to its person and its route', async () => {
    const [one, other] = [await broker.storm.person('hq-1'), await broker.storm.person('hq-2')];
    const asked = body('whose');
    const first = expectStatus(await declare(one, 'whose', asked), 201);
    const second = expectStatus(await declare(other, 'whose', asked), 201);
    expect(second['id']).not.toBe(first['id']);
    const path = `${DECLARATIONS}/${String(first['id'])}/confirm`;
    expectStatus(await other.post(path, undefined, { 'idempotency-key': 'whose' }), 200);
    expect(await effects('whose')).toEqual({ declarations: 2, records: 2, keys: 3 });
  });

  it('a change that failed keeps nothing: corrected, it goes through under the same key', async () => {
    const hq = await broker.storm.person('hq-1');
    const tooLate = body('corrected', { expected_end_at: broker.storm.in(-1) });
    expect((await declare(hq, 'corrected', tooLate)).status).toBe(422);
    expect(await effects('corrected')).toEqual({ declarations: 0, records: 0, keys: 0 });
    expectStatus(await declare(hq, 'corrected', body('corrected')), 201);
    expect(await effects('corrected')).toEqual({ declarations: 1, records: 1, keys: 1 });
  });

  it('a refusal is not kept either: once its reason is gone, the same request under the same key goes through', async () => {
    const { id } = await broker.storm.declare(await broker.storm.person('hq-1'));
    const call = await broker.storm.called(id);
    const nomination = await broker.storm.nominated(call.id, ['operator-a-01']);
    const declarer = await broker.storm.person('hq-1');
    const approve = (): Promise<Answer> =>
      declarer.post(`/api/v1/nominations/${nomination.id}/approve`, {}, { 'idempotency-key': 'approve' });
    const refused = await approve();
    expect([refused.status, refused.body['code']]).toEqual([403, 'declarer_cannot_approve_unconfirmed']);
    expectStatus(await (await broker.storm.person('hq-2')).post(`${DECLARATIONS}/${id}/confirm`), 200);
    const given = expectStatus(await approve(), 200);
    expect(expectStatus(await approve(), 200)).toEqual(given);
  });

  it('a connection that breaks in the middle of a change leaves neither effect nor key', async () => {
    const hq = await broker.storm.person('hq-1');
    const asked = body('crash');
    const [broken] = await meet(broker, 'declaration', [() => declare(hq, 'crash', asked)], async (pids) => {
      await endBackends(`pid = any(array[${pids.join(', ')}])`);
    });
    expect(broken?.status).toBeGreaterThanOrEqual(500);
    expect(await effects('crash')).toEqual({ declarations: 0, records: 0, keys: 0 });
    expectStatus(await declare(hq, 'crash', asked), 201);
    expect(await effects('crash')).toEqual({ declarations: 1, records: 1, keys: 1 });
  });

  it('data calls ignore the key: each is a use of its own, and no answer of theirs is kept', async () => {
    const { id } = await broker.storm.declared();
    const { operator, grantId } = await broker.storm.operator('operator-a-02', id);
    const point = (await samplePoints(broker.wheelingUrl)).find((one) => one.outage_state === 'outage');
    if (!point) throw new Error('the sample has points in outage');
    const asked = {
      call: { id: 'call-1', direction: 'inbound', started_at: new Date().toISOString() },
      purpose: 'outage_enquiry',
      search: {
        supply_point_id: point.supply_point_id,
        second_factor: { contact_phone_last4: point.contact_phone.slice(-4) },
      },
    };
    const key = { 'idempotency-key': 'data' };
    const seen = [];
    for (let time = 0; time < 2; time += 1) {
      const proof = operator.terminal.proof('POST', `${broker.url}/api/v1/lookups`, operator.token);
      const headers = { ...key, authorization: `DPoP ${operator.token ?? ''}`, dpop: proof };
      const answer = await operator.person.post('/api/v1/lookups', asked, headers);
      seen.push(String(expectStatus(answer, 200)['record_id']));
    }
    expect(new Set(seen).size).toBe(2);

    const path = `/api/v1/grants/${grantId}/credential`;
    const tokens = [];
    for (let time = 0; time < 2; time += 1) {
      const dpop = operator.terminal.proof('POST', `${broker.url}${path}`);
      const answer = await operator.person.post(path, undefined, { ...key, dpop });
      tokens.push(String(expectStatus(answer, 200)['access_token']));
    }
    expect(new Set(tokens).size).toBe(2);
    const kept = await broker.database.asOwner(
      `select from idempotency where key = 'data' or answer like '%' || $1 || '%' or answer like '%' || $2 || '%'`,
      [tokens[1], point.contact_phone],
    );
    expect(kept).toEqual([]);
  });

  it('what takes long is not begun again: a comparison is answered while another is under way', async () => {
    const auditor = await broker.storm.person('auditor-1');
    const compare = (key: string): Promise<Answer> =>
      auditor.post('/api/v1/replays', undefined, { 'idempotency-key': key });
    const first = expectStatus(await compare('compared'), 201);
    const other = new Client({ connectionString: broker.database.ownerUrl });
    await other.connect();
    try {
      await other.query(`select pg_advisory_lock(${ADVISORY_LOCKS.replaying})`);
      expect(await compare('another')).toMatchObject({ status: 409, body: { code: 'replay_running' } });
      expect(expectStatus(await compare('compared'), 201)).toEqual(first);
    } finally {
      await other.end();
    }
    expect(await broker.records(`type = 'replay.made' and payload like '%"asked"%'`)).toHaveLength(1);
  });

  // Last: it moves the clock of the database that the tests above share.
  it('after 24 hours, and not before, the key is free again', async () => {
    const lasting = body('a-day', { expected_end_at: broker.storm.in(70) });
    const first = expectStatus(await declare(await broker.storm.person('hq-1'), 'a-day', lasting), 201);
    await broker.moveClock(24 * HOUR - 60_000);
    const within = expectStatus(await declare(await broker.storm.person('hq-1'), 'a-day', lasting), 201);
    expect(within).toEqual(first);
    await broker.moveClock(61_000);
    const after = expectStatus(await declare(await broker.storm.person('hq-1'), 'a-day', lasting), 201);
    expect(after['id']).not.toBe(first['id']);
    expect(await effects('a-day')).toEqual({ declarations: 2, records: 2, keys: 1 });
  });
});
