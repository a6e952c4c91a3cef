import { Broker } from '../harness/broker.js';
import type { Answer, Person } from '../stories/actors.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';
import { triedAsApp, SQLSTATE } from '../laws/as-role.js';
import { darkPoints, refusalOf, searchOf } from '../laws/witnesses.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Declared {
  id: string;
  live: boolean;
  hard_end_at: string;
  declared_at: string;
  target_area: string[];
  waits_for_confirmation: boolean;
  told: string[];
  amendments: { kind: string; change_id: string | null; amended_by: string }[];
}

describe('the life of a declaration', () => {
  let broker: Broker;
  let hq: Record<1 | 2 | 3, Person>;
  let point: SamplePoint;

  beforeAll(async () => {
    broker = await Broker.start();
    const [first] = await darkPoints(broker);
    if (!first) throw new Error('the sample has points in outage');
    point = first;
  });
  // Each test has a day of its own, in which nothing was opened yet; sessions end with the day before.
  beforeEach(async () => {
    await broker.moveClock(2 * DAY);
    const [one, two, three] = await Promise.all(
      ['hq-1', 'hq-2', 'hq-3'].map((id) => broker.storm.person(id)),
    );
    if (!one || !two || !three) throw new Error('headquarters is here');
    hq = { 1: one, 2: two, 3: three };
  });
  afterAll(() => broker.stop());

  const show = async (id: string): Promise<Declared> =>
    expectStatus(
      await (await broker.storm.person('auditor-1')).get<Declared>(`/api/v1/declarations/${id}`),
      200,
    );
  const declare = async (more: object = {}): Promise<Declared> =>
    show((await broker.storm.declare(await broker.storm.person('hq-1'), more as never)).id);
  const declared = async (more: object = {}): Promise<Declared> =>
    show((await broker.storm.declared(more as never)).id);
  const lift = (id: string): Promise<Answer> =>
    hq[3].post(`/api/v1/declarations/${id}/lift`, { reason: '復旧が完了したため' });
  const extend = (by: Person, one: Declared, ms: number): Promise<Answer> =>
    by.post(`/api/v1/declarations/${one.id}/extend`, {
      hard_end_at: new Date(Date.parse(one.hard_end_at) + ms).toISOString(),
      reason: '復旧に時間を要するため',
      outage_households: 12_000,
    });
  const area = (by: Person, id: string, target_area: string[]): Promise<Answer> =>
    by.post(`/api/v1/declarations/${id}/area`, { target_area, reason: '被害の範囲が変わったため' });
  const confirm = (by: Person, proposed: Answer): Promise<Answer> =>
    by.post(`/api/v1/changes/${String(expectStatus(proposed, 202)['change_id'])}/confirm`);

  it('opens an area on one person’s word for 30 minutes in 24 hours, whatever they are cut into', async () => {
    const first = await declare({ target_area: ['131130'] });
    expect(Date.parse(first.hard_end_at) - Date.parse(first.declared_at)).toBe(30 * MINUTE);
    await broker.moveClock(20 * MINUTE);
    expectStatus(await lift(first.id), 200);
    // Another municipality of the same prefecture is another area; the prefecture holds the one that was open.
    const elsewhere = await declare({ target_area: ['131016'] });
    expect(Date.parse(elsewhere.hard_end_at) - Date.parse(elsewhere.declared_at)).toBe(30 * MINUTE);
    const again = await declare({ target_area: ['131130'] });
    const left = Date.parse(again.hard_end_at) - Date.parse(again.declared_at);
    expect(left).toBeGreaterThan(9 * MINUTE);
    expect(left).toBeLessThanOrEqual(10 * MINUTE);
    // A drill has its own minutes.
    const drill = await declare({ target_area: ['131130'], is_drill: true });
    expect(Date.parse(drill.hard_end_at) - Date.parse(drill.declared_at)).toBe(30 * MINUTE);
  });

  it('after a lapse unconfirmed, opens the same area in the next 24 hours only after two persons', async () => {
    const lapsed = await declare();
    await broker.moveClock(31 * MINUTE);
    expect((await show(lapsed.id)).live).toBe(false);

    const one = await declare({ target_area: ['27'] });
    expect([one.live, one.waits_for_confirmation]).toEqual([false, true]);
    const path = `/api/v1/declarations/${one.id}`;
    expect(refusalOf(await hq[1].post(`${path}/support-calls`, broker.storm.callBody()))).toEqual([
      409,
      'declaration_not_live',
    ]);
    expect(refusalOf(await hq[1].post(`${path}/confirm`))).toEqual([403, 'same_person']);
    expectStatus(await hq[2].post(`${path}/confirm`), 200);
    expect((await show(one.id)).live).toBe(true);
    expectStatus(await lift(one.id), 200);

    // 24 hours later one person's word opens it again.
    await broker.moveClock(DAY);
    const later = await declare();
    expect([later.live, later.waits_for_confirmation]).toEqual([true, false]);
  });

  it('counts a city for its wards, and a prefecture however it is written', async () => {
    const city = await declare({ target_area: ['271004'] });
    await broker.moveClock(20 * MINUTE);
    expectStatus(await lift(city.id), 200);
    const ward = await declare({ target_area: ['271021'] });
    expect(Date.parse(ward.hard_end_at) - Date.parse(ward.declared_at)).toBeLessThanOrEqual(10 * MINUTE);
    await broker.moveClock(10 * MINUTE);
    const prefecture = await declare({ target_area: ['270008'] });
    expect([prefecture.target_area, prefecture.waits_for_confirmation]).toEqual([['27'], true]);
    const elsewhere = await declare({ target_area: ['140007'] });
    expect([elsewhere.target_area, elsewhere.live]).toEqual([['14'], true]);
    const within = await declare({ target_area: ['141003'] });
    await broker.moveClock(31 * MINUTE);
    expect(Date.parse(within.hard_end_at)).toBeLessThanOrEqual(Date.parse(elsewhere.hard_end_at) + 1000);
    expect((await declare({ target_area: ['141011'] })).waits_for_confirmation).toBe(true);

    // A city shrinks to one of its wards by one person, in the service and at the table.
    const confirmed = await declared({ target_area: ['271004'] });
    expect(expectStatus(await area(hq[3], confirmed.id, ['271021']), 200)['target_area']).toEqual(['271021']);
  });

  it('does not give minutes back when the area shrinks', async () => {
    const both = await declare({ target_area: ['131130', '272035'] });
    await broker.moveClock(25 * MINUTE);
    expectStatus(await area(hq[1], both.id, ['131130']), 200);
    const again = await declare();
    expect(Date.parse(again.hard_end_at) - Date.parse(again.declared_at)).toBeLessThanOrEqual(5 * MINUTE);
  });

  it('says who was told: officers and compliance officer of the utility', async () => {
    expect((await declare({ target_area: ['011002'] })).told).toEqual([
      'compliance-1',
      'officer-1',
      'officer-2',
    ]);
  });

  it('gives no access in an anticipatory posture, confirmed or not', async () => {
    const one = await declared({ posture_level: '警戒本部', target_area: ['011002'] });
    expect(one.live).toBe(false);
    const call = hq[1].post(`/api/v1/declarations/${one.id}/support-calls`, broker.storm.callBody());
    expect(refusalOf(await call)).toEqual([409, 'declaration_not_live']);
  });

  it('is extended by two persons, 72 hours at a time, while it is confirmed and in force', async () => {
    const unconfirmed = await declare();
    expect(refusalOf(await extend(hq[1], unconfirmed, HOUR))).toEqual([409, 'not_confirmed_yet']);
    const one = await declared();
    expect(refusalOf(await extend(hq[1], one, -HOUR))).toEqual([422, 'extension_not_longer']);
    expect(refusalOf(await extend(hq[1], one, 73 * HOUR))).toEqual([422, 'extension_too_long']);

    const proposed = await extend(hq[1], one, 72 * HOUR);
    const rival = await extend(hq[2], one, 10 * HOUR);
    expect(refusalOf(await confirm(hq[1], proposed))).toEqual([403, 'same_person']);
    expectStatus(await confirm(hq[2], proposed), 200);
    const extended = await show(one.id);
    expect(Date.parse(extended.hard_end_at)).toBe(Date.parse(one.hard_end_at) + 72 * HOUR);
    expect(extended.amendments).toMatchObject([{ kind: 'extend', amended_by: 'hq-2' }]);
    // What the other one was based on is no longer so.
    expect(refusalOf(await confirm(hq[3], rival))).toEqual([422, 'extension_not_longer']);
    expect(
      await broker.records("type = 'declaration.extended' and declaration_id = $1", [one.id]),
    ).toHaveLength(1);
  });

  it('is not extended by a confirmation that comes after the lift', async () => {
    const one = await declared();
    const proposed = await extend(hq[1], one, HOUR);
    expectStatus(await lift(one.id), 200);
    expect(refusalOf(await confirm(hq[2], proposed))).toEqual([403, 'lifted']);
    expect((await show(one.id)).live).toBe(false);
  });

  it('goes beyond 14 days only with the compliance officer as one of the two', async () => {
    let one = await declared({ expected_end_at: broker.storm.in(72) });
    for (let extensions = 0; extensions < 3; extensions += 1) {
      expectStatus(await confirm(hq[2], await extend(hq[1], one, 72 * HOUR)), 200);
      one = await show(one.id);
    }
    const days = (of: Declared): number =>
      Math.round((Date.parse(of.hard_end_at) - Date.parse(of.declared_at)) / HOUR) / 24;
    expect(days(one)).toBe(12);
    const compliance = await broker.storm.person('compliance-1');
    const within = await extend(hq[1], one, HOUR);
    expect(refusalOf(await confirm(compliance, within))).toEqual([403, 'role_not_allowed']);
    expect(refusalOf(await compliance.get('/api/v1/changes'))).toEqual([403, 'role_not_allowed']);
    const beyond = await extend(hq[1], one, 72 * HOUR);
    expect(refusalOf(await confirm(hq[2], beyond))).toEqual([403, 'compliance_officer_needed']);
    // What waits for the compliance officer is shown to the compliance officer, and nothing else.
    const waiting = await compliance.get<{ items: { kind: string; difference: { field: string }[] }[] }>(
      '/api/v1/changes',
    );
    expect(expectStatus(waiting, 200).items).toMatchObject([
      { kind: 'declaration.extend', difference: [{ field: 'hard_end_at' }] },
    ]);
    expectStatus(await confirm(compliance, beyond), 200);
    expect(days(await show(one.id))).toBe(15);
  });

  it('shrinks by one person at once: no value outside it follows', async () => {
    const one = await declared({ target_area: ['131130', '272035'] });
    const { operator } = await broker.storm.operator('operator-a-01', one.id);
    expect(expectStatus(await operator.lookup(searchOf(point)), 200).outcome).toBe('found');
    const shrunk = expectStatus(await area(hq[3], one.id, ['131130']), 200);
    expect(shrunk['target_area']).toEqual(['131130']);
    expect(expectStatus(await operator.lookup(searchOf(point)), 200).outcome).toBe('no_result');
    expect(refusalOf(await area(hq[3], one.id, ['131130']))).toEqual([409, 'area_unchanged']);
    expect(refusalOf(await area(hq[3], one.id, ['272035']))).toEqual([422, 'area_mixed']);
    expect(refusalOf(await area(hq[3], one.id, ['999999']))).toEqual([422, 'invalid_input']);
  });

  it('grows by two persons; a growth that was proposed before a shrink does not bring the rest back', async () => {
    const one = await declared({ target_area: ['131130', '272035'] });
    const { operator } = await broker.storm.operator('operator-a-02', one.id);
    const stale = await area(hq[1], one.id, ['131130', '271004', '272035']);
    expectStatus(await area(hq[1], one.id, ['131130']), 200);
    expect(refusalOf(await confirm(hq[2], stale))).toEqual([409, 'change_outdated']);
    expect((await show(one.id)).target_area).toEqual(['131130']);

    const proposed = await area(hq[1], one.id, ['131130', '27']);
    expect(expectStatus(await operator.lookup(searchOf(point)), 200).outcome).toBe('no_result');
    expectStatus(await confirm(hq[3], proposed), 200);
    expect((await show(one.id)).target_area).toEqual(['131130', '27']);
    expect(expectStatus(await operator.lookup(searchOf(point)), 200).outcome).toBe('found');
  });

  it('is never back-dated, not even around the service', async () => {
    const one = await declare({ target_area: ['011002'] });
    expect(
      await triedAsApp(broker, [
        `update declaration set declared_at = declared_at - interval '1 hour' where id = '${one.id}'`,
        `update declaration set declared_area = '{}' where id = '${one.id}'`,
      ]),
    ).toEqual([SQLSTATE.insufficientPrivilege, SQLSTATE.insufficientPrivilege]);
  });

  it('stands beside another one: each ends by itself, and takes nothing of the other with it', async () => {
    const [one, other] = [await declared(), await declared()];
    const first = await broker.storm.operator('operator-a-03', one.id);
    const second = await broker.storm.operator('operator-b-03', other.id);
    expectStatus(await lift(one.id), 200);
    expect(refusalOf(await first.operator.lookup(searchOf(point)))).toEqual([403, 'lifted']);
    expect(expectStatus(await second.operator.lookup(searchOf(point)), 200).outcome).toBe('found');
  });
});
