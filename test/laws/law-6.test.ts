import { OauthService } from '../../src/credentials/oauth.service.js';
import { GateConnections } from '../../src/database/gate-connections.js';
import { EndingsRepository } from '../../src/review/endings.repository.js';
import { Prober, type ProbeOutcome } from '../../src/review/prober.js';
import { Broker } from '../harness/broker.js';
import { meet } from '../harness/meeting.js';
import type { Person } from '../stories/actors.js';
import { expectStatus, type Storm } from '../stories/storm.js';
import { endingsJob, withoutIntervals, type Certificate } from './sweep.js';

type Ended = { grant_id: string; type: string; decision: string; payload: string };
const HOUR = 3_600_000;

describe('Law 6: The end is proved', () => {
  let broker: Broker;
  let storm: Storm;
  let hq: Person;

  beforeAll(async () => {
    broker = withoutIntervals(await Broker.start({ instances: 2 }));
    ({ storm } = broker);
    hq = await storm.person('hq-1');
  });
  afterAll(() => broker.stop());

  const lift = async (id: string): Promise<unknown> =>
    expectStatus(await hq.post(`/api/v1/declarations/${id}/lift`, { reason: '復旧が完了したため' }), 200);
  const certificateOf = async (id: string): Promise<Certificate> =>
    expectStatus(await hq.get<Certificate>(`/api/v1/declarations/${id}/certificate`), 200);
  const endedRecords = (grantId: string): Promise<Ended[]> =>
    broker.records<Ended>(`grant_id = $1 and type = 'grant.ended'`, [grantId]);
  const rowsOf = async (table: string, grantId: string): Promise<Record<string, unknown>[]> =>
    broker.database.asOwner(`select * from ${table} where grant_id = $1`, [grantId]);
  /** One operator with a credential, in a declaration that is lifted: what a run finds. */
  const lifted = async (personId: string): Promise<{ declarationId: string; grantId: string }> => {
    const declaration = await storm.declared();
    const { grantId } = await storm.operator(personId, declaration.id);
    await lift(declaration.id);
    return { declarationId: declaration.id, grantId };
  };
  const missing = async (declarationId: string): Promise<Record<string, unknown>> => {
    const answer = await hq.get(`/api/v1/declarations/${declarationId}/certificate`);
    return { status: answer.status, ...(answer.body['values'] as object) };
  };

  it('keeps the refusals of each dead credential, by gate and introspection, whatever ended it', async () => {
    const declaration = await storm.declared();
    const [back, revoked, left, last] = [
      await storm.operator('operator-a-01', declaration.id),
      await storm.operator('operator-a-02', declaration.id),
      await storm.operator('operator-a-03', declaration.id),
      await storm.operator('operator-b-01', declaration.id),
    ];
    const call = await storm.called(declaration.id);
    const [unused] = await storm.approved((await storm.nominated(call.id, ['operator-a-04'])).id);
    await back.operator.person.post(`/api/v1/grants/${back.grantId}/hand-back`);
    await hq.post(`/api/v1/grants/${revoked.grantId}/revoke`, { reason: '席を離れたため' });
    await broker.database.asOwner(
      `update person set left_at = broker_now() - interval '1 minute' where id = 'operator-a-03'`,
    );
    await lift(declaration.id);
    expect(await endingsJob(broker).runOnce()).toMatchObject({ closed: 5, probed: 8, exposures: 0 });

    const { grants, totals } = await certificateOf(declaration.id);
    expect(totals).toMatchObject({ granted: 5, closed: 5, unresolved: 0 });
    const causes = new Map(grants.map((one) => [one.id, one.cause]));
    expect([back, revoked, left, last].map((one) => causes.get(one.grantId))).toEqual([
      'handed_back',
      'revoked',
      'person_left',
      'lifted',
    ]);
    for (const grant of grants.filter((one) => one.had_credential)) {
      expect(grant.probes.map(({ target, refused }) => [target, refused])).toEqual([
        ['gate', true],
        ['introspection', true],
      ]);
      const records = await broker.records<Ended>('id = any($1)', [grant.probes.map((one) => one.record_id)]);
      expect(records.map(({ type, decision, grant_id }) => [type, decision, grant_id]).sort()).toEqual([
        ['probe.gate', 'refuse', grant.id],
        ['probe.introspection', 'refuse', grant.id],
      ]);
    }
    // The last credential was in time and whole: nothing but the lift refused it.
    expect(grants.find((one) => one.id === last.grantId)?.probes[0]?.code).toBe('lifted');
    expect(grants.find((one) => one.id === unused?.id)).toMatchObject({
      cause: 'lifted',
      had_credential: false,
      probes: [],
    });
    await broker.database.asOwner(`update person set left_at = null where id = 'operator-a-03'`);
  });

  it('the end of a shift is closed while the declaration goes on, once it has settled', async () => {
    const declaration = await storm.declared();
    const { grantId } = await storm.operator('operator-a-05', declaration.id);
    expect(await endingsJob(broker).runOnce()).toMatchObject({ closed: 0 });
    await broker.moveClock(5 * HOUR);
    expect(await endingsJob(broker).runOnce()).toMatchObject({ closed: 1, probed: 2 });
    const [ending] = await rowsOf('grant_ending', grantId);
    const [grant] = await broker.database.asOwner<{ ends_at: Date }>(
      `select ends_at from access_grant where id = $1`,
      [grantId],
    );
    expect(ending).toMatchObject({ cause: 'shift_ended', ended_at: grant?.ends_at });
    const [record] = await endedRecords(grantId);
    expect(JSON.parse(record?.payload ?? '{}')).toMatchObject({
      details: { grantee: 'operator-a-05', cause: 'shift_ended', uses: 0, had_credential: true },
    });
    expect(await missing(declaration.id)).toMatchObject({ status: 409, state: 'in_force' });
    await lift(declaration.id);
    await endingsJob(broker).runOnce();
    await certificateOf(declaration.id);
  });

  it('what a target does not refuse is an exposure, in the way of the certificate until it is refused', async () => {
    const { declarationId, grantId } = await lifted('operator-a-06');
    const oauth = broker.instances[0]?.app.get(OauthService, { strict: false });
    if (!oauth) throw new Error('no introspection');
    Object.assign(oauth, { introspect: () => Promise.resolve({ active: true }) });
    expect(await endingsJob(broker).runOnce()).toMatchObject({ closed: 1, exposures: 1 });
    expect(await rowsOf('exposure', grantId)).toMatchObject([
      { target: 'introspection', what: 'active', resolved_at: null },
    ]);
    expect(await missing(declarationId)).toMatchObject({ status: 409, unresolved_exposures: 1 });
    // Tried again each run: it is named once, however long it stays.
    expect(await endingsJob(broker).runOnce()).toMatchObject({ exposures: 0 });
    expect(await broker.records(`type = 'exposure.found' and grant_id = $1`, [grantId])).toHaveLength(1);

    Reflect.deleteProperty(oauth, 'introspect');
    await endingsJob(broker).runOnce();
    const [exposure] = await rowsOf('exposure', grantId);
    expect(exposure?.['resolved_at']).not.toBeNull();
    expect(await broker.records(`type = 'exposure.resolved' and grant_id = $1`, [grantId])).toHaveLength(1);
    const { grants } = await certificateOf(declarationId);
    const [grant] = grants;
    expect(grant?.probes.map(({ target, refused }) => [target, refused])).toEqual([
      ['gate', true],
      ['introspection', false],
      ['introspection', true],
    ]);
  });

  it('a probe that could not be tried proves nothing', async () => {
    const { declarationId, grantId } = await lifted('operator-a-07');
    const gate = broker.instances[0]?.app.get(GateConnections, { strict: false });
    if (!gate) throw new Error('no gate');
    Object.assign(gate, { transaction: () => Promise.reject(new Error('the gate is away')) });
    await endingsJob(broker).runOnce();
    expect(await rowsOf('exposure', grantId)).toMatchObject([{ target: 'gate', what: 'not_tried' }]);
    expect(await missing(declarationId)).toMatchObject({ status: 409 });
    Reflect.deleteProperty(gate, 'transaction');
    await endingsJob(broker).runOnce();
    await certificateOf(declarationId);
  });

  it('a closed grant that nothing ends any more is an exposure too', async () => {
    const declaration = await storm.declared();
    const { grantId } = await storm.operator('operator-a-08', declaration.id);
    const leave = (at: string): Promise<unknown> =>
      broker.database.asOwner(`update person set left_at = ${at} where id = 'operator-a-08'`);
    await leave(`broker_now() - interval '1 minute'`);
    expect(await endingsJob(broker).runOnce()).toMatchObject({ closed: 1, exposures: 0 });
    await leave('null');
    // Who is brought back has not got the grant back: nothing is exposed, unless the tables say that they never left.
    expect(await endingsJob(broker).runOnce()).toMatchObject({ exposures: 0 });
    await broker.database.asOwner(
      `update person set joined_at = broker_now() - interval '1 year' where id = 'operator-a-08'`,
    );
    expect(await endingsJob(broker).runOnce()).toMatchObject({ exposures: 1 });
    expect(await rowsOf('exposure', grantId)).toMatchObject([
      { target: 'grant', what: 'not_ended_any_more' },
    ]);
    await lift(declaration.id);
    await endingsJob(broker).runOnce();
    await certificateOf(declaration.id);
  });

  it('a run that dies between probe and closing leaves nothing half, and the next one closes once', async () => {
    const { declarationId, grantId } = await lifted('operator-a-09');
    const prober = broker.instances[0]?.app.get(Prober, { strict: false });
    if (!prober) throw new Error('no prober');
    const dies = Object.create(prober, {
      tryAll: {
        value: async (dead: Parameters<Prober['tryAll']>[0]): Promise<ProbeOutcome[]> => {
          await prober.tryAll(dead);
          throw new Error('killed');
        },
      },
    }) as Prober;
    await expect(endingsJob(broker, { prober: dies }).runOnce()).rejects.toThrow('killed');
    expect(await rowsOf('grant_ending', grantId)).toEqual([]);
    expect(await rowsOf('probe', grantId)).toEqual([]);
    expect(await endedRecords(grantId)).toEqual([]);

    expect(await endingsJob(broker).runOnce()).toMatchObject({ closed: 1 });
    expect(await endingsJob(broker).runOnce()).toMatchObject({ closed: 0 });
    expect(await endedRecords(grantId)).toHaveLength(1);
    expect(await rowsOf('probe', grantId)).toHaveLength(2);
    await certificateOf(declarationId);
  });

  it('two instances at it at once close each grant once', async () => {
    const { declarationId, grantId } = await lifted('operator-a-10');
    for (const { app } of broker.instances) {
      // Without the lock that saves the second one its work: what is left has to hold alone.
      Object.assign(app.get(EndingsRepository, { strict: false }), {
        holdAlone: () => Promise.resolve(true),
      });
    }
    const runs = [0, 1].map((instance) => () => endingsJob(broker, { instance }).runOnce());
    const reports = await meet(broker, 'grant_ending', runs);
    expect(reports.map((one) => one.closed).sort()).toEqual([0, 1]);
    expect(await endedRecords(grantId)).toHaveLength(1);
    expect(await rowsOf('probe', grantId)).toHaveLength(2);
    await certificateOf(declarationId);
    for (const { app } of broker.instances) {
      Reflect.deleteProperty(app.get(EndingsRepository, { strict: false }), 'holdAlone');
    }
  });

  it('of two instances, one is at it and the other leaves it alone', async () => {
    const { grantId } = await lifted('operator-a-11');
    const reports = await Promise.all([0, 1].map((instance) => endingsJob(broker, { instance }).runOnce()));
    expect(reports.map((one) => one.closed).sort()).toEqual([0, 1]);
    expect(await endedRecords(grantId)).toHaveLength(1);
  });
});
