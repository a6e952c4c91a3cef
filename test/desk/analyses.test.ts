import { Client } from 'pg';
import { AnalysesService } from '../../src/review/detection/analyses.service.js';
import { fits, fitsProblem } from '../api/fits.js';
import { Broker } from '../harness/broker.js';
import type { Answer, LookupBody, Operator } from '../stories/actors.js';
import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';

type Json = Record<string, unknown>;
interface Line extends Json {
  id: string;
  owner_person_id: string | null;
}
interface Page {
  items: Json[];
}
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('the analysis of uses', () => {
  let broker: Broker;
  let operator: Operator;
  let point: SamplePoint;
  let lit: SamplePoint;
  beforeAll(async () => {
    broker = await Broker.start();
    // To nine in the morning of Japan, that the days below are whole ones.
    await broker.moveClock(DAY - (broker.now() % DAY));
    const declaration = await broker.storm.declared();
    ({ operator } = await broker.storm.operator('operator-a-01', declaration.id));
    const points = await samplePoints(broker.wheelingUrl);
    const one = (state: string): SamplePoint => {
      const found = points.find(({ outage_state: is }) => is === state);
      if (!found) throw new Error(`no point is ${state}`);
      return found;
    };
    [point, lit] = [one('outage'), one('energised')];
  });
  afterAll(() => broker.stop());

  const lookUp = async ({ supply_point_id, contact_phone }: SamplePoint): Promise<LookupBody> => {
    const search = { supply_point_id, second_factor: { contact_phone_last4: contact_phone.slice(-4) } };
    return expectStatus(await operator.lookup(search), 200);
  };
  const analyses = (): AnalysesService => {
    const [instance] = broker.instances;
    if (!instance) throw new Error('an instance runs');
    return instance.app.get(AnalysesService, { strict: false });
  };
  const span = (): Json => ({ from: broker.storm.in(-1), to: broker.storm.in(1) });
  const asked = async (body: Json, by = 'auditor-1'): Promise<Answer<Line>> =>
    (await broker.storm.person(by)).post<Line>('/api/v1/analyses', body);
  const made = async (): Promise<Line> => fits(await asked(span()), 201, 'POST /api/v1/analyses');
  const shown = async (id: string): Promise<Json & Page> => {
    const answer = await (
      await broker.storm.person('regulator-1')
    ).get<Json & Page>(`/api/v1/analyses/${id}`);
    return fits(answer, 200, 'GET /api/v1/analyses/:id');
  };
  const step = async (id: string, body: Json, by = 'auditor-1'): Promise<Answer> =>
    (await broker.storm.person(by)).call('PATCH', `/api/v1/analyses/${id}`, body);
  const inbox = async (by: string): Promise<string[]> => {
    const { items } = expectStatus(await (await broker.storm.person(by)).get<Page>('/api/v1/inbox'), 200);
    return items.map((one) => String(one['kind'])).filter((kind) => kind.startsWith('analysis.'));
  };

  it('finds nothing in what a disaster makes of a shift, and then there is nothing to conclude', async () => {
    await lookUp(point);
    const analysis = await made();
    expect(analysis).toMatchObject({ kind: 'on_demand', uses: 1, signs: 0, state: 'nothing_found', owner_person_id: null });
    expect(await inbox('auditor-1')).toEqual([]);
    fitsProblem(await step(analysis.id, { conclusion: '何もなかった。' }), 409, 'analysis_concluded');
  }); // prettier-ignore

  it('names what struck, with the uses, the lawful way and what no rule can see', async () => {
    const uses = [(await lookUp(point)).record_id, (await lookUp(point)).record_id];
    // Where there is power and no ticket the gate shows no equipment; a match tells of it all the same.
    const ref = (await lookUp(lit)).results[0]?.ref ?? '';
    const { record_id: matched } = expectStatus(
      await operator.match(ref, 'meter_number', String(lit.meter_number)),
      200,
    );
    const analysis = await made();
    expect(analysis).toMatchObject({ uses: 5, signs: 2, state: 'waiting', owner_person_id: 'auditor-1' });
    const { items, not_covered } = await shown(analysis.id);
    expect(items).toMatchObject([
      { rule: 'contractor_enquiry', severity: 'high', subject_type: 'person', subject_id: 'operator-a-01', records: [matched],
        lawful_alternative: '一般送配電事業者の窓口へ案内する' },
      { rule: 'repeated_views', subject_type: 'supply_point_ref', person_id: 'operator-a-01', uses: 3 },
    ]); // prettier-ignore
    expect((items[1]?.['records'] as string[]).slice(1)).toEqual(uses);
    expect((not_covered as Json[]).map((one) => one['finding_type'])).toContain('moving_in');
    // A sign leads to a record, and to a finding; it is neither of them.
    const [record] = await broker.records<{ payload: string }>('id = $1', [analysis['record_id']]);
    expect(JSON.parse(record?.payload ?? '{}')).toMatchObject({ details: { signs: { contractor_enquiry: 1, repeated_views: 1 }, uses: 5 } }); // prettier-ignore
    expect(await broker.database.asOwner('select from finding')).toEqual([]);
  });

  it('is concluded once, by its owner; another takes it over with a reason', async () => {
    const { id } = await made();
    fitsProblem(await step(id, { conclusion: '確かめた。' }, 'auditor-2'), 409, 'not_your_analysis');
    fitsProblem(await step(id, { owner_person_id: 'auditor-2' }), 422, 'invalid_input');
    fitsProblem(await step(id, { owner_person_id: 'officer-1', reason: '交代' }), 422, 'invalid_input');
    fitsProblem(await step(id, {}), 422, 'invalid_input');
    fits(await step(id, { owner_person_id: 'auditor-2', reason: '交代のため' }), 200, 'PATCH /api/v1/analyses/:id');
    expect(await inbox('auditor-2')).toContain('analysis.waiting');
    const situation = await (await broker.storm.person('auditor-2')).get<{ waiting: unknown[] }>('/api/v1/situation');
    expect(expectStatus(situation, 200).waiting).toContainEqual({ kind: 'analysis.waiting', count: 1 });
    const conclusion = { conclusion: 'いずれも停電の問い合わせであった。' };
    const answer = fits(await step(id, conclusion, 'auditor-2'), 200, 'PATCH /api/v1/analyses/:id');
    expect(answer).toMatchObject({ state: 'concluded', ...conclusion });
    fitsProblem(await step(id, conclusion, 'auditor-2'), 409, 'analysis_concluded');
    fitsProblem(await step('an_nobody', conclusion), 404, 'not_found');
    const records = await broker.records<{ type: string; payload: string }>(`type like 'analysis.%' and payload like '%' || $1 || '%'`, [id]);
    expect(records.map(({ type }) => type).sort()).toEqual(['analysis.concluded', 'analysis.given', 'analysis.made']);
    expect(records.map(({ payload }) => payload).join()).not.toContain('停電の問い合わせ');
  }); // prettier-ignore

  it('is refused for a span that is empty, and is no one else’s to ask for', async () => {
    fitsProblem(await asked({ from: broker.storm.in(1), to: broker.storm.in(2) }), 422, 'invalid_input');
    for (const by of ['regulator-1', 'officer-1', 'hq-1', 'operator-a-01'])
      fitsProblem(await asked(span(), by), 403, 'role_not_allowed');
  });

  it('is made of each day of Japan when it is over, once, and of the days that were missed', async () => {
    const service = analyses();
    expect(await service.daily()).toBe(true);
    expect(await service.daily()).toBe(false);
    await broker.moveClock(2 * DAY);
    const both = await Promise.all([service.daily(), service.daily()]);
    expect(both.filter(Boolean).length).toBeGreaterThanOrEqual(1);
    while (await service.daily());
    const days = await broker.database.asOwner<{ day: string; signs: number; owner: string | null }>(
      `select day::text, signs, owner_person_id as owner from analysis where kind = 'daily' order by day`,
    );
    const today = new Date(broker.now() + 9 * HOUR - 2 * DAY);
    const named = (offset: number): string =>
      new Date(today.getTime() + offset * DAY).toISOString().slice(0, 10);
    expect(days.map(({ day }) => day)).toEqual([named(-1), named(0), named(1)]);
    // The day of the shift: given to who has the fewest to conclude.
    expect(days.map(({ signs }) => signs)).toEqual([0, 2, 0]);
    expect(days[1]?.owner).toBe('auditor-2');
  });

  it('takes a day some minutes after its end: what was decided before midnight may be written after it', async () => {
    const service = analyses();
    await broker.moveClock(15 * HOUR + 5 * MINUTE - (broker.now() % DAY));
    expect(new Date(broker.now() + 9 * HOUR).toISOString()).toMatch(/T00:0[5-9]/);
    expect(await service.daily()).toBe(false);
    await broker.moveClock(10 * MINUTE);
    expect(await service.daily()).toBe(true);
  });

  it('is one at a time, on demand and of a day, and of so many days at most', async () => {
    const [whole, tooLong] = [399, 400.1].map((days) => ({ from: broker.storm.in(-24 * days), to: broker.storm.in(1) }));
    const refused = await asked(tooLong ?? {});
    fitsProblem(refused, 422, 'invalid_input');
    expect(JSON.stringify(refused)).toContain('400日');
    // A table that it reads is held, so that the first one is under way for certain.
    const client = new Client({ connectionString: broker.database.ownerUrl });
    await client.connect();
    await client.query('begin; lock table access_grant in access exclusive mode');
    const first = asked(span());
    const waiting = `select from pg_locks where not granted and relation = 'access_grant'::regclass`;
    while ((await broker.database.asOwner(waiting)).length === 0);
    fitsProblem(await asked(span(), 'auditor-2'), 409, 'analysis_under_way');
    expect(await analyses().daily()).toBe(false);
    await client.query('rollback');
    await client.end();
    expect((await first).status).toBe(201);
    expect((await asked(whole ?? {})).status).toBe(201);
  }); // prettier-ignore

  it('is told to everybody when its day is over without a conclusion', async () => {
    expect(await inbox('auditor-2')).toEqual(['analysis.waiting']);
    await broker.moveClock(9 * DAY);
    expect(await inbox('auditor-2')).toContain('analysis.overdue');
    const list = await (await broker.storm.person('auditor-1')).get<Page>('/api/v1/analyses');
    const states = fits<Page>(list, 200, 'GET /api/v1/analyses').items.map((one) => one['state']);
    expect(states).toContain('overdue');
    expect(states).toContain('concluded');
  });

  it('belongs to auditors in the tables as well', async () => {
    const client = new Client({ connectionString: await broker.database.urlOf('kashikagi_app') });
    await client.connect();
    const change = (sql: string): Promise<unknown> => client.query(sql);
    await expect(change(`update analysis set owner_person_id = 'officer-1' where signs > 0`)).rejects.toThrow('auditors conclude');
    await expect(change(`update analysis set conclusion = 'x' where concluded_at is not null`)).rejects.toThrow();
    await expect(change(`update analysis set signs = 0`)).rejects.toThrow('permission denied');
    await expect(change(`delete from analysis_sign`)).rejects.toThrow('permission denied');
    await client.end();
  }); // prettier-ignore
});
