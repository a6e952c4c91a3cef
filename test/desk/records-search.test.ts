import { Broker } from '../harness/broker.js';
import type { Person } from '../stories/actors.js';
import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';
import { fits, fitsProblem } from '../api/fits.js';

type Found = {
  items: { id: string; type: string; supply_point_ref: string | null; details: Record<string, unknown> }[];
  next: string | null;
};

describe('the search of records by a supply point number', () => {
  const SEARCH = '/api/v1/records/search';
  let broker: Broker;
  let auditor: Person;
  let points: SamplePoint[];
  let uses: string[];
  let ref: string;

  beforeAll(async () => {
    broker = await Broker.start();
    auditor = await broker.storm.person('auditor-1');
    const declaration = await broker.storm.declared();
    const { operator } = await broker.storm.operator('operator-a-01', declaration.id);
    points = (await samplePoints(broker.wheelingUrl)).filter((one) => one.outage_state === 'outage');
    uses = [];
    for (const point of points.slice(0, 2)) {
      for (let n = 0; n < 3; n += 1) {
        const factor = { contact_phone_last4: point.contact_phone.slice(-4) };
        const found = expectStatus(
          await operator.lookup({ supply_point_id: point.supply_point_id, second_factor: factor }),
          200,
        );
        if (point === points[0]) uses.push(found.record_id);
      }
    }
    const [use] = await broker.records<{ supply_point_ref: string }>('id = $1', [uses[0]]);
    ref = use?.supply_point_ref ?? '';
  });
  afterAll(() => broker.stop());

  const search = async (body: object): Promise<Found> =>
    fits(await auditor.post<Found>(SEARCH, body), 200, `POST ${SEARCH}`);

  it('finds who used that very point, however the number is written', async () => {
    const id = points[0]?.supply_point_id ?? '';
    const spaced = id.replace(/(\d{2})(\d{4})/, '$1-$2 ').replace(/0/g, '０');
    for (const written of [id, spaced]) {
      const { items } = await search({ supply_point_id: written });
      expect(items.map((one) => one.id).sort()).toEqual([...uses].sort());
      expect(new Set(items.map((one) => one.supply_point_ref))).toEqual(new Set([ref]));
    }
    const stranger = points.at(-1)?.supply_point_id ?? '';
    expect((await search({ supply_point_id: stranger })).items).toEqual([]);
  });

  it('takes the filters of the list beside it, page by page', async () => {
    const id = points[0]?.supply_point_id ?? '';
    const ofOthers = { supply_point_id: id, person: 'operator-a-02' };
    expect((await search(ofOthers)).items).toEqual([]);
    const first = await search({ supply_point_id: id, type: 'use.lookup', decision: 'permit', limit: 2 });
    expect(first.items).toHaveLength(2);
    const rest = await search({
      supply_point_id: id,
      type: 'use.lookup',
      decision: 'permit',
      limit: 2,
      cursor: first.next,
    });
    expect([...first.items, ...rest.items].map((one) => one.id).sort()).toEqual([...uses].sort());
    expect(rest.next).toBeNull();
    const direct = await auditor.get<Found>(`/api/v1/records?supply_point_ref=${ref}`);
    expect(direct.body.items.map((one) => one.id).sort()).toEqual([...uses].sort());
  });

  it('is on record by the reference; the number is nowhere', async () => {
    const id = points[1]?.supply_point_id ?? '';
    const { items } = await search({ supply_point_id: id });
    const [reading] = (
      await broker.records<{ payload: string; sealed: Buffer | null }>(`type = 'records.read'`)
    ).slice(-1);
    expect(reading?.sealed).toBeNull();
    expect(reading?.payload).toContain(items[0]?.supply_point_ref);
    const everything = await broker.database.asOwner<{ text: string }>(
      `select string_agg(payload, '') as text from record`,
    );
    expect(everything[0]?.text).not.toContain(id);
    expect(broker.log.lines.filter((line) => line.includes(id))).toEqual([]);
  });

  it('refuses what is no number, and a number beside a reference', async () => {
    fitsProblem(await auditor.post(SEARCH, { supply_point_id: 'x'.repeat(22) }), 422, 'invalid_input');
    const id = points[0]?.supply_point_id;
    fitsProblem(
      await auditor.post(SEARCH, { supply_point_id: id, supply_point_ref: ref }),
      422,
      'invalid_input',
    );
    fitsProblem(await auditor.get(`/api/v1/records?supply_point_id=${id}`), 422, 'invalid_input');
  });
});
