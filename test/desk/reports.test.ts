import { createHash } from 'node:crypto';
import { covered, frequency } from '../../src/review/desk/frequency.js';
import { monthsBetween } from '../../src/review/desk/months.js';
import { expectStatus } from '../stories/storm.js';
import { fits, fitsProblem } from '../api/fits.js';
import { DeskGround } from './ground.js';

type Json = Record<string, unknown>;

describe('the reports of the desk', () => {
  let ground: DeskGround;
  beforeAll(async () => {
    ground = await DeskGround.start();
  });
  afterAll(() => ground.broker.stop());

  it('draw a sample that anybody draws again from its seed', async () => {
    const first = await ground.page<{ seed: string; to: string; population: number; items: Json[] }>(
      'sample?n=5',
      'sample',
    );
    expect(first.population).toBe(ground.uses.found.length + 2);
    expect(first.items).toHaveLength(5);
    const query = `n=5&seed=${first.seed}&to=${encodeURIComponent(first.to)}`;
    const again = await ground.page<{ items: Json[] }>(`sample?${query}`, 'sample');
    expect(again.items).toEqual(first.items);
    const ids = [...ground.uses.found, ground.uses.match, ground.uses.refused];
    const key = (id: string): string => createHash('sha256').update(`${first.seed} ${id}`).digest('hex');
    const drawn = [...ids].sort((one, other) => (key(one) < key(other) ? -1 : 1)).slice(0, 5);
    expect(first.items.map((one) => one['record_id'])).toEqual(drawn);
    const other = await ground.page<{ items: Json[] }>('sample?n=5&seed=00000001', 'sample');
    expect(other.items).not.toEqual(first.items);
    fitsProblem(await ground.asked('sample?n=201'), 422, 'invalid_input');
    const [reading] = (await ground.broker.records<{ payload: string }>(`type = 'desk.read'`)).filter((one) =>
      one.payload.includes(first.seed),
    );
    expect(reading).toBeDefined();
  });

  it('name everybody who was given data of another retailer’s customer, and nobody else', async () => {
    const page = await ground.page<{ items: Json[] }>('viewers', 'viewers');
    const others = (
      await ground.broker.records<{ payload: string; decision: string }>(
        `type like 'use.%' and decision = 'permit'`,
      )
    ).filter(
      ({ payload }) =>
        (JSON.parse(payload) as { details: Json }).details['is_other_retailers_customer'] === true,
    );
    expect(others.length).toBeGreaterThan(0);
    expect(others.length).toBeLessThan(ground.uses.found.length + 1);
    expect(page.items).toMatchObject([
      {
        person_id: 'operator-a-01',
        organization_id: 'retailer-a',
        uses: others.length,
        purposes: { outage_enquiry: others.length },
      },
    ]);
    const before = await ground.page<{ items: Json[] }>('viewers?to=2026-01-01T00:00:00Z', 'viewers');
    expect(before.items).toEqual([]);
  });

  it('compare the affiliated retailer with the others by the same counts', async () => {
    const page = await ground.page<{ retailers: Json[]; affiliated: Json; others: Json }>(
      'fairness',
      'fairness',
    );
    expect(page.retailers).toMatchObject([
      { organization_id: 'retailer-a', is_affiliated: true, called: 1, offered: 1, nominated: 1, approved: 1, approval_rate: 1, shift_hours: 4 },
      { organization_id: 'retailer-b', is_affiliated: false, called: 1, offered: 1, nominated: 0, approval_rate: null },
    ]); // prettier-ignore
    expect(page.affiliated).toMatchObject({ organizations: 1, approved: 1 });
    expect(page.others).toMatchObject({ organizations: 1, approved: 0 });
  });

  it('count the time in force, and leave drills out', async () => {
    const drill = await ground.broker.storm.declared({ is_drill: true, target_area: ['131130'] });
    const page = await ground.page<{ items: Json[]; is_rising: boolean }>('frequency', 'frequency');
    expect(page.items.map((one) => [one['area'], one['declarations']])).toEqual([
      ['27', 1],
      ['all', 1],
    ]);
    expect(page.is_rising).toBe(true);
    const extract = await ground.page<{ items: Json[] }>('public-extract', 'public-extract');
    expect(extract.items.map((one) => one['number'])).not.toContain(drill['number']);
  });

  it('publish no person and no customer, the same to everybody who may read it', async () => {
    const texts = new Set<string>();
    for (const id of ['hq-1', 'compliance-1', 'auditor-1', 'regulator-1'])
      texts.add(JSON.stringify(await ground.page('public-extract', 'public-extract', id)));
    expect(texts.size).toBe(1);
    const [text = ''] = texts;
    expect(JSON.parse(text)).toMatchObject({
      items: [{ area: ['272035'], organizations: [{ name: '見本小売電気', grants: 1, uses: ground.uses.found.length + 1 }] }],
    }); // prettier-ignore
    const people = await ground.broker.database.asOwner<{ id: string; name: string }>(
      'select id, name from person',
    );
    expect(people.filter(({ id, name }) => text.includes(id) || text.includes(name))).toEqual([]);
    fitsProblem(await ground.asked('public-extract', 'officer-1'), 403, 'role_not_allowed');
  });

  it('tell how far back the records go, where they are silent, and how far the ledger is', async () => {
    const minute = 60_000;
    const beat = (at: number): Promise<unknown> =>
      ground.broker.database.asOwner(
        `insert into record (id, at, type, decision, is_drill, payload, salt) values ($1, $2, 'service.heartbeat', 'done', false, '{}', $3)`,
        [`rc_beat${at}`, new Date(at), Buffer.alloc(32)],
      );
    const start = ground.broker.now() - 70 * 86_400_000;
    for (const minutes of [0, 5, 60]) await beat(start + minutes * minute);
    type Page = {
      oldest_at: string;
      months: Json[];
      months_without_records: string[];
      silences: Json[];
      ledger: Json;
    };
    const page = await ground.page<Page>('retention', 'retention');
    expect(Date.parse(page.oldest_at)).toBe(start);
    expect(page.silences).toMatchObject([{ minutes: 55 }, {}]);
    expect(page.months.length + page.months_without_records.length).toBeGreaterThan(2);
    expect(page.months_without_records).toHaveLength(1);
    expect(Number(page.ledger['size']) + Number(page.ledger['waiting'])).toBeGreaterThan(10);
  });

  it('test on demand that a person has no access: live ones are named, dead credentials tried and refused', async () => {
    const auditor = await ground.broker.storm.person('auditor-1');
    const route = 'POST /api/v1/desk/people/:id/negative-test';
    const test = async (id: string): Promise<Json> =>
      fits(await auditor.post(`/api/v1/desk/people/${id}/negative-test`), 200, route);
    expect(await test('operator-a-01')).toMatchObject({ has_access: true, tried_grant: null, tried: [] });
    expect(await test('operator-b-01')).toMatchObject({
      has_access: false,
      grants: [],
      tried: [],
      sentence_ja: '有効な権限はありません。試せる失効した資格情報はありません。',
    });
    await ground.lift();
    const after = await test('operator-a-01');
    expect(after).toMatchObject({
      has_access: false,
      grants: [{ id: ground.grantId, live: false, why_not: expect.arrayContaining(['lifted']) as string[] }],
      tried_grant: ground.grantId,
      tried: [
        { target: 'gate', refused: true, code: 'lifted' },
        { target: 'introspection', refused: true },
      ],
    });
    const [kept] = (await ground.broker.records<{ payload: string }>(`type = 'desk.negative_test'`)).slice(
      -1,
    );
    expect(JSON.parse(kept?.payload ?? '{}')).toMatchObject({
      details: { person: 'operator-a-01', tried_grant: ground.grantId },
    });
    fitsProblem(await auditor.post('/api/v1/desk/people/nobody/negative-test'), 404, 'not_found');
    expectStatus(
      await (await ground.broker.storm.person('hq-1')).post('/api/v1/desk/people/hq-1/negative-test'),
      403,
    );
  });
});

