import { SealedBox } from '../../src/config/secret-keys.js';
import { Broker } from '../harness/broker.js';
import { send, type Operator } from '../stories/actors.js';
import { waysTo } from '../stories/raw-points.js';
import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';

const BASIC = { authorization: `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}` };
const DESCRIPTION = '連絡先の番号が都度開示の前に見えていました';

describe('見えてはいけないものが見えた (MECH-6): one word freezes the field for everyone', () => {
  let broker: Broker;
  let operators: { a: Operator; b: Operator; drill: Operator };
  let point: SamplePoint;
  let recordId: string;
  let refOfB: string;
  let drillRecordId: string;

  const report = (by: Operator, body: object, headers = {}) =>
    by.person.post<{ id: string; field: string; frozen: boolean; code?: string }>(
      '/api/v1/incidents',
      body,
      headers,
    );
  const lookOf = async (by: Operator, at = point) =>
    expectStatus(await by.lookup(waysTo(at)['its number']), 200);

  beforeAll(async () => {
    broker = await Broker.start();
    const { storm } = broker;
    const declaration = await storm.declared();
    const drill = await storm.declared({ is_drill: true });
    operators = {
      a: (await storm.operator('operator-a-01', declaration.id)).operator,
      b: (await storm.operator('operator-b-01', declaration.id)).operator,
      drill: (await storm.operator('operator-a-02', drill.id)).operator,
    };
    [point] = (await samplePoints(broker.wheelingUrl)).filter((one) => one.outage_state === 'outage') as [
      SamplePoint,
    ];
    recordId = (await lookOf(operators.a)).record_id;
    refOfB = (await lookOf(operators.b)).results[0]!.ref;
    const [own] = (await samplePoints(broker.drillWheelingUrl)).filter(
      (one) => one.outage_state === 'outage',
    );
    drillRecordId = (await lookOf(operators.drill, own)).record_id;
  });
  afterAll(() => broker.stop());

  it('wants a use of the reporter’s own, and a field of the catalogue', async () => {
    const body = { record_id: recordId, field: 'contact_phone', description: DESCRIPTION };
    expect((await report(operators.b, body)).body).toMatchObject({ code: 'not_found' });
    const others = await broker.records<{ id: string }>(
      `person_id = 'operator-a-01' and type = 'grant.acknowledged'`,
    );
    expect(others).toHaveLength(1);
    expect((await report(operators.a, { ...body, record_id: others[0]!.id })).status).toBe(404);
    expect((await report(operators.a, { ...body, field: 'no_such_field' })).status).toBe(422);
    expect(await broker.database.asOwner('select from incident')).toHaveLength(0);
  });

  it('freezes a revealable and a shown field for another operator, on another grant, at once', async () => {
    const key = { 'idempotency-key': 'incident-of-this-test' };
    const body = { record_id: recordId, field: 'contact_phone', description: DESCRIPTION };
    const first = expectStatus(await report(operators.a, body, key), 201);
    expect(first).toEqual({ id: expect.stringMatching(/^in_/), field: 'contact_phone', frozen: true });
    expect(expectStatus(await report(operators.a, body, key), 201)).toEqual(first);
    expect(await broker.database.asOwner('select from incident')).toHaveLength(1);
    expectStatus(await report(operators.a, { ...body, field: 'service_pole_number' }), 201);

    for (const answer of [
      await operators.b.reveal(refOfB, 'contact_phone'),
      await operators.b.match(refOfB, 'contact_phone', point.contact_phone),
    ])
      expect([answer.status, (answer.body as { code?: string }).code]).toEqual([403, 'field_frozen']);
    const [result] = (await lookOf(operators.b)).results;
    expect(result!.fields).not.toHaveProperty('service_pole_number');
    expect(result!.fields).toHaveProperty('supply_address');
    expect(result!.withheld.map(({ field }) => field)).not.toContain('contact_phone');
    expect(result!.withheld.map(({ field }) => field)).toContain('customer_phone');
    expectStatus(await operators.b.reveal(refOfB, 'customer_phone'), 200);

    const evaluation = {
      subject: { type: 'access_token', id: operators.b.token },
      action: { name: 'view' },
      resource: {
        type: 'supply_point',
        id: point.supply_point_id,
        properties: { fields: ['outage_state', 'service_pole_number'] },
      },
      context: {
        call: { id: 'call-1', direction: 'inbound', started_at: broker.storm.in(0) },
        purpose: 'outage_enquiry',
      },
    };
    const evaluated = await send(`${broker.url}/access/v1/evaluation`, 'POST', evaluation, BASIC);
    expect(evaluated.body).toMatchObject({ decision: false, context: { reason: { code: 'field_frozen' } } });
  });

  it('keeps the reporter out of what is readable, and seals who it was and what was said', async () => {
    const rows = await broker.records<{
      id: string;
      payload: string;
      sealed: Buffer;
      person_id: null;
      organization_id: null;
    }>(`type = 'incident.reported'`);
    expect(rows).toHaveLength(2);
    const box = broker.instances[0]!.app.get(SealedBox);
    expect(await broker.database.asOwner(`select from idempotency where route like '%/incidents'`)).toEqual(
      [],
    );
    for (const row of rows) {
      expect([row.person_id, row.organization_id]).toEqual([null, null]);
      for (const hidden of ['operator-a-01', 'retailer-a', DESCRIPTION, recordId])
        expect(row.payload).not.toContain(hidden);
      const sealed = JSON.parse(box.open(row.sealed, row.id).subarray(32).toString()) as object;
      expect(sealed).toEqual({ use: recordId, reporter: 'operator-a-01', description: DESCRIPTION });
    }
    const incidents = await broker.database.asOwner('select to_jsonb(i)::text as text from incident i');
    expect(JSON.stringify(incidents)).not.toMatch(/operator|retailer|rc_/);
    const supervisor = await broker.storm.person('supervisor-a');
    for (const path of ['/grants', '/declarations', '/nominations', '/support-calls', '/terminals'])
      expect(JSON.stringify((await supervisor.get(`/api/v1${path}`)).body)).not.toMatch(
        /in_[A-Za-z0-9_-]{16}|frozen/,
      );
  });

  it('keeps who was refused here out of the record of the refusal', async () => {
    const body = { record_id: recordId, field: 'contact_phone', description: DESCRIPTION };
    expect((await report(operators.b, body)).status).toBe(404);
    const refused = await broker.records<{ person_id: null; organization_id: null; payload: string }>(
      `type = 'api.refused' and payload like '%/api/v1/incidents%'`,
    );
    expect(refused.length).toBeGreaterThan(0);
    for (const row of refused) {
      expect([row.person_id, row.organization_id]).toEqual([null, null]);
      expect(row.payload).not.toMatch(/operator-|retailer-/);
    }
  });

  it('lets one use freeze three fields of its own, each once, within 24 hours', async () => {
    const body = (record_id: string, field: string) => ({ record_id, field, description: DESCRIPTION });
    const own = (await lookOf(operators.a)).record_id;
    const code = async (record: string, field: string) => {
      const { status, body: said } = await report(operators.a, body(record, field));
      return said.code ?? status;
    };
    const frozen = async () => (await broker.database.asOwner('select from incident')).length;
    const before = await frozen();
    // A use that showed nothing, and a field that the profile does not hold.
    const nothing = await operators.a.lookup({
      ...waysTo(point)['its number'],
      second_factor: { meter_number_last4: '0000' },
    });
    expect(nothing.body.outcome).toBe('no_result');
    expect(await code(nothing.body.record_id, 'meter_number')).toBe('incident_not_about_this_use');
    expect(await code(own, 'smart_meter_info')).toBe('incident_not_about_this_use');

    for (const field of ['meter_number', 'outage_state', 'estimated_restoration_at'])
      expect([field, await code(own, field)]).toEqual([field, 201]);
    expect(await code(own, 'meter_number')).toBe(201);
    expect(await frozen()).toBe(before + 3);
    expect(await code(own, 'supply_address')).toBe('incidents_of_use_full');

    const revealed = expectStatus(
      await operators.b.reveal((await lookOf(operators.b)).results[0]!.ref, 'ampere_breaker_presence'),
      200,
    );
    const other = await report(operators.b, body(revealed.record_id, 'supply_address'));
    expect(other.body.code).toBe('incident_not_about_this_use');
    expect(await frozen()).toBe(before + 3);
  });

  it('lets a drill’s incident freeze drills only, and a real one real uses only (law 9)', async () => {
    const fields = async (by: Operator, at: SamplePoint) =>
      Object.keys((await lookOf(by, at)).results[0]!.fields);
    const [, own] = (await samplePoints(broker.drillWheelingUrl)).filter(
      (one) => one.outage_state === 'outage',
    );
    expect(await fields(operators.drill, own!)).toContain('service_pole_number');
    const body = { record_id: drillRecordId, field: 'supply_address', description: DESCRIPTION };
    expectStatus(await report(operators.drill, body), 201);
    expect(await fields(operators.drill, own!)).not.toContain('supply_address');
    expect(await fields(operators.b, point)).toContain('supply_address');
    expect(await broker.records(`type = 'drill.incident.reported'`)).toHaveLength(1);
  });

  it('takes no report about a use of the day before', async () => {
    const body = { record_id: recordId, field: 'supply_address', description: DESCRIPTION };
    await broker.moveClock(24 * 3_600_000);
    await operators.a.person.signIn();
    expect((await report(operators.a, body)).body.code).toBe('incident_not_about_this_use');
  });
});
