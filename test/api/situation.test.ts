import { Broker } from '../harness/broker.js';
import { expectStatus, samplePoints } from '../stories/storm.js';
import { searchOf } from '../stories/stage.js';
import { fits } from './fits.js';

type Json = Record<string, unknown>;
interface Declared extends Json {
  id: string;
  calls: { id: string; organizations: Json[] }[];
  grants: Json[];
  uses: { from: string; lookups: number[]; refused: number[] } | null;
}
interface Situation extends Json {
  declarations: Declared[];
  waiting: { kind: string; count: number }[];
}

const HOUR = 3_600_000;
const sum = (numbers: readonly number[] = []): number => numbers.reduce((all, one) => all + one, 0);

describe('the situation', () => {
  let broker: Broker;
  beforeEach(async () => {
    broker = await Broker.start();
  });
  afterEach(() => broker.stop());

  async function of(who: string): Promise<Situation> {
    const answer = await (await broker.storm.person(who)).get<Situation>('/api/v1/situation');
    return fits<Situation>(answer, 200, 'GET /api/v1/situation');
  }
  async function only(who: string): Promise<Declared> {
    const [one] = (await of(who)).declarations;
    if (!one) throw new Error(`${who} sees no declaration`);
    return one;
  }

  it('counts seats, grants by the predicate that decides, and uses by the minute', async () => {
    const declaration = await broker.storm.declared();
    const { operator } = await broker.storm.operator('operator-a-01', declaration.id);
    const [point] = await samplePoints(broker.wheelingUrl);
    if (!point) throw new Error('no point');
    expectStatus(await operator.lookup(searchOf(point)), 200);
    expectStatus(await operator.lookup(searchOf(point), { purpose: 'danger_report' }), 200);
    const call = await broker.storm.called(declaration.id);
    const made = await broker.storm.nominated(call.id, ['operator-a-02', 'operator-a-03', 'operator-a-04']);
    const grants = await broker.storm.approved(made.id);
    const later = await broker.storm.nominated(call.id, ['operator-a-05'], {
      starts_at: broker.storm.in(2),
      ends_at: broker.storm.in(4),
    });
    const [late] = await broker.storm.approved(later.id);
    await broker.storm.acknowledged(await broker.storm.person('operator-a-05'), late?.id ?? '');
    const ofHq = await broker.storm.person('hq-1');
    expectStatus(await ofHq.post(`/api/v1/grants/${grants[0]?.id}/suspend`, { reason: '確認のため' }), 200);
    expectStatus(await ofHq.post(`/api/v1/grants/${grants[1]?.id}/revoke`, { reason: '取り消すため' }), 200);

    const seen = await only('hq-1');
    expect(seen).toMatchObject({ id: declaration.id, live: true, confirmed: true, is_drill: false });
    expect(seen['remaining_seconds']).toBeGreaterThan(11 * 3600);
    expect(seen.grants).toEqual([
      {
        organization_id: 'retailer-a',
        live: 1,
        not_acknowledged: 1,
        not_started: 1,
        suspended: 1,
        held_back: 0,
      },
    ]);
    const newest = seen.calls.find((one) => one.id === call.id);
    expect(newest?.organizations).toEqual([
      { organization_id: 'retailer-a', seats: 40, declined: false, filled: 2 },
      { organization_id: 'retailer-b', seats: 20, declined: false, filled: 0 },
    ]);
    expect([seen.uses?.lookups.length, seen.uses?.refused.length]).toEqual([60, 60]);
    expect(sum(seen.uses?.lookups)).toBe(2);

    // A fact that the row of the grant does not hold: the person's training.
    await broker.database.asOwner(
      `update person set training_valid_until = broker_now() - interval '1 minute' where id = 'operator-a-01'`,
    );
    expect((await only('regulator-1')).grants).toMatchObject([{ live: 0, held_back: 1 }]);
  });

  it('puts each use into its minute, and forgets it after an hour; refusals are counted apart', async () => {
    const { operator, grantId } = await broker.storm.operator(
      'operator-a-01',
      (await broker.storm.declared()).id,
    );
    const [point] = await samplePoints(broker.wheelingUrl);
    if (!point) throw new Error('no point');
    expectStatus(await operator.lookup(searchOf(point)), 200);
    await broker.moveClock(10 * 60_000);
    expectStatus(await operator.credential(grantId), 200);
    const [, , far] = await samplePoints(broker.wheelingUrl, '131130');
    expectStatus(await operator.lookup(searchOf(far ?? point)), 200);
    const hq = await broker.storm.person('hq-1');
    expectStatus(await hq.post(`/api/v1/grants/${grantId}/suspend`, { reason: '確認のため' }), 200);
    expectStatus(await operator.lookup(searchOf(point)), 403);
    const { uses } = await only('auditor-1');
    const minutes = (uses?.lookups ?? []).flatMap((count, at) => (count > 0 ? [at] : []));
    expect(minutes.length).toBeGreaterThan(0);
    expect(minutes[0]).toBeGreaterThanOrEqual(48);
    expect(minutes[0]).toBeLessThanOrEqual(50);
    // One outside of the area, one of a suspended grant.
    expect(sum(uses?.refused)).toBe(2);
    await broker.moveClock(HOUR);
    const hourLater = (await only('auditor-1')).uses;
    expect([sum(hourLater?.lookups), sum(hourLater?.refused)]).toEqual([0, 0]);
  });

  it('is to everybody what is theirs', async () => {
    const drill = await broker.storm.declared({ is_drill: true, target_area: ['13'] });
    const { id } = await broker.storm.declared();
    await broker.storm.operator('operator-a-01', id);
    const b = await broker.storm.called(drill.id, { organizations: [{ organization_id: 'retailer-b', seats: 9 }] });
    await broker.storm.nominated(b.id, ['operator-b-01'], {}, 'supervisor-b');

    expect((await of('hq-1')).declarations.map((one) => [one.id, one['is_drill']])).toEqual([[id, false], [drill.id, true]]);
    expect((await of('hq-1')).waiting).toEqual([{ kind: 'nomination.waiting', count: 1 }]);
    expect((await of('supervisor-b')).declarations.map((one) => one.id)).toEqual([id, drill.id]);
    const [ofB] = (await of('supervisor-b')).declarations;
    expect(ofB?.calls.flatMap((one) => one.organizations)).toMatchObject([{ organization_id: 'retailer-b' }]);
    expect([ofB?.grants, (await of('supervisor-b'))['ledger']]).toEqual([[], null]);
    expect((await of('supervisor-a')).declarations.map((one) => one.id)).toEqual([id]);
    const own = await of('operator-a-01');
    expect(own.declarations).toMatchObject([{ id, calls: [], grants: [], uses: null }]);
    expect((await of('operator-a-02')).declarations).toEqual([]);
    expect((await of('officer-1')).declarations[0]).toMatchObject({ calls: [], grants: [], uses: null });
    expect((await of('officer-1'))['ledger']).toMatchObject({ mismatches_open: 0 });

    const officer = await broker.storm.person('officer-1');
    expectStatus(await officer.call('PATCH', '/api/v1/organizations/retailer-b', { name: '標本エナジー新' }), 202);
    expect((await of('officer-1')).waiting).toEqual([]);
    expect((await of('officer-2')).waiting).toEqual([{ kind: 'change.waiting', count: 1 }]);
  }); // prettier-ignore

  it('shows what has ended for a day, with nothing left', async () => {
    const { id } = await broker.storm.declared();
    const hq = await broker.storm.person('hq-1');
    expectStatus(await hq.post(`/api/v1/declarations/${id}/lift`, { reason: '復旧したため' }), 200);
    expect(await only('hq-2')).toMatchObject({ id, live: false, remaining_seconds: 0, grants: [] });
    await broker.moveClock(25 * HOUR);
    expect((await of('hq-2')).declarations).toEqual([]);
  });
});
