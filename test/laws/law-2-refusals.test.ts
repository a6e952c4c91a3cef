import { Refusals } from '../../src/http/refusals.js';
import { Broker } from '../harness/broker.js';
import { Operator, send, Terminal, type Answer, type Person } from '../stories/actors.js';
import type { SamplePoint } from '../stories/storm.js';
import { darkPoints, refOf, ResourceServer, searchOf } from './witnesses.js';

interface RecordRow {
  id: string;
  decision: string;
  code: string | null;
  person_id: string | null;
}

interface Refused {
  answer: Answer<object>;
  status: number;
  code: string;
  by: string | null;
}

describe('Law 2: No record, no data (refusals)', () => {
  let broker: Broker;
  let hq: Person;
  let supervisor: Person;
  let subject: { operator: Operator; grantId: string };
  let declarationId: string;
  let dark: SamplePoint[];

  beforeAll(async () => {
    broker = await Broker.start();
    const { storm } = broker;
    dark = await darkPoints(broker);
    hq = await storm.person('hq-1');
    supervisor = await storm.person('supervisor-a');
    declarationId = (await storm.declared()).id;
    subject = await storm.operator('operator-a-01', declarationId);
  });
  afterAll(() => broker.stop());

  const pointAt = (index: number): SamplePoint => {
    const point = dark[index];
    if (!point) throw new Error('the sample has points in outage');
    return point;
  };

  /** One record more than before, a refusal with this code by this person, named in the answer. */
  async function expectOneRecord(
    ask: () => Promise<Answer<object>>,
    expected: Omit<Refused, 'answer'>,
  ): Promise<void> {
    const before = new Set((await broker.records<RecordRow>()).map((one) => one.id));
    const answer = await ask();
    const body = answer.body as { code?: string; record_id?: string };
    expect([answer.status, body.code]).toEqual([expected.status, expected.code]);
    const added = (await broker.records<RecordRow>()).filter((one) => !before.has(one.id));
    const { code, by } = expected;
    expect(added.map((one) => [one.id, one.decision, one.code, one.person_id])).toEqual([
      [body.record_id, 'refuse', code, by],
    ]);
  }

  it('records a refused act of a person once, with its code', async () => {
    const confirm = `/api/v1/declarations/${declarationId}/confirm`;
    const body = broker.storm.declarationBody();
    const cases: [() => Promise<Answer<object>>, number, string, string][] = [
      [() => supervisor.post('/api/v1/declarations', body), 403, 'role_not_allowed', 'supervisor-a'],
      [() => hq.post(confirm), 403, 'same_person', 'hq-1'],
      [() => hq.get('/api/v1/declarations/dc_none'), 404, 'not_found', 'hq-1'],
      [() => hq.get('/api/v1/declarations/a%20b'), 404, 'not_found', 'hq-1'],
      [() => hq.post('/api/v1/declarations', { ...body, surplus: 1 }), 422, 'invalid_input', 'hq-1'],
      [
        () => hq.post('/api/v1/declarations', body, { origin: 'http://evil.example' }),
        403,
        'foreign_origin',
        'hq-1',
      ],
    ];
    for (const [ask, status, code, by] of cases) await expectOneRecord(ask, { status, code, by });
    const other = await broker.storm.person('hq-3');
    await expectOneRecord(() => other.post(confirm), { status: 409, code: 'already_confirmed', by: 'hq-3' });
  });

  it('records a refused credential and a refused data call once, with its code', async () => {
    const { operator, grantId } = subject;
    const by = operator.person.id;
    const ref = refOf(await operator.lookup(searchOf(pointAt(0))));
    const foreign = new Operator(operator.person, new Terminal());
    const cases: [() => Promise<Answer<object>>, number, string][] = [
      [() => foreign.credential(grantId), 403, 'unknown_terminal'],
      [() => operator.match('nowhere', 'contract_holder_name', 'x'), 404, 'ref_unknown'],
      [() => operator.match(ref, 'retailer_name', 'x'), 403, 'field_not_in_profile'],
      [() => operator.match(ref, 'no_such_field', 'x'), 403, 'field_not_in_profile'],
      [() => operator.reveal(ref, 'contract_holder_name'), 403, 'field_mode_refused'],
      [() => operator.lookup({ phone: '0612345678' }), 422, 'invalid_input'],
      [() => operator.lookup(searchOf(pointAt(0)), { purpose: 'other' }), 422, 'invalid_input'],
    ];
    for (const [ask, status, code] of cases) await expectOneRecord(ask, { status, code, by });
    await operator.reveal(ref, 'contact_phone');
    const again = { status: 409, code: 'already_revealed', by };
    await expectOneRecord(() => operator.reveal(ref, 'contact_phone'), again);
  });

  it('records a lookup that found nothing with what only the ledger knows', async () => {
    const { operator } = subject;
    const [point, other] = [pointAt(1), pointAt(2)];
    const wrong = { ...searchOf(point), second_factor: { contact_phone_last4: '0000' } };
    const absent = { ...searchOf(other), supply_point_id: '9900000000000000000000' };
    const heard = [await operator.lookup(wrong), await operator.lookup(absent)];
    const rows = await broker.records<RecordRow>('id = any($1)', [heard.map((one) => one.body.record_id)]);
    const codeOf = (answer: Answer<{ record_id: string }>): unknown =>
      rows.find((row) => row.id === answer.body.record_id)?.code;
    expect(heard.map(codeOf)).toEqual(['wrong_factor', 'not_found']);
    expect(heard.map((one) => ({ ...one.body, record_id: '' }))).toEqual([
      { record_id: '', outcome: 'no_result', results: [] },
      { record_id: '', outcome: 'no_result', results: [] },
    ]);
  });

  it('records what it refuses to a resource server, once', async () => {
    const resourceServer = new ResourceServer(broker.url);
    const { operator } = subject;
    const token = operator.token ?? '';
    const cases: [string, string[], string, string | null][] = [
      [token, ['retailer_name'], 'field_not_in_profile', operator.person.id],
      [token, ['no_such_field'], 'field_not_in_profile', operator.person.id],
      [token, ['contract_holder_name'], 'field_mode_refused', operator.person.id],
      ['e30.e30.e30', ['outage_state'], 'invalid_token', null],
    ];
    for (const [used, fields, code, by] of cases) {
      const before = new Set((await broker.records<RecordRow>()).map((one) => one.id));
      const { body } = await resourceServer.evaluate(used, pointAt(3), fields);
      expect([body.decision, body.context.reason?.code]).toEqual([false, code]);
      const added = (await broker.records<RecordRow>()).filter((one) => !before.has(one.id));
      expect(added.map((one) => [one.id, one.decision, one.code, one.person_id])).toEqual([
        [body.context.record_id, 'refuse', code, by],
      ]);
    }
    await expectOneRecord(() => resourceServer.evaluateRaw<object>({ subject: {} }), {
      status: 400,
      code: 'malformed_body',
      by: null,
    });
  });

  it('counts what it refuses to strangers, and records none of it', async () => {
    const refusals = broker.instances[0]?.app.get(Refusals);
    if (!refusals) throw new Error('an instance runs');
    const counted = (): Record<string, number> => Object.fromEntries(refusals.ofStrangers);
    const [before, rows] = [counted(), (await broker.records()).length];
    const basic = `Basic ${Buffer.from('demo-rs:guess').toString('base64')}`;
    const answers = [
      await send(`${broker.url}/api/v1/declarations`, 'GET'),
      await send(`${broker.url}/api/v1/declarations`, 'GET', undefined, {
        cookie: 'kashikagi_session=guess',
      }),
      await send(`${broker.url}/api/v1/lookups`, 'POST', {}),
      await send(`${broker.url}/oauth/introspect`, 'POST', { token: 'x' }, { authorization: basic }),
    ];
    expect(answers.map((one) => [one.status, one.body['code']])).toEqual([
      [401, 'not_signed_in'],
      [401, 'not_signed_in'],
      [401, 'invalid_token'],
      [401, 'invalid_client'],
    ]);
    expect(answers.every((one) => one.body['record_id'] === undefined)).toBe(true);
    expect(counted()).toEqual({
      ...before,
      not_signed_in: (before['not_signed_in'] ?? 0) + 2,
      invalid_token: (before['invalid_token'] ?? 0) + 1,
      invalid_client: (before['invalid_client'] ?? 0) + 1,
    });
    expect(await broker.records()).toHaveLength(rows);
  });
});
