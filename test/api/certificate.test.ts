import { Broker } from '../harness/broker.js';
import { SQLSTATE, triedAsApp } from '../laws/as-role.js';
import { endingsJob, withoutIntervals, type Certificate } from '../laws/sweep.js';
import type { Answer } from '../stories/actors.js';
import { expectStatus, type Storm } from '../stories/storm.js';
import { fits } from './fits.js';

const ROUTE = 'GET /api/v1/declarations/:id/certificate';
const HOUR = 3_600_000;

describe('the closing certificate', () => {
  let broker: Broker;
  let storm: Storm;
  beforeAll(async () => {
    broker = withoutIntervals(await Broker.start());
    ({ storm } = broker);
  });
  afterAll(() => broker.stop());

  const asked = async (id: string, by = 'hq-1'): Promise<Answer> =>
    (await storm.person(by)).get(`/api/v1/declarations/${id}/certificate`);
  const lift = async (id: string): Promise<void> => {
    const hq = await storm.person('hq-1');
    expectStatus(await hq.post(`/api/v1/declarations/${id}/lift`, { reason: '復旧が完了したため' }), 200);
  };

  it('is refused while anything is open, and says what', async () => {
    const declaration = await storm.declared();
    await storm.operator('operator-a-01', declaration.id);
    expect(await asked(declaration.id)).toMatchObject({
      status: 409,
      body: { code: 'certificate_incomplete', values: { state: 'in_force', open_grants: 1 } },
    });
    await endingsJob(broker).runOnce();
    expect((await asked(declaration.id)).status).toBe(409);
    await lift(declaration.id);
    fits(await asked(declaration.id), 409, ROUTE);
    expect((await asked(declaration.id)).body).toMatchObject({
      values: { state: 'closing', open_grants: 1, unproved_grants: 1, unresolved_exposures: 0 },
    });
    expect((await asked('dc_none')).status).toBe(404);
  });

  it('is believed by nobody ahead of its time: not by the database, nor by the route', async () => {
    const declaration = await storm.declared();
    const { grantId } = await storm.operator('operator-a-03', declaration.id);
    const forged = `insert into certificate (declaration_id, completed_at, record_id) values ('${declaration.id}', broker_now(), 'rc_x')`;
    const end = (cause: string, at = 'broker_now()') =>
      `insert into grant_ending (grant_id, ended_at, cause, closed_at, record_id) values ('${grantId}', ${at}, '${cause}', broker_now(), 'rc_x')`;
    const endOfShift = `(select ends_at from access_grant where id = '${grantId}')`;
    const settled = `insert into exposure (id, grant_id, target, found_at, what, resolved_at)
      values ('ex_x', '${grantId}', 'gate', broker_now(), 'permitted', broker_now())`;
    const tried = [forged, end('lifted'), end('revoked'), end('shift_ended', endOfShift), settled];
    expect(await triedAsApp(broker, tried)).toEqual(tried.map(() => SQLSTATE.restrict));

    // Even one that got in is read against the rows, and hides no open grant.
    await broker.database.asOwner('alter table certificate disable trigger certificate_of_what_is_closed');
    await broker.database.asOwner(forged);
    await broker.database.asOwner('alter table certificate enable trigger certificate_of_what_is_closed');
    expect((await asked(declaration.id)).body).toMatchObject({
      values: { state: 'in_force', open_grants: 1 },
    });
    const revoke = { reason: '席を離れたため' };
    expectStatus(await (await storm.person('hq-1')).post(`/api/v1/grants/${grantId}/revoke`, revoke), 200);
    await endingsJob(broker).runOnce();
    const closed = `select cause from grant_ending where grant_id = '${grantId}'`;
    expect(await broker.database.asOwner(closed)).toEqual([{ cause: 'revoked' }]);
  });

  it('is not written over an open grant, a missing proof or an open exposure, though the declaration is over', async () => {
    const declaration = await storm.declared();
    const { grantId } = await storm.operator('operator-a-04', declaration.id);
    await lift(declaration.id);
    const forged = `insert into certificate (declaration_id, completed_at, record_id) values ('${declaration.id}', broker_now(), 'rc_x')`;
    const ended = `insert into grant_ending (grant_id, ended_at, cause, closed_at, record_id)
      select '${grantId}', lifted_at, 'lifted', broker_now(), 'rc_x' from declaration where id = '${declaration.id}'`;
    const probed = `insert into probe (grant_id, target, at, is_refused)
      select '${grantId}', target, broker_now(), true from (values ('gate'), ('introspection')) as t (target)`;
    const exposed = `insert into exposure (id, grant_id, target, found_at, what) values ('ex_y', '${grantId}', 'gate', broker_now(), 'permitted')`;
    const resolved = `update exposure set resolved_at = broker_now() where id = 'ex_y'`;
    const outcomes = await triedAsApp(broker, [
      forged,
      ended,
      forged,
      probed,
      exposed,
      forged,
      resolved,
      forged,
    ]);
    const no = SQLSTATE.restrict;
    expect(outcomes).toEqual([no, 'done', no, 'done', 'done', no, 'done', 'done']);
  });

  it('tells of every grant when and why it ended, how often it was used, and what refused the dead credential', async () => {
    const declaration = await storm.declared({ name: '台風25号' });
    const { grantId } = await storm.operator('operator-a-02', declaration.id);
    await lift(declaration.id);
    await endingsJob(broker).runOnce();
    for (const by of ['hq-2', 'compliance-1', 'auditor-1', 'regulator-1']) {
      fits(await asked(declaration.id, by), 200, ROUTE);
    }
    const body = (await asked(declaration.id)).body as unknown as Certificate;
    const [declared] = await broker.database.asOwner<{ lifted_at: Date }>(
      `select lifted_at from declaration where id = $1`,
      [declaration.id],
    );
    const liftedAt = declared?.lifted_at.toISOString() ?? '';
    expect(body).toMatchObject({
      declaration_id: declaration.id,
      name: '台風25号',
      lifted_at: liftedAt,
      ended_at: liftedAt,
      totals: { granted: 1, closed: 1, last_ended_at: liftedAt, unresolved: 0 },
      grants: [{ id: grantId, person_id: 'operator-a-02', cause: 'lifted', ended_at: liftedAt, uses: 0 }],
    });
    expect(body.sentence_ja).toMatch(
      /^付与1件、終了1件、最終 \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} JST、未解決0件$/,
    );
    const closed = await broker.records<{ id: string; type: string }>(
      `type = 'declaration.closed' and declaration_id = $1`,
      [declaration.id],
    );
    expect(closed.map((one) => one.id)).toEqual([body.record_id]);
  });

  it('is made for a declaration without grants, and for one that ran out, and is written once', async () => {
    const empty = await storm.declared();
    await lift(empty.id);
    const lapsed = await storm.declare(await storm.person('hq-1'), { target_area: ['131130'] });
    await endingsJob(broker).runOnce();
    expect((await asked(empty.id)).body['sentence_ja']).toBe('付与0件、終了0件、未解決0件');
    expect((await asked(lapsed.id)).status).toBe(409);
    await broker.moveClock(HOUR);
    await endingsJob(broker).runOnce();
    await endingsJob(broker).runOnce();
    expect((await asked(lapsed.id)).body).toMatchObject({ lifted_at: null, totals: { granted: 0 } });
    const closed = await broker.records(`type = 'declaration.closed' and declaration_id = any($1)`, [
      [empty.id, lapsed.id],
    ]);
    expect(closed).toHaveLength(2);
  });

  it('of a drill stands in records of its own kind', async () => {
    const drill = await storm.declared({ is_drill: true });
    await storm.operator('operator-b-02', drill.id);
    await lift(drill.id);
    await endingsJob(broker).runOnce();
    expect((await asked(drill.id)).body).toMatchObject({ is_drill: true, totals: { granted: 1, closed: 1 } });
    const records = await broker.records<{ type: string }>(
      `declaration_id = $1 and type ~ '(probe|ended|closed)'`,
      [drill.id],
    );
    expect(records.map((one) => one.type).sort()).toEqual([
      'drill.declaration.closed',
      'drill.grant.ended',
      'drill.probe.gate',
      'drill.probe.introspection',
    ]);
  });
});

describe('a broker left alone', () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await Broker.start();
  });
  afterAll(() => broker.stop());

  it('completes the certificate by itself after the lift', async () => {
    const declaration = await broker.storm.declared();
    await broker.storm.operator('operator-a-01', declaration.id);
    const hq = await broker.storm.person('hq-1');
    expectStatus(
      await hq.post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '復旧したため' }),
      200,
    );
    let answer = await hq.get(`/api/v1/declarations/${declaration.id}/certificate`);
    while (answer.status === 409) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      answer = await hq.get(`/api/v1/declarations/${declaration.id}/certificate`);
    }
    expect(expectStatus(answer, 200)).toMatchObject({ totals: { granted: 1, closed: 1, unresolved: 0 } });
  });
});
