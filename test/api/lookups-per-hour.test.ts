import { Broker } from '../harness/broker.js';
import { SweepJob } from '../../src/lookups/sweep.job.js';
import { Operator, type Answer } from '../stories/actors.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';
import { SQLSTATE, triedAsApp } from '../laws/as-role.js';
import { darkPoints, refOf, refusalOf, ResourceServer, searchOf } from '../laws/witnesses.js';

const MINUTE = 60_000;
const LIMIT = 5;

describe('the lookups of a person within an hour', () => {
  let broker: Broker;
  let declarationId: string;
  let points: SamplePoint[];

  beforeAll(async () => {
    const shipped = await import('../../config/demonstration.json', { with: { type: 'json' } });
    const limits = { ...shipped.default.limits, lookupsPerHour: LIMIT };
    broker = await Broker.start({ instances: 2, settings: { limits } });
    declarationId = (await broker.storm.declared()).id;
    points = await darkPoints(broker, 200);
  });
  afterAll(() => broker.stop());

  const point = (n: number): SamplePoint => points[n] as SamplePoint;
  const elsewhere = (): string => broker.instances[1]?.address ?? '';
  function lookupAt(operator: Operator, n: number, at = broker.url): Promise<Answer> {
    const call = { id: `call-${n}`, direction: 'inbound', started_at: broker.storm.in(0) };
    const body = { call, purpose: 'outage_enquiry', search: searchOf(point(n)) };
    return operator.data('/api/v1/lookups', body, at);
  }

  it('are counted over all instances, by what was looked up and not by what was found', async () => {
    const { operator } = await broker.storm.operator('operator-a-01', declarationId);
    const wrong = { ...searchOf(point(0)), second_factor: { contact_phone_last4: '0000' } };
    expectStatus(await operator.lookup(wrong), 200);
    for (let n = 1; n < LIMIT; n += 1)
      expectStatus(await lookupAt(operator, n, n % 2 === 0 ? broker.url : elsewhere()), 200);

    const refused = [await lookupAt(operator, 9, elsewhere()), await lookupAt(operator, 9)];
    for (const one of refused) {
      expect(refusalOf(one)).toEqual([429, 'too_many_lookups']);
      const wait = Number(one.headers.get('retry-after'));
      expect(wait).toBeGreaterThan(54 * 60);
      expect(wait).toBeLessThanOrEqual(60 * 60);
      expect(one.body['next']).toContain('転送');
    }
    // The gate's own refusal stands on record, and on each instance that is the last time that it is asked.
    const records = (): Promise<object[]> =>
      broker.records(`code = 'too_many_lookups' and person_id = 'operator-a-01'`);
    expect(await records()).toHaveLength(2);
    for (let n = 0; n < 10; n += 1) expect((await lookupAt(operator, 9)).status).toBe(429);
    expect(await records()).toHaveLength(3);
  });

  it('leave matching, other people and resource servers alone', async () => {
    const { operator } = await broker.storm.operator('operator-a-02', declarationId);
    let ref = '';
    for (let n = 0; n < LIMIT; n += 1) ref = refOf(await operator.lookup(searchOf(point(10 + n))));
    expect((await operator.lookup(searchOf(point(20)))).status).toBe(429);
    const name = point(10 + LIMIT - 1).contract_holder_name;
    expectStatus(await operator.match(ref, 'contract_holder_name', name), 200);
    const server = new ResourceServer(broker.url);
    expect((await server.evaluate(operator.token ?? '', point(21))).body.decision).toBe(true);
    const { operator: other } = await broker.storm.operator('operator-a-03', declarationId);
    expectStatus(await other.lookup(searchOf(point(22))), 200);
  });

  it('are of the natural person, by whatever name, and of a drill apart', async () => {
    const { operator } = await broker.storm.operator('operator-a-04', declarationId);
    const drill = await broker.storm.declared({ is_drill: true });
    const { operator: drilling } = await broker.storm.operator('operator-a-05', drill.id);
    const counts = `select natural_person_key as key from access_grant where person_id = $1`;
    const [real] = await broker.database.asOwner<{ key: string }>(counts, ['operator-a-04']);
    const slot = new Date(Math.floor(broker.now() / (5 * MINUTE)) * 5 * MINUTE);
    const full = `insert into lookup_count values ($1, $2, $3, $3::timestamptz + interval '1 hour', ${LIMIT})`;
    await broker.database.asOwner(full, [real?.key, true, slot]);
    expectStatus(await operator.lookup(searchOf(point(30))), 200);
    const [training] = await broker.database.asOwner<{ key: string }>(counts, ['operator-a-05']);
    await broker.database.asOwner(full, [training?.key, true, slot]);
    expect((await drilling.lookup(searchOf(point(31)))).status).toBe(429);

    const { operator: namesake } = await broker.storm.operator('operator-b-01', declarationId);
    const [other] = await broker.database.asOwner<{ key: string }>(counts, ['operator-b-01']);
    await broker.database.asOwner(full, [other?.key, false, slot]);
    expect((await namesake.lookup(searchOf(point(32)))).status).toBe(429);
  });

  it('are counted before later ones of the same batch', async () => {
    const { operator } = await broker.storm.operator('operator-a-06', declarationId);
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => lookupAt(operator, 35 + n)));
    const found = answers.filter(({ status }) => status === 200).length;
    // What two batches have under way at once do not see each other; beyond these, none passes.
    expect(found).toBeGreaterThanOrEqual(LIMIT);
    expect(answers.filter(({ status }) => status === 429).length).toBe(40 - found);
    const [sum] = await broker.database.asOwner<{ n: number }>(
      `select sum(lookups)::int as n from lookup_count where natural_person_key
         = (select natural_person_key from access_grant where person_id = 'operator-a-06')`,
    );
    expect(sum?.n).toBe(found);
    expect((await lookupAt(operator, 80)).status).toBe(429);
  });

  it('are free again when the hour is over, and swept then, not before', async () => {
    const { operator, grantId } = await broker.storm.operator('operator-a-07', declarationId);
    for (let n = 0; n < LIMIT; n += 1) expectStatus(await operator.lookup(searchOf(point(60 + n))), 200);
    const refused = await operator.lookup(searchOf(point(70)));
    expect(refused.status).toBe(429);
    const fewer = ['delete from lookup_count', 'update lookup_count set lookups = 1'];
    expect(await triedAsApp(broker, fewer)).toEqual([SQLSTATE.restrict, SQLSTATE.restrict]);
    await broker.moveClock(Number(refused.headers.get('retry-after')) * 1000);
    expectStatus(await operator.credential(grantId), 200);
    expectStatus(await operator.lookup(searchOf(point(70))), 200);
    await broker.instances[0]?.app.get(SweepJob).runOnce();
    const left = await broker.database.asOwner<{ key: string }>(
      `select natural_person_key as key from lookup_count where expires_at > broker_now()`,
    );
    const all = await broker.database.asOwner('select 1 from lookup_count');
    expect([left.length, all.length]).toEqual([1, 1]);
  });
});
