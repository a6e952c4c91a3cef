import { Broker } from '../harness/broker.js';
import { send, type Operator } from '../stories/actors.js';
import { waysTo } from '../stories/raw-points.js';
import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';

const BASIC = { authorization: `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}` };

describe('drills (law 9): data of their own, and never the other', () => {
  let broker: Broker;
  let operators: { real: Operator; drill: Operator };
  let points: { real: SamplePoint[]; drill: SamplePoint[] };

  const ticketIn = async (url: string, point: SamplePoint): Promise<string> => {
    const body = { supply_point_id: point.supply_point_id };
    return expectStatus(await send<{ ticket_id: string }>(`${url}/tickets`, 'POST', body), 201).ticket_id;
  };
  const found = async (by: Operator, point: SamplePoint, call = {}): Promise<(string | undefined)[]> => {
    // At once: mixed kinds share a batch of the gate.
    const answers = await Promise.all(Object.values(waysTo(point)).map((way) => by.lookup(way, { call })));
    return answers.map((answer) => {
      const shown = expectStatus(answer, 200).results[0]?.fields['supply_point_id'];
      return typeof shown === 'string' ? shown : '';
    });
  };

  beforeAll(async () => {
    broker = await Broker.start();
    const { storm } = broker;
    const [real, drill] = [
      await storm.declared(),
      await storm.declared({ is_drill: true, name: '総合訓練' }),
    ];
    operators = {
      real: (await storm.operator('operator-a-01', real.id)).operator,
      drill: (await storm.operator('operator-a-02', drill.id)).operator,
    };
    const dark = async (url: string): Promise<SamplePoint[]> =>
      (await samplePoints(url, '272035', 130)).filter((one) => one.outage_state === 'outage');
    points = { real: await dark(broker.wheelingUrl), drill: await dark(broker.drillWheelingUrl) };
  });
  afterAll(() => broker.stop());

  it('has a thousand points of its own, whose numbers begin with 98', () => {
    expect(points.drill.length).toBeGreaterThan(50);
    expect(points.drill.filter((one) => !/^98\d{20}$/.test(one.supply_point_id))).toEqual([]);
    const values = (some: SamplePoint[], name: string): string[] => some.map((one) => String(one[name]));
    for (const name of [
      'contact_phone',
      'customer_phone',
      'supply_address',
      'contract_holder_name',
      'meter_number',
    ])
      expect(values(points.drill, name).filter((one) => values(points.real, name).includes(one))).toEqual([]);
  });

  it('lets each find its own points by any key, and none of the other’s, in mixed batches', async () => {
    const all = [0, 1, 2].flatMap((at) => [points.real[at]!, points.drill[at]!]);
    const results = await Promise.all(
      all.map(async (point) => {
        const isDrill = point.supply_point_id.startsWith('98');
        const [own, other] = isDrill ? [operators.drill, operators.real] : [operators.real, operators.drill];
        return { point, own: await found(own, point), other: await found(other, point) };
      }),
    );
    for (const { point, own, other } of results) {
      expect(own).toEqual(own.map(() => `…${point.supply_point_id.slice(-6)}`));
      expect(other).toEqual(other.map(() => ''));
    }
    expect(results).toHaveLength(6);
  });

  it('matches and reveals a drill point’s values, and says the same of nothing as elsewhere', async () => {
    const point = points.drill[5]!;
    const ticket_id = await ticketIn(broker.drillWheelingUrl, point);
    const way = waysTo(point)['its number'];
    const answer = expectStatus(await operators.drill.lookup(way, { call: { ticket_id } }), 200);
    expect(answer).toMatchObject({ outcome: 'found', dispatched: true });
    const { ref } = answer.results[0]!;
    const matched = await operators.drill.match(ref, 'contract_holder_name', point.contract_holder_name);
    expect(expectStatus(matched, 200).match).toBe(true);
    expect(expectStatus(await operators.drill.reveal(ref, 'contact_phone'), 200).value).toBe(
      point.contact_phone,
    );
    // A reference of a drill is of no use to a real grant.
    expect((await operators.real.reveal(ref, 'customer_phone')).body).toMatchObject({ code: 'ref_unknown' });
    const wrong = { ...way, second_factor: { contact_phone_last4: '0000' } };
    for (const nothing of [wrong, waysTo(points.real[5]!)['its number']])
      for (const call of [{}, { ticket_id }]) {
        const { record_id, ...rest } = expectStatus(await operators.drill.lookup(nothing, { call }), 200);
        expect([record_id.slice(0, 3), rest]).toEqual(['rc_', { outcome: 'no_result', results: [] }]);
      }
  });

  it('takes no ticket of the real system for one of the drill’s', async () => {
    const [lit] = (await samplePoints(broker.drillWheelingUrl, '272035', 130)).filter(
      (one) => one.outage_state === 'energised',
    );
    const real = await ticketIn(broker.wheelingUrl, lit!);
    const own = await ticketIn(broker.drillWheelingUrl, lit!);
    const way = waysTo(lit!)['its number'];
    const shown = async (ticket_id: string): Promise<boolean> =>
      'supply_address' in
      (expectStatus(await operators.drill.lookup(way, { call: { ticket_id } }), 200).results[0]?.fields ??
        {});
    expect([await shown(real), await shown(own)]).toEqual([false, true]);
  });

  it('is refused to resource servers, which hold real data, on record as a drill', async () => {
    for (const fields of [['outage_state'], ['no_such_field']]) {
      const evaluation = {
        subject: { type: 'access_token', id: operators.drill.token },
        action: { name: 'view' },
        resource: { type: 'supply_point', id: points.real[0]!.supply_point_id, properties: { fields } },
        context: {
          call: { id: 'call-1', direction: 'inbound', started_at: broker.storm.in(0) },
          purpose: 'outage_enquiry',
        },
      };
      type Evaluated = { decision: boolean; context: { record_id: string; reason: { code: string } } };
      const url = `${broker.url}/access/v1/evaluation`;
      const { decision, context } = expectStatus(await send<Evaluated>(url, 'POST', evaluation, BASIC), 200);
      expect([decision, context.reason.code]).toEqual([false, 'drill_without_data']);
      const [row] = await broker.records<{ type: string; is_drill: boolean }>('id = $1', [context.record_id]);
      expect(row).toMatchObject({ type: 'drill.use.evaluation', is_drill: true });
    }
  });

  it('keeps the records of the two apart', async () => {
    const rows = await broker.records<{ type: string; is_drill: boolean; person_id: string }>(
      `type like '%use.%'`,
    );
    expect(rows.length).toBeGreaterThan(50);
    for (const { type, is_drill, person_id } of rows)
      expect([type.startsWith('drill.'), is_drill]).toEqual(Array(2).fill(person_id === 'operator-a-02'));
  });

  it('refuses drills where they have no data', async () => {
    const bare = await Broker.start({ hasDrillData: false });
    try {
      const drill = await bare.storm.declared({ is_drill: true });
      const { operator } = await bare.storm.operator('operator-a-03', drill.id);
      const answer = await operator.lookup(waysTo(points.real[0]!)['its number']);
      expect([answer.status, answer.body.code]).toEqual([403, 'drill_without_data']);
      const [row] = await bare.records(`type = 'drill.use.lookup'`);
      expect(row).toMatchObject({ code: 'drill_without_data', is_drill: true });
    } finally {
      await bare.stop();
    }
  });
});
