import { Broker } from '../harness/broker.js';
import { SQLSTATE, triedAsApp } from '../laws/as-role.js';
import { refusalOf } from '../laws/witnesses.js';
import { expectStatus, type Storm } from '../stories/storm.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
type Json = Record<string, unknown> & { id: string };

describe('declarations, at their edges', () => {
  let broker: Broker;
  let storm: Storm;
  beforeAll(async () => {
    broker = await Broker.start();
    storm = broker.storm;
  });
  afterAll(() => broker.stop());
  const end = (d: Json, h: number): string =>
    new Date(Date.parse(String(d['hard_end_at'])) + h * HOUR).toISOString();
  const extendBody = (d: Json, h: number): object => ({
    hard_end_at: end(d, h),
    reason: '復旧に時間を要するため',
    outage_households: 1200,
  });
  const post = async (who: string, path: string, body?: object, headers?: Record<string, string>) =>
    (await storm.person(who)).post<Json>(`/api/v1${path}`, body, headers);
  const confirmChange = (who: string, change: unknown) => post(who, `/changes/${String(change)}/confirm`);
  const show = async (id: string): Promise<Json> =>
    expectStatus(await (await storm.person('hq-1')).get<Json>(`/api/v1/declarations/${id}`), 200);
  const area = (id: string, codes: string[], who = 'hq-1', headers?: Record<string, string>) =>
    post(
      who,
      `/declarations/${id}/area`,
      { target_area: codes, reason: '被害の範囲が変わったため' },
      headers,
    );

  it('extends by two; told; race; outdated second; lifted', async () => {
    const d = await storm.declared();
    const p = expectStatus(await post('hq-1', `/declarations/${d.id}/extend`, extendBody(d, 10)), 202);
    const q = expectStatus(await post('hq-1', `/declarations/${d.id}/extend`, extendBody(d, 20)), 202);
    const answers = await Promise.all([
      confirmChange('hq-2', p['change_id']),
      confirmChange('hq-3', p['change_id']),
    ]);
    expect(answers.map((a) => a.status).sort()).toEqual([200, 409]);
    expect((await show(d.id))['hard_end_at']).toBe(end(d, 10));
    expect(refusalOf(await confirmChange('hq-2', q['change_id']))).toEqual([409, 'change_outdated']);
    const now = await show(d.id);
    const r = expectStatus(await post('hq-1', `/declarations/${d.id}/extend`, extendBody(now, 10)), 202);
    expectStatus(await post('hq-2', `/declarations/${d.id}/lift`, { reason: '復旧' }), 200);
    expect((await confirmChange('hq-2', r['change_id'])).status).toBeGreaterThan(400);
  });
  it('an officer neither confirms nor rejects a change of a declaration (no 500)', async () => {
    const d = await storm.declared({ target_area: ['13'] });
    const p = expectStatus(await post('hq-1', `/declarations/${d.id}/extend`, extendBody(d, 10)), 202);
    const g = expectStatus(await area(d.id, ['13', '27']), 202);
    expect(refusalOf(await confirmChange('officer-1', p['change_id']))).toEqual([403, 'role_not_allowed']);
    expect(refusalOf(await confirmChange('officer-1', g['change_id']))).toEqual([403, 'role_not_allowed']);
    expect(refusalOf(await post('officer-1', `/changes/${String(p['change_id'])}/reject`, {}))).toEqual([
      403,
      'role_not_allowed',
    ]);
  });
  it('a growth does not bring back what was shrunk since', async () => {
    const d = await storm.declared({ target_area: ['131130', '272035'] });
    const g = expectStatus(await area(d.id, ['131130', '272035', '281000']), 202);
    expectStatus(await area(d.id, ['131130']), 200);
    const c = await confirmChange('hq-2', g['change_id']);
    expect([c.status, c.body['code']]).toEqual([409, 'change_outdated']);
    expect((await show(d.id))['target_area']).toEqual(['131130']);
  });
  it('nor does one that would cover it by its prefecture', async () => {
    const d = await storm.declared({ target_area: ['131130', '272035'] });
    const g = expectStatus(await area(d.id, ['131130', '27']), 202);
    expectStatus(await area(d.id, ['131130']), 200);
    expect(refusalOf(await confirmChange('hq-2', g['change_id']))).toEqual([409, 'change_outdated']);
  });
  it('nor a second growth of the same place', async () => {
    const d = await storm.declared({ target_area: ['131130'] });
    const one = expectStatus(await area(d.id, ['131130', '27']), 202);
    const two = expectStatus(await area(d.id, ['131130', '272035']), 202);
    expectStatus(await confirmChange('hq-2', one['change_id']), 200);
    expectStatus(await area(d.id, ['131130']), 200);
    expect(refusalOf(await confirmChange('hq-2', two['change_id']))).toEqual([409, 'change_outdated']);
  });
  it('a city shrinks to one of its wards, and a prefecture code of six digits is the prefecture', async () => {
    const d = await storm.declared({ target_area: ['271004'] });
    expect((await area(d.id, ['271021'])).status).toBe(200);
    const e = await storm.declared({ target_area: ['270008'] });
    expect((await area(e.id, ['272035'])).status).toBe(200);
  });
  it('a repeated key gets the first answer, 200 or 202', async () => {
    const d = await storm.declared({ target_area: ['131130', '272035'] });
    const key = { 'idempotency-key': 'shrink-1' };
    const one = await area(d.id, ['131130'], 'hq-1', key);
    const two = await area(d.id, ['131130'], 'hq-1', key);
    expect([one.status, two.status]).toEqual([200, 200]);
    expect(two.body).toEqual(one.body);
    const grow = { 'idempotency-key': 'grow-1' };
    const g = await area(d.id, ['131130', '28'], 'hq-1', grow);
    expectStatus(await confirmChange('hq-2', g.body['change_id']), 200);
    const again = await area(d.id, ['131130', '28'], 'hq-1', grow);
    expect([again.status, again.body]).toEqual([202, g.body]);
  });
  it('anticipatory: announced after the 30 minutes too, never waits; confirmed, lifted; no call', async () => {
    const hq = await storm.person('hq-1');
    const w = await storm.declare(hq, { target_area: ['46'], posture_level: '警戒本部' });
    expect(w['live']).toBe(false);
    expect(
      refusalOf(await post('hq-1', `/declarations/${w.id}/support-calls`, storm.callBody()))[0],
    ).toBeGreaterThan(400);
    expect(expectStatus(await post('hq-2', `/declarations/${w.id}/confirm`), 200)['live']).toBe(false);
    expectStatus(await post('hq-2', `/declarations/${w.id}/lift`, { reason: '警戒の解除' }), 200);
  });
  it('shrinking, cutting and drills: 30 minutes in 24 hours', async () => {
    const hq = await storm.person('hq-1');
    const one = await storm.declare(hq, { target_area: ['01'] });
    await broker.moveClock(29 * MINUTE);
    expect((await area(one.id, ['012025'])).status).toBe(200);
    await broker.moveClock(MINUTE);
    const again = await storm.declare(await storm.person('hq-1'), { target_area: ['011002'] });
    expect([again['live'], again['waits_for_confirmation']]).toEqual([false, true]);
    expect(
      (await storm.declare(await storm.person('hq-1'), { target_area: ['011002'], is_drill: true }))['live'],
    ).toBe(true);
    expect((await storm.declare(await storm.person('hq-1'), { target_area: ['02'] }))['live']).toBe(true);
    const quiet = await storm.declare(await storm.person('hq-1'), {
      target_area: ['01'],
      posture_level: '警戒本部',
    });
    expect(quiet['waits_for_confirmation']).toBe(false);
    expect(expectStatus(await post('hq-2', `/declarations/${again.id}/confirm`), 200)['live']).toBe(true);
    await broker.moveClock(24 * HOUR);
    expect((await storm.declare(await storm.person('hq-1'), { target_area: ['011002'] }))['live']).toBe(true);
  });
  it('a ward declared after its city waits', async () => {
    const hq = await storm.person('hq-1');
    await storm.declare(hq, { target_area: ['271004'] });
    await broker.moveClock(30 * MINUTE);
    expect(
      (await storm.declare(await storm.person('hq-1'), { target_area: ['271021'] }))[
        'waits_for_confirmation'
      ],
    ).toBe(true);
  });
  it('as the app role: no back-dating, no late confirmation, no expected end alone, no change of another kind', async () => {
    const INSERT = (id: string, at: string): string => `
      insert into declaration (id, number, name, hazard_types, target_area, posture_level, legal_basis, necessity_statement, rule_version,
        is_drill, expected_end_at, declared_by, declared_at, hard_end_at, declared_area)
      values ('dc_${id}', 'x-${id}', 'x', array['暴風'], array['47'], '非常災害対策本部', 'x', repeat('x', 20), 'x', false,
        broker_now() + interval '1 day', 'hq-1', ${at}, ${at} + interval '30 minutes', array['01'])`;
    const d = await storm.declare(await storm.person('hq-1'), { target_area: ['44'] });
    await broker.moveClock(31 * MINUTE);
    expect(
      await triedAsApp(broker, [
        INSERT('a', `broker_now() - interval '20 minutes'`),
        INSERT('b', `broker_now() + interval '20 minutes'`),
        INSERT('c', `broker_now()`),
        `update declaration set confirmed_by = 'hq-2', confirmed_at = broker_now() where id = '${d.id}'`,
        `update declaration set confirmed_by = 'hq-2', confirmed_at = broker_now() - interval '20 minutes' where id = '${d.id}'`,
        `update declaration set expected_end_at = expected_end_at + interval '1 hour' where id = '${d.id}'`,
        `update declaration set declared_area = '{}' where id = '${d.id}'`,
        `update declaration set waits_for_confirmation = false where id = '${d.id}'`,
      ]),
    ).toEqual([
      SQLSTATE.restrict,
      SQLSTATE.restrict,
      'done',
      SQLSTATE.restrict,
      SQLSTATE.restrict,
      SQLSTATE.restrict,
      SQLSTATE.insufficientPrivilege,
      SQLSTATE.insufficientPrivilege,
    ]);
    const rows = await broker.database.asOwner<{ declared_area: string[] }>(
      `select declared_area from declaration where id = 'dc_c'`,
    );
    expect(rows[0]?.declared_area).toEqual(['47']);
  });
  it('14 days: the compliance officer, and nobody else', async () => {
    let d: Json = await storm.declared({ target_area: ['05'], expected_end_at: storm.in(72) });
    for (let n = 0; n < 3; n += 1) {
      const p = expectStatus(await post('hq-1', `/declarations/${d.id}/extend`, extendBody(d, 72)), 202);
      expect(refusalOf(await confirmChange('compliance-1', p['change_id']))).toEqual([
        403,
        'role_not_allowed',
      ]);
      expectStatus(await confirmChange('hq-2', p['change_id']), 200);
      d = await show(d.id);
    }
    const p = expectStatus(await post('hq-1', `/declarations/${d.id}/extend`, extendBody(d, 72)), 202);
    expect(refusalOf(await confirmChange('hq-2', p['change_id']))).toEqual([
      403,
      'compliance_officer_needed',
    ]);
    expectStatus(await confirmChange('compliance-1', p['change_id']), 200);
  });
  it('support calls: decline once by the called, offers, guidance, why these, no filler', async () => {
    const d = await storm.declared({ target_area: ['17'] });
    const call = (more: object) =>
      post('hq-1', `/declarations/${d.id}/support-calls`, storm.callBody(more as never));
    const made = expectStatus(
      await call({
        selection_reason: '協定が有効な会社のため',
        organizations: [{ organization_id: 'retailer-a', seats: 3 }],
      }),
      201,
    );
    expect([made['offers'], made['selection_reason'], made['guidance']]).toEqual([
      [
        { organization_id: 'retailer-a', called: true, agreement_valid: true },
        { organization_id: 'retailer-b', called: false, agreement_valid: true },
      ],
      '協定が有効な会社のため',
      null,
    ]);
    for (const necessity of ['停'.repeat(20), '停電 '.repeat(10)])
      expect(refusalOf(await call({ necessity }))).toEqual([422, 'invalid_input']);
    expect(expectStatus(await call({ response_pattern: 0 }), 201)['guidance']).toMatch(/自社/);
    const decline = (who: string) =>
      post(who, `/support-calls/${made.id}/decline`, { reason: '人員の余裕がないため' });
    expect((await decline('supervisor-b')).status).toBe(404);
    const answers = await Promise.all([decline('supervisor-a'), decline('supervisor-a')]);
    expect(answers.map((a) => a.status).sort()).toEqual([200, 409]);
    const seen = answers.find((a) => a.status === 200)?.body;
    expect((seen?.['offers'] as unknown[]).length).toBe(1);
    const nominate = { people: ['operator-a-05'], ends_at: storm.in(2), note: '' };
    expect(refusalOf(await post('supervisor-a', `/support-calls/${made.id}/nominations`, nominate))).toEqual([
      409,
      'call_declined',
    ]);
    expect(await broker.records("type = 'support_call.declined'")).toHaveLength(1);
    const hq = await show(d.id);
    expect(hq['told']).toEqual(['compliance-1', 'officer-1', 'officer-2']);
  });
});
