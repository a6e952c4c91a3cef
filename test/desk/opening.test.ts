import { Broker } from '../harness/broker.js';
import type { Answer, Person } from '../stories/actors.js';
import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';
import { fits, fitsProblem } from '../api/fits.js';
import { SQLSTATE, triedAsApp } from '../laws/as-role.js';

const HOUR = 3_600_000;
const REASON = { reason: '苦情の申出について確かめるため' };

describe('sealed values', () => {
  const ROUTE = 'POST /api/v1/records/:id/open';
  let broker: Broker;
  let auditor: Person, officer: Person, compliance: Person;
  let point: SamplePoint;
  let use: string;

  beforeAll(async () => {
    broker = await Broker.start();
    const { storm } = broker;
    [auditor, officer, compliance] = (await Promise.all(
      ['auditor-1', 'officer-1', 'compliance-1'].map((id) => storm.person(id)),
    )) as [Person, Person, Person];
    const declaration = await storm.declared();
    const { operator } = await storm.operator('operator-a-01', declaration.id);
    const found = (await samplePoints(broker.wheelingUrl)).find((one) => one.outage_state === 'outage');
    if (!found) throw new Error('the sample has points in outage');
    point = found;
    const factor = { contact_phone_last4: point.contact_phone.slice(-4) };
    const search = { supply_point_id: point.supply_point_id, second_factor: factor };
    use = expectStatus(await operator.lookup(search), 200).record_id;
  });
  afterAll(() => broker.stop());

  const open = (who = auditor, id = use, body: object = REASON): Promise<Answer> =>
    who.post(`/api/v1/records/${id}/open`, body);
  const proposed = async (body: object = REASON): Promise<string> =>
    String(fits(await open(auditor, use, body), 202, ROUTE)['change_id']);
  const confirm = (who: Person, change: string): Promise<Answer> =>
    who.post(`/api/v1/changes/${change}/confirm`);

  it('open for the auditor who asked, once an officer has agreed to the reason; for a day, and each time on record', async () => {
    const change = await proposed();
    expect(await proposed()).toBe(change);
    const [seen] = (
      await officer.get<{ items: { id: string }[] }>('/api/v1/changes?state=proposed')
    ).body.items.filter((one) => one.id === change);
    expect(seen).toMatchObject({ kind: 'record.open', body: { id: use, ...REASON } });
    expect(JSON.stringify(seen)).not.toContain(point.supply_point_id);
    const confirmed = expectStatus(await confirm(officer, change), 200);
    expect(confirmed).toEqual({ resource: { type: 'record', id: use } });

    const before = await broker.records(`type = 'record.opened'`);
    const opened = await open();
    expect(opened.headers.get('cache-control')).toContain('no-store');
    expect(fits(opened, 200, ROUTE)).toMatchObject({
      record_id: use,
      change_id: change,
      values: { search: `supply_point_id ${point.supply_point_id}`, disclosed: { outage_state: 'outage' } },
    });
    fits(await open(), 200, ROUTE);
    const after = await broker.records<{ person_id: string; payload: string }>(`type = 'record.opened'`);
    expect(after).toHaveLength(before.length + 2);
    expect(after.at(-1)?.person_id).toBe('auditor-1');
    expect(JSON.parse(after.at(-1)?.payload ?? '{}')).toMatchObject({
      details: { opened: use, change, confirmed_by: 'officer-1', ...REASON },
    });
  });

  it('are for that auditor, that record and that reason alone', async () => {
    expectStatus(await open(await broker.storm.person('auditor-2')), 202);
    expectStatus(await open(auditor, use, { reason: '別の用件で見るため' }), 202);
    const [other] = await broker.records<{ id: string }>(`type = 'change.proposed' and sealed is not null`);
    expectStatus(await open(auditor, other?.id ?? ''), 202);
    expectStatus(await open(), 200);
  });

  it('stay closed to everybody else: by role, by person, by headquarters', async () => {
    for (const id of ['regulator-1', 'hq-1', 'officer-2', 'compliance-1', 'operator-a-01', 'supervisor-a'])
      fitsProblem(await open(await broker.storm.person(id)), 403, 'role_not_allowed');
    const change = await proposed({ reason: '三人目の理由のため' });
    fitsProblem(await confirm(auditor, change), 403, 'role_not_allowed');
    const hq = await broker.storm.person('hq-1');
    fitsProblem(await confirm(hq, change), 403, 'role_not_allowed');
    fitsProblem(await hq.post(`/api/v1/changes/${change}/reject`), 403, 'role_not_allowed');
    const listed = expectStatus(await hq.get<{ items: { id: string }[] }>('/api/v1/changes'), 200);
    expect(listed.items.map((one) => one.id)).not.toContain(change);
    const inbox = expectStatus(await hq.get<{ items: { change_id: string | null }[] }>('/api/v1/inbox'), 200);
    expect(inbox.items.map((one) => one.change_id)).not.toContain(change);
  });

  it('wait for the compliance officer as well, who finds the proposal in the inbox', async () => {
    const change = await proposed({ reason: '法令遵守の確認のため' });
    for (const path of ['/api/v1/changes', '/api/v1/inbox']) {
      const { items } = expectStatus(
        await compliance.get<{ items: { id: string; change_id?: string }[] }>(path),
        200,
      );
      expect([path, items.some((one) => one.id === change || one.change_id === change)]).toEqual([
        path,
        true,
      ]);
    }
    expectStatus(await confirm(compliance, change), 200);
    expectStatus(await open(auditor, use, { reason: '法令遵守の確認のため' }), 200);
  });

  it('close again after a day, and never open after a refusal', async () => {
    const refused = await proposed({ reason: '断られる理由のため' });
    expectStatus(await officer.post(`/api/v1/changes/${refused}/reject`, {}), 200);
    expect(await proposed({ reason: '断られる理由のため' })).not.toBe(refused);
    await broker.moveClock(24 * HOUR + 1000);
    auditor = await broker.storm.person('auditor-1');
    expectStatus(await open(), 202);
  });

  it('are not kept: no answer of the route, and no table, holds them in the clear', async () => {
    const kept = await broker.database.asOwner<{ n: string }>(
      `select count(*) as n from idempotency where route like '%/open%'`,
    );
    expect(kept).toEqual([{ n: '0' }]);
    const rows = await broker.database.asOwner<{ found: boolean }>(
      `select exists (select from record where payload like $1) or exists (select from change where body like $1)
           or exists (select from idempotency where answer like $1) or exists (select from record_opening o where o::text like $1) as found`,
      [`%${point.supply_point_id}%`],
    );
    expect(rows).toEqual([{ found: false }]);
  });

  it('of a record that has none are none', async () => {
    const [plain] = await broker.records<{ id: string }>(`sealed is null`);
    fitsProblem(await open(auditor, plain?.id), 409, 'nothing_sealed');
    fitsProblem(await open(auditor, 'rc_nowhere'), 404, 'not_found');
  });

  it('are opened by no row that the service writes around the two persons', async () => {
    const [{ id: change } = { id: '' }] = await broker.database.asOwner<{ id: string }>(
      `select id from change where kind = 'record.open' and decision is null limit 1`,
    );
    const [decided] = await broker.database.asOwner<{ id: string }>(
      `select id from change where kind = 'record.open' and decision = 'confirmed' limit 1`,
    );
    const [other] = await broker.records<{ id: string }>(`type = 'change.proposed'`);
    const row = (id?: string, record?: string): string =>
      `insert into record_opening values ('${id}', '${record}', 'auditor-1', broker_now())`;
    // Not confirmed; confirmed in an earlier transaction; about another record.
    const unkept = (id?: string): Promise<unknown> =>
      broker.database.asOwner(`delete from record_opening where change_id = $1`, [id]);
    await unkept(decided?.id);
    const tried = await triedAsApp(broker, [
      row(change, use),
      row(decided?.id, use),
      row(decided?.id, other?.id),
      `update record_opening set opened_for = 'auditor-2'`,
      `delete from record_opening`,
    ]);
    const { restrict, insufficientPrivilege: denied } = SQLSTATE;
    expect(tried).toEqual([restrict, restrict, restrict, denied, denied]);
    const byOfficer = broker.database.asOwner(
      `insert into change (id, kind, body, proposed_by, proposed_at, lapses_at)
       values ('ch_forged', 'record.open', '{}', 'officer-1', broker_now(), broker_now() + interval '1 hour')`,
    );
    await expect(byOfficer).rejects.toThrow('not by these persons');
  });
});