describe('time in force', () => {
  const DAY = 86_400_000;
  it('counts what overlaps once', () => {
    const spans = [
      { from: 0, to: 10 },
      { from: 5, to: 15 },
      { from: 6, to: 7 },
      { from: 30, to: 40 },
    ];
    expect(covered(spans, 0, 100)).toBe(25);
    expect(covered(spans, 8, 32)).toBe(9);
    expect(covered(spans, 16, 29)).toBe(0);
  });

  it('belongs to the years of Japan, and rises or falls by 365 days', () => {
    const newYear = Date.UTC(2025, 11, 31, 15);
    const over = { from: newYear - DAY, to: newYear + 2 * DAY, prefectures: ['27'] };
    const view = frequency([over], [], newYear + 300 * DAY);
    expect(view.items.filter((one) => one.area === 'all')).toMatchObject([
      { year: '2025', declarations: 1, hours_in_force: 24 },
      { year: '2026', declarations: 0, hours_in_force: 48 },
    ]);
    expect(view.is_rising).toBe(true);
    expect(frequency([over], [], newYear + 500 * DAY).is_rising).toBe(false);
  });

  it('knows the months that are missing', () => {
    expect(monthsBetween(['2026-02', '2025-11', '2026-01'])).toEqual(['2025-12']);
    expect(monthsBetween([])).toEqual([]);
  });
});
