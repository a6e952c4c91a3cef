import { fits, fitsProblem } from '../api/fits.js';
import { Broker } from '../harness/broker.js';
import { searchOf } from '../stories/stage.js';
import { expectStatus, samplePoints } from '../stories/storm.js';

type Json = Record<string, unknown>;
interface Timeline extends Json {
  uses: { from: string; minutes_each: number; permitted: number[]; refused: number[] };
  grants: { items: Json[]; next: string | null };
}
const MINUTE = 60_000;
const ROUTE = 'GET /api/v1/declarations/:id/timeline';

describe('the timeline of a declaration', () => {
  let broker: Broker;
  beforeEach(async () => {
    broker = await Broker.start();
  });
  afterEach(() => broker.stop());

  const of = async (id: string, query = '', by = 'auditor-1'): Promise<Timeline> => {
    const person = await broker.storm.person(by);
    return fits<Timeline>(
      await person.get<Timeline>(`/api/v1/declarations/${id}/timeline${query}`),
      200,
      ROUTE,
    );
  };
  const placesOf = (numbers: readonly number[]): [number, number][] =>
    numbers.flatMap((count, at): [number, number][] => (count > 0 ? [[at, count]] : []));

  it('shows each grant against the declaration, with its true end, page by page', async () => {
    const { id } = await broker.storm.declared();
    const { grantId } = await broker.storm.operator('operator-a-01', id);
    const call = await broker.storm.called(id);
    const made = await broker.storm.nominated(call.id, ['operator-a-02', 'operator-a-03']);
    const [second] = await broker.storm.approved(made.id);
    const hq = await broker.storm.person('hq-1');
    expectStatus(await hq.post(`/api/v1/grants/${second?.id}/revoke`, { reason: '取り消すため' }), 200);
    await broker.moveClock(10 * MINUTE);
    expectStatus(await hq.post(`/api/v1/declarations/${id}/lift`, { reason: '復旧したため' }), 200);

    const seen = await of(id);
    const byId = new Map(seen.grants.items.map((one) => [one['id'], one]));
    expect(byId.size).toBe(3);
    expect(byId.get(grantId)).toMatchObject({
      person_id: 'operator-a-01',
      cause: 'lifted',
      ended_at: seen['lifted_at'],
    });
    expect(byId.get(second?.id)).toMatchObject({ cause: 'revoked', acknowledged_at: null });
    const first = await of(id, '?limit=2', 'hq-2');
    const rest = await of(id, `?limit=2&cursor=${first.grants.next}`, 'regulator-1');
    expect([...first.grants.items, ...rest.grants.items].map((one) => one['id'])).toEqual([...byId.keys()]);
    expect(rest.grants.next).toBeNull();
    // The auditors are watched as well.
    const readings = await broker.records(`type = 'desk.read' and payload like '%timeline%'`);
    expect(readings.map((one) => one['person_id'])).toEqual(['auditor-1', 'hq-2', 'regulator-1']);
    fitsProblem(await hq.get('/api/v1/declarations/dc_none/timeline'), 404, 'not_found');
  });

  it('puts each use into its bucket, wider when the declaration is long, and never more than 500', async () => {
    const { id } = await broker.storm.declared();
    const { operator, grantId } = await broker.storm.operator('operator-a-01', id);
    const [point, , another] = await samplePoints(broker.wheelingUrl);
    if (!point || !another) throw new Error('two points');
    expectStatus(await operator.lookup(searchOf(point)), 200);
    await broker.moveClock(30 * MINUTE);
    expectStatus(await operator.credential(grantId), 200);
    expectStatus(await operator.lookup(searchOf(another)), 200);
    const hq = await broker.storm.person('hq-1');
    expectStatus(await hq.post(`/api/v1/grants/${grantId}/revoke`, { reason: '取り消すため' }), 200);
    expectStatus(await operator.lookup(searchOf(another)), 403);

    const early = await of(id);
    expect(early.uses.minutes_each).toBe(1);
    const places = placesOf(early.uses.permitted);
    expect(places.map(([, count]) => count)).toEqual([1, 1]);
    const [[one], [two]] = places as [[number, number], [number, number]];
    expect([30, 31]).toContain(two - one);
    expect(placesOf(early.uses.refused).map(([, count]) => count)).toEqual([1]);

    await broker.moveClock(20 * 60 * MINUTE);
    const late = await of(id);
    // Twelve hours, and the hour after.
    expect([late.uses.minutes_each, late.uses.permitted.length <= 500]).toEqual([2, true]);
    expect(late.uses.permitted.reduce((all, count) => all + count, 0)).toBe(2);
  });
});
