import { SealedBox } from '../../src/config/secret-keys.js';
import { Broker } from '../harness/broker.js';
import { send, type Operator } from '../stories/actors.js';
import { waysTo } from '../stories/raw-points.js';
import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';

const BASIC = { authorization: `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}` };
type Json = Record<string, unknown>;
interface Kept extends Json {
  type: string;
  code: string | null;
  details: Json;
}

describe('tickets (受付番号): an invented one opens nothing, a true one carries what the crew needs', () => {
  let broker: Broker;
  let operator: Operator;
  let dark: SamplePoint[];
  let lit: SamplePoint[];
  const byNumber = (point: SamplePoint) => waysTo(point)['its number'];
  const switches = (body: object): Promise<unknown> => send(`${broker.wheelingUrl}/switches`, 'PUT', body);

  async function ticketFor(point: SamplePoint): Promise<string> {
    const body = { supply_point_id: point.supply_point_id };
    const { ticket_id } = expectStatus(
      await send<{ ticket_id: string }>(`${broker.wheelingUrl}/tickets`, 'POST', body),
      201,
    );
    return ticket_id;
  }

  async function recordOf(id: string): Promise<Kept> {
    const [row] = await broker.records<{ payload: string }>('id = $1', [id]);
    return JSON.parse(row?.payload ?? '{}') as Kept;
  }

  async function look(point: SamplePoint, ticket_id: string, more: object = {}) {
    const body = expectStatus(await operator.lookup(byNumber(point), { call: { ticket_id, ...more } }), 200);
    const { details } = await recordOf(body.record_id);
    return { body, details, fields: body.results[0]?.fields ?? {}, ref: body.results[0]?.ref ?? '' };
  }

  async function detailsOf(ticket: string): Promise<{ record_id: string; fields: Json }[]> {
    const answer = await send<{ details: { record_id: string; fields: Json }[] }>(
      `${broker.wheelingUrl}/tickets/${ticket}`,
      'GET',
    );
    return expectStatus(answer, 200).details;
  }

  beforeAll(async () => {
    broker = await Broker.start({ wheelingTimeoutMs: 1_000 });
    const points = await samplePoints(broker.wheelingUrl, '272035', 1000);
    dark = points.filter((one) => one.outage_state === 'outage').slice(100);
    lit = points.filter((one) => one.outage_state === 'energised').slice(100);
    const declaration = await broker.storm.declared();
    ({ operator } = await broker.storm.operator('operator-a-01', declaration.id));
  });
  afterEach(() => switches({ mode: 'normal' }));
  afterAll(() => broker.stop());

  it('leaves premises with power at match only under an invented ticket, and under that of another point', async () => {
    const foreign = await ticketFor(lit[1]!);
    for (const ticket of ['T-1024', foreign, '..', String(dark[0]!['call_ticket_id'])]) {
      const { fields, ref, details } = await look(lit[0]!, ticket);
      expect(fields).not.toHaveProperty('supply_address');
      expect(details).toMatchObject({ is_match_only: true, ticket_verified: false, dispatched: [] });
      expect((await operator.reveal(ref, 'contact_phone')).body).toMatchObject({ code: 'match_only' });
    }
  });

  it('opens them under their own ticket, for the fields and for the reveal', async () => {
    const { fields, ref, details } = await look(lit[2]!, await ticketFor(lit[2]!));
    expect(fields).toHaveProperty('supply_address');
    expect(details).toMatchObject({ is_match_only: false, ticket_verified: true });
    const revealed = expectStatus(await operator.reveal(ref, 'contact_phone'), 200);
    expect(revealed.value).toBe(lit[2]!.contact_phone);
    expect((await recordOf(revealed.record_id)).details).toMatchObject({ ticket_verified: true });
  });

  it('counts guesses at the ticket of a point with power: after three, the right one opens nothing either', async () => {
    const own = await ticketFor(lit[6]!);
    const counts = async () =>
      (
        await broker.database.asOwner<{ n: number }>(
          'select coalesce(sum(failures), 0)::int as n from search_failure',
        )
      )[0]!.n;
    const before = await counts();
    // An unknown outcome is held against nobody.
    await switches({ mode: 'broken', only: { ticket_id: own } });
    await look(lit[6]!, own);
    await switches({ mode: 'normal' });
    expect(await counts()).toBe(before);
    const { ref } = await look(lit[6]!, own);
    for (const ticket of ['T-2001', 'T-2002', 'T-2003']) await look(lit[6]!, ticket);
    expect(await counts()).toBe(before + 3);
    const { body, fields, details } = await look(lit[6]!, own);
    expect([body.outcome, 'supply_address' in fields]).toEqual(['found', false]);
    expect(body).not.toHaveProperty('dispatched');
    expect(details).toMatchObject({ is_match_only: true, ticket_verified: true, dispatched: [] });
    expect((await operator.reveal(ref, 'contact_phone')).body).toMatchObject({ code: 'match_only' });
    // Another point of the same declaration is not touched, nor a point without power.
    expect((await look(lit[7]!, await ticketFor(lit[7]!))).fields).toHaveProperty('supply_address');
    for (const ticket of ['T-3001', 'T-3002', 'T-3003', 'T-3004'])
      expect((await look(dark[6]!, ticket)).fields).toHaveProperty('supply_address');
    expect(await counts()).toBe(before + 3);
  });

  it('goes on with match only while tickets cannot be asked, and takes back the reveal too', async () => {
    const ticket = await ticketFor(lit[3]!);
    const { ref } = await look(lit[3]!, ticket);
    for (const mode of ['broken', 'malformed', 'hang']) {
      await switches({ mode, only: { ticket_id: ticket } });
      const { body, fields, details } = await look(lit[3]!, ticket);
      expect([mode, body.outcome, 'supply_address' in fields]).toEqual([mode, 'found', false]);
      expect(details).toMatchObject({ is_match_only: true, ticket_verified: false });
      expect((await operator.reveal(ref, 'contact_phone')).body).toMatchObject({ code: 'match_only' });
    }
  });

  it('judges an evaluation alike, also where the resource server states the facts', async () => {
    const ask = async (ticket_id: string, properties: object, point = lit[4]!): Promise<Json> => {
      const { token } = operator;
      const call = { id: 'call-1', direction: 'inbound', started_at: broker.storm.in(0), ticket_id };
      const evaluation = {
        subject: { type: 'access_token', id: token },
        action: { name: 'view' },
        resource: {
          type: 'supply_point',
          id: point.supply_point_id,
          properties: { fields: ['service_pole_number'], ...properties },
        },
        context: { call, purpose: 'outage_enquiry' },
      };
      const answer = await send<{ decision: boolean; context: { record_id: string; reason: Json | null } }>(
        `${broker.url}/access/v1/evaluation`,
        'POST',
        evaluation,
        BASIC,
      );
      const { decision, context } = expectStatus(answer, 200);
      const { ticket_verified } = (await recordOf(context.record_id)).details;
      return { decision, code: context.reason?.['code'] ?? null, ticket_verified };
    };
    const stated = { municipality_code: '272035', outage_state: 'energised' };
    const own = await ticketFor(lit[4]!);
    for (const properties of [stated, {}]) {
      expect(await ask('T-1024', properties)).toEqual({
        decision: false,
        code: 'match_only',
        ticket_verified: false,
      });
      expect(await ask(own, properties)).toEqual({ decision: true, code: null, ticket_verified: true });
    }
    const out = { ...stated, outage_state: 'outage' };
    expect(await ask('T-1024', out)).toEqual({ decision: true, code: null, ticket_verified: null });
  });

  it('puts the dispatch fields into the crew’s ticket, and never onto the screen', async () => {
    const solar = dark.find((one) => one['record_variant'] === 'FIT')!;
    const vacated = lit.find((one) => one['record_variant'] === '空家')!;
    for (const [point, generation, ended] of [
      [solar, true, false],
      [vacated, false, true],
    ] as const) {
      const ticket = await ticketFor(point);
      const { body, details } = await look(point, ticket);
      expect(body).toMatchObject({ outcome: 'found', dispatched: true });
      expect(JSON.stringify(body.results)).not.toMatch(/has_generation|is_disconnected/);
      const names = ['has_generation_hazard', 'is_disconnected_by_contract'];
      expect([...(details['dispatched'] as string[])].sort()).toEqual(names);
      const values = { has_generation_hazard: generation, is_disconnected_by_contract: ended };
      expect(await detailsOf(ticket)).toEqual([{ record_id: body.record_id, fields: values }]);
    }
  });

  it('knows the ticket that the outage system opened itself', async () => {
    const point = dark.find((one) => one['call_ticket_id'] !== null)!;
    const { body, details } = await look(point, String(point['call_ticket_id']));
    expect([body.dispatched, details['ticket_verified']]).toEqual([true, true]);
  });

  it('sends nothing without a true ticket, nor on an outbound call', async () => {
    const ticket = await ticketFor(dark[1]!);
    expect((await look(dark[1]!, ticket, { direction: 'outbound' })).body).not.toHaveProperty('dispatched');
    expect((await look(dark[2]!, ticket)).body).not.toHaveProperty('dispatched');
    expect(await detailsOf(ticket)).toEqual([]);
  });

  it('answers the operator all the same where the crew’s ticket takes nothing, and records that', async () => {
    const point = dark.find((one) => one['call_ticket_id'] !== null && one !== dark[0])!;
    const ticket = String(point['call_ticket_id']);
    await switches({ mode: 'broken', only: { ticket_id: `${ticket}/details` } });
    const { body, fields } = await look(point, ticket);
    expect(body.dispatched).toBe(false);
    expect(fields).toHaveProperty('supply_address');
    const failed = await broker.records<{ code: string; payload: string; grant_id: string }>(
      `type = 'use.dispatch_failed'`,
    );
    expect(failed.map(({ code }) => code)).toEqual(['wheeling_unavailable']);
    expect(JSON.parse(failed[0]!.payload)).toMatchObject({
      details: { use: body.record_id, ticket_id: ticket },
    });
    expect(failed[0]!.grant_id).not.toBeNull();
  });

  it('keeps, sealed, what was sought when the wheeling system is down', async () => {
    const point = dark[5]!;
    await switches({ mode: 'broken', only: { supply_point_id: point.supply_point_id } });
    const answer = await operator.lookup(byNumber(point));
    expect([answer.status, answer.body.code]).toEqual([503, 'wheeling_unavailable']);
    const refused = await broker.records<{ id: string; type: string; sealed: Buffer }>(
      `code = 'wheeling_unavailable' and type <> 'use.dispatch_failed'`,
    );
    const [row] = refused;
    expect(refused.map(({ type, id }) => [type, id])).toEqual([['use.lookup', answer.body.record_id]]);
    const plain = broker.instances[0]!.app.get(SealedBox).open(row!.sealed, row!.id);
    expect(plain.subarray(32).toString()).toContain(point.supply_point_id);
  });

  it('freezes for the auditors whose customer it was, and tells nobody else', async () => {
    const of = (variant: string) => dark.find((one) => one['record_variant'] === variant)!;
    const own = (one: SamplePoint): boolean => String(one['retailer_code']).startsWith('Z9101-');
    const plain = dark.filter((one) => one['record_variant'] === '低圧');
    const cases: [SamplePoint, Json][] = [
      [plain.find(own)!, { is_other_retailers_customer: false, is_last_resort: false, is_fit: false }],
      [
        plain.find((one) => !own(one))!,
        { is_other_retailers_customer: true, is_last_resort: false, is_fit: false },
      ],
      [of('最終保障'), { is_other_retailers_customer: false, is_last_resort: true, is_fit: false }],
      [of('FIT'), { is_other_retailers_customer: !own(of('FIT')), is_last_resort: false, is_fit: true }],
    ];
    const nobodys = of('最終保障');
    for (const [point, facts] of cases) {
      const { body, details } = await look(point, 'T-1024');
      expect(details).toMatchObject({ ...facts, municipality_code: '272035', in_declared_area: true });
      expect([point['retailer_code'], details['customer_of']]).toEqual([
        point['retailer_code'],
        point === nobodys ? null : (expect.stringMatching(/^[\w-]{22}$/) as string),
      ]);
      for (const name of [...Object.keys(facts), 'customer_of', 'in_declared_area'])
        expect(JSON.stringify(body)).not.toContain(name);
    }
  });
});
