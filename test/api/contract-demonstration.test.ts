import { Broker } from '../harness/broker.js';
import { send, type Answer, type Operator } from '../stories/actors.js';
import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';

type Json = Record<string, unknown>;

describe('the demonstration’s data', () => {
  let broker: Broker;
  let operator: Operator;
  let grantId: string;
  let declarationId: string;
  let point: SamplePoint;

  beforeAll(async () => {
    broker = await Broker.start();
    ({ id: declarationId } = await broker.storm.declared());
    ({ operator, grantId } = await broker.storm.operator('operator-a-01', declarationId));
    const found = (await samplePoints(broker.wheelingUrl)).find((one) => one.outage_state === 'outage');
    if (!found) throw new Error('the sample has points in outage');
    point = found;
  });
  afterAll(() => broker.stop());

  it('has every person, with the role the contract gives it', async () => {
    const ROLE: [RegExp, string, string][] = [
      [/^hq-/, 'headquarters', 'tdo'],
      [/^officer-/, 'officer', 'tdo'],
      [/^compliance-/, 'compliance_officer', 'tdo'],
      [/^supervisor-a/, 'supervisor', 'retailer-a'],
      [/^supervisor-b/, 'supervisor', 'retailer-b'],
      [/^operator-a/, 'operator', 'retailer-a'],
      [/^operator-b/, 'operator', 'retailer-b'],
      [/^auditor-/, 'auditor', 'tdo'],
    ];
    const twoDigits = (n: number): string => String(n).padStart(2, '0');
    const ids = [
      ...['hq-1', 'hq-2', 'hq-3', 'officer-1', 'officer-2', 'compliance-1', 'supervisor-a', 'supervisor-b'],
      ...['auditor-1', 'auditor-2', 'regulator-1'],
      ...Array.from({ length: 40 }, (_, n) => `operator-a-${twoDigits(n + 1)}`),
      ...Array.from({ length: 20 }, (_, n) => `operator-b-${twoDigits(n + 1)}`),
    ];
    for (const id of ids) {
      const session = expectStatus(await (await broker.storm.person(id)).get<Json>('/api/v1/session'), 200);
      const [, role, organization] = ROLE.find(([pattern]) => pattern.test(id)) ?? [];
      expect([id, session['roles']]).toEqual([id, [role ?? 'regulator']]);
      if (organization !== undefined) expect(session['organization']).toMatchObject({ id: organization });
    }
  });

  it('finds all of them eligible but four, each for its reason', async () => {
    const call = await broker.storm.called(declarationId);
    const all = (letter: string, count: number): string[] =>
      Array.from({ length: count }, (_, n) => `operator-${letter}-${String(n + 1).padStart(2, '0')}`);
    const a = await broker.storm.nominated(call.id, all('a', 40).slice(1));
    expect(a.results.filter((one) => one.verdict === 'refused')).toEqual([
      { person_id: 'operator-a-37', verdict: 'refused', code: 'training_expired' },
      { person_id: 'operator-a-38', verdict: 'refused', code: 'conflict_flag' },
      { person_id: 'operator-a-39', verdict: 'refused', code: 'not_recertified' },
      { person_id: 'operator-a-40', verdict: 'refused', code: 'sales_duty' },
    ]);
    const b = await broker.storm.nominated(call.id, all('b', 20), {}, 'supervisor-b');
    expect(b.results.filter((one) => one.verdict === 'eligible')).toHaveLength(20);
  });

  const HAZARDS = '暴風 竜巻 豪雨 豪雪 洪水 崖崩れ 土石流 高潮 地震 津波 噴火 地滑り 大規模な火事 爆発'.split(
    ' ',
  );
  const declare = async (more: Json): Promise<Answer> =>
    (await broker.storm.person('hq-1')).post('/api/v1/declarations', broker.storm.declarationBody(more));

  it('takes the words of the law, and no others', async () => {
    expect(expectStatus(await declare({ hazard_types: HAZARDS }), 201)['hazard_types']).toEqual(HAZARDS);
    for (const level of ['警戒本部', '非常災害対策本部', '非常災害対策総本部']) {
      expectStatus(await declare({ posture_level: level }), 201);
    }
    for (const more of [{ hazard_types: ['その他'] }, { hazard_types: [] }, { posture_level: '平常' }]) {
      expectStatus(await declare(more), 422);
    }
  });

  it('counts characters: necessity 20 to 2,000, names to 100, reasons 2 to 500', async () => {
    const answers: [Json, number][] = [
      [{ necessity_statement: '停'.repeat(20) }, 201],
      [{ necessity_statement: '停'.repeat(2000) }, 201],
      [{ necessity_statement: '停'.repeat(19) }, 422],
      [{ necessity_statement: '停'.repeat(2001) }, 422],
      [{ name: '名'.repeat(100) }, 201],
      [{ name: '名'.repeat(101) }, 422],
      [{ name: '' }, 422],
    ];
    for (const [more, status] of answers) expectStatus(await declare(more), status);
    const hq = await broker.storm.person('hq-1');
    for (const [reason, status] of [
      ['理', 422],
      ['理'.repeat(501), 422],
      ['理由', 200],
      ['理'.repeat(500), 200],
    ] as const) {
      const { id } = await broker.storm.declare(hq);
      expectStatus(await hq.post(`/api/v1/declarations/${id}/lift`, { reason }), status);
    }
  });

  it.each([
    [['272035'], ['272035']],
    [['27203'], ['272035']],
    [['27'], ['27']],
    [
      ['131130', '27', '27203'],
      ['131130', '27', '272035'],
    ],
  ])('takes the area %j as %j', async (given, kept) => {
    expect(expectStatus(await declare({ target_area: given }), 201)['target_area']).toEqual(kept);
  });

  it.each([['272036'], ['48'], ['00'], ['2720'], ['2720355'], ['豊中市'], ['']])(
    'takes no %s for an area',
    async (area) => {
      expectStatus(await declare({ target_area: [area] }), 422);
    },
  );

  it.each(['outage_enquiry', 'restoration_enquiry', 'danger_report', 'life_support_check'])(
    'takes %s for a purpose',
    async (purpose) => {
      expectStatus(await operator.credential(grantId), 200);
      const search = {
        supply_point_id: point.supply_point_id,
        second_factor: { contact_phone_last4: point.contact_phone.slice(-4) },
      };
      expectStatus(await operator.lookup(search, { purpose }), 200);
      expectStatus(await operator.lookup(search, { purpose: 'other' }), 422);
    },
  );

  it('has 200 points in each of two municipalities, half of them out, and each by its number', async () => {
    for (const municipality of ['272035', '131130']) {
      const items: SamplePoint[] = [];
      for (let page = 0; page < 3; page += 1) {
        const url = `${broker.wheelingUrl}/supply-points?municipality_code=${municipality}&limit=100&offset=${page * 100}`;
        const { body } = await send<{ items: SamplePoint[] }>(url, 'GET');
        items.push(...body.items);
      }
      expect(items.length).toBeGreaterThanOrEqual(200);
      expect(items.every((one) => one.supply_point_id.startsWith('99'))).toBe(true);
      const out = items.filter((one) => one.outage_state === 'outage').length;
      expect(items.filter((one) => one.outage_state === 'energised').length).toBe(items.length - out);
      expect(Math.abs(out - items.length / 2)).toBeLessThanOrEqual(items.length / 10);
      const [first] = items;
      const one = await send(`${broker.wheelingUrl}/supply-points/${first?.supply_point_id ?? ''}`, 'GET');
      expect(one.body).toEqual(first);
    }
    expect((await samplePoints(broker.wheelingUrl, '272035', 100)).length).toBe(100);
  });

  it('searches by each key with each second factor of another kind', async () => {
    expectStatus(await operator.credential(grantId), 200);
    const [phone, meter] = [point.contact_phone.slice(-4), point.meter_number.slice(-4)];
    const searches: [Json, number][] = [
      [{ supply_point_id: point.supply_point_id, second_factor: { meter_number_last4: meter } }, 200],
      [{ phone: point.contact_phone, second_factor: { meter_number_last4: meter } }, 200],
      [{ phone: point.contact_phone, second_factor: { contact_phone_last4: phone } }, 422],
      [
        {
          municipality_code: '272035',
          address: point.supply_address,
          second_factor: { contact_phone_last4: phone },
        },
        200,
      ],
      [
        {
          municipality_code: '272035',
          address: point.supply_address,
          second_factor: { town_block: '本町1丁目2番' },
        },
        422,
      ],
      [
        {
          supply_point_id: point.supply_point_id,
          phone: point.contact_phone,
          second_factor: { meter_number_last4: meter },
        },
        422,
      ],
      [{ supply_point_id: point.supply_point_id }, 422],
    ];
    for (const [search, status] of searches) expectStatus(await operator.lookup(search), status);
  });
});
