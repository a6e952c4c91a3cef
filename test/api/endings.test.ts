import { AttestationsJob } from '../../src/review/attestations.job.js';
import { AttestationsRepository } from '../../src/review/attestations.repository.js';
import { Broker } from '../harness/broker.js';
import { endingsJob, withoutIntervals } from '../laws/sweep.js';
import { refusalOf, searchOf } from '../laws/witnesses.js';
import { Operator } from '../stories/actors.js';
import { expectStatus, samplePoints, type Storm } from '../stories/storm.js';

const HOUR = 3_600_000;

async function openGrants(broker: Broker): Promise<number> {
  const rows = await broker.database.asOwner(
    `select from access_grant g where not exists (select from grant_ending e where e.grant_id = g.id)`,
  );
  return rows.length;
}

describe('the endings job', () => {
  let broker: Broker;
  let storm: Storm;
  beforeEach(async () => {
    broker = withoutIntervals(await Broker.start());
    ({ storm } = broker);
  });
  afterEach(() => broker.stop());

  it('brakes when the clock alone ends more than it believes, says so once an hour, and goes on after an act', async () => {
    const declaration = await storm.declared();
    const call = await storm.called(declaration.id);
    const names = ['operator-a-01', 'operator-a-02', 'operator-a-03', 'operator-a-04'];
    const grants = await storm.approved((await storm.nominated(call.id, names)).id);
    const hq = await storm.person('hq-1');
    expectStatus(await hq.post(`/api/v1/grants/${grants[0]?.id}/revoke`, { reason: '席を離れたため' }), 200);
    await broker.moveClock(5 * HOUR);

    const job = endingsJob(broker, { limits: { byClockAtMost: 2 } });
    const brakes = (): Promise<unknown[]> => broker.records(`type = 'endings.braked'`);
    // What a person has ended is closed all the same.
    expect(await job.runOnce()).toMatchObject({ braked: true, closed: 1 });
    expect(await job.runOnce()).toMatchObject({ braked: true, closed: 0 });
    expect(await brakes()).toHaveLength(1);
    expect(broker.log.lines.filter((line) => line.includes('not closed before a person acts'))).toHaveLength(
      1,
    );
    await broker.moveClock(HOUR);
    await job.runOnce();
    expect(await brakes()).toHaveLength(2);

    const again = await storm.person('hq-1');
    expectStatus(
      await again.post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '復旧したため' }),
      200,
    );
    expect(await job.runOnce()).toMatchObject({ braked: false, closed: 3 });
    const causes = await broker.database.asOwner(`select cause from grant_ending order by cause`);
    expect(causes).toEqual(
      ['revoked', 'shift_ended', 'shift_ended', 'shift_ended'].map((cause) => ({ cause })),
    );
  });

  it('takes the ends that a change of shift brings for what they are', async () => {
    const declaration = await storm.declared();
    const call = await storm.called(declaration.id);
    await storm.approved((await storm.nominated(call.id, ['operator-a-01', 'operator-a-02'])).id);
    await storm.approved(
      (await storm.nominated(call.id, ['operator-a-03', 'operator-a-04'], { ends_at: storm.in(6) })).id,
    );
    await broker.moveClock(5 * HOUR);
    const job = endingsJob(broker, { limits: { byClockAtMost: 1 } });
    expect(await job.runOnce()).toMatchObject({ braked: false, closed: 2 });
  });

  it('closes in batches, each grant once, and none that may still come back', async () => {
    const declaration = await storm.declared();
    const call = await storm.called(declaration.id);
    const names = Array.from({ length: 7 }, (_, index) => `operator-a-0${index + 1}`);
    const grants = await storm.approved((await storm.nominated(call.id, names)).id);
    await broker.database.asOwner(
      `update person set training_valid_until = broker_now() - interval '1 hour' where id = 'operator-a-07'`,
    );
    const job = endingsJob(broker, { limits: { batch: 2 } });
    expect(await job.runOnce()).toMatchObject({ closed: 0, probed: 0 });
    const hq = await storm.person('hq-1');
    for (const grant of grants.slice(0, 5))
      expectStatus(await hq.post(`/api/v1/grants/${grant.id}/revoke`, { reason: '席を離れたため' }), 200);
    expect(await job.runOnce()).toMatchObject({ closed: 5, probed: 0 });
    expect(await job.runOnce()).toMatchObject({ closed: 0 });
    expect(await openGrants(broker)).toBe(2);
    expect(await broker.records(`type = 'grant.ended'`)).toHaveLength(5);
  });

  it('may stand still for a day: who can read and who can be granted does not change by it', async () => {
    const declaration = await storm.declared();
    const before = await storm.operator('operator-a-01', declaration.id);
    await broker.moveClock(24 * HOUR);
    const person = await storm.person('operator-a-01');
    const stateOf = async (): Promise<unknown> =>
      (await person.get(`/api/v1/grants/${before.grantId}`)).body['why_not'];
    const dead = await stateOf();
    expect(dead).toContain('declaration_expired');
    const signedInAgain = new Operator(person, before.operator.terminal);
    expect(refusalOf(await signedInAgain.credential(before.grantId))).toEqual([403, 'declaration_expired']);

    const next = await storm.declared();
    const { operator, grantId } = await storm.operator('operator-a-01', next.id);
    const [point] = await samplePoints(broker.wheelingUrl);
    if (!point) throw new Error('the sample has points');
    const lookup = expectStatus(await operator.lookup(searchOf(point)), 200);
    expect(lookup.outcome).toBe('found');
    expect(await broker.database.asOwner(`select from grant_ending`)).toEqual([]);

    await endingsJob(broker).runOnce();
    expect(await stateOf()).toEqual(dead);
    expect((await person.get(`/api/v1/grants/${grantId}`)).body['live']).toBe(true);
    expect(expectStatus(await operator.lookup(searchOf(point)), 200).outcome).toBe('found');
  });
});

describe('the daily attestation', () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = withoutIntervals(await Broker.start());
  });
  afterAll(() => broker.stop());

  const jobOf = (): AttestationsJob => {
    const job = broker.instances[0]?.app.get(AttestationsJob, { strict: false });
    if (!job) throw new Error('no job');
    return job;
  };
  type Item = { day: string; live_grants: number; outside: number; record_id: string };
  const listed = async (path = '/api/v1/attestations'): Promise<{ items: Item[]; next: string | null }> =>
    expectStatus(
      await (await broker.storm.person('auditor-1')).get<{ items: Item[]; next: string | null }>(path),
      200,
    );

  it('is made once a day of Japan, and says how many are live and how many outside a declaration', async () => {
    const declaration = await broker.storm.declared();
    await broker.storm.operator('operator-a-01', declaration.id);
    const call = await broker.storm.called(declaration.id);
    await broker.storm.approved((await broker.storm.nominated(call.id, ['operator-a-02'])).id);
    const drill = await broker.storm.declared({ is_drill: true, target_area: ['131130'] });
    await broker.storm.operator('operator-b-01', drill.id);

    expect(await jobOf().runOnce()).toBe(true);
    expect(await jobOf().runOnce()).toBe(false);
    const { items } = await listed();
    expect(items).toMatchObject([{ live_grants: 1, outside: 0 }]);
    const records = await broker.records<{ payload: string }>(`type = 'attestation.made'`);
    expect(records.map((one) => (JSON.parse(one.payload) as { details: unknown }).details)).toEqual([
      {
        day: items[0]?.day,
        kind: 'daily',
        live_grants: 1,
        outside: 0,
        counted_apart: 1,
        organizations: [
          { organization_id: 'retailer-a', live_grants: 1, outside: 0 },
          { organization_id: 'retailer-b', live_grants: 0, outside: 0 },
        ],
        tried: [],
        untried: [],
        unrefused: [],
        covers: ['gate', 'introspection', 'evaluation', 'wheeling'],
        does_not_cover: ['小売電気事業者各社の顧客管理システム', '一般送配電事業者のほかのシステム'],
      },
    ]);

    await broker.moveClock(24 * HOUR);
    expect(await Promise.all([jobOf().runOnce(), jobOf().runOnce()])).toContain(true);
    const first = await listed('/api/v1/attestations?limit=1');
    const second = await listed(`/api/v1/attestations?limit=1&cursor=${first.next}`);
    expect([first, second].map((page) => page.items[0]?.live_grants)).toEqual([0, 1]);
    expect(second.next).toBeNull();
  });

  it('raises an alarm when the predicate and the count apart from it differ', async () => {
    await broker.moveClock(24 * HOUR);
    const declaration = await broker.storm.declared();
    await broker.storm.operator('operator-a-03', declaration.id);
    const hq = await broker.storm.person('hq-1');
    expectStatus(
      await hq.post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '復旧したため' }),
      200,
    );
    const repository = broker.instances[0]?.app.get(AttestationsRepository, { strict: false });
    if (!repository) throw new Error('no repository');
    // A predicate that no longer sees the lift.
    const facts = repository.facts.bind(repository);
    Object.assign(repository, {
      facts: async (tx: Parameters<typeof facts>[0]) =>
        (await facts(tx)).map((row) => ({ ...row, lifted_at: null })),
    });
    await jobOf().runOnce();
    const [latest] = (await listed()).items;
    expect(latest).toMatchObject({ live_grants: 1, outside: 1 });
    const alarms = broker.log.lines.filter((line) => line.includes('ALARM'));
    expect(alarms).toHaveLength(2);
  });
});
