import { Broker } from '../harness/broker.js';
import { restore } from '../harness/restored.js';
import { Operator } from '../stories/actors.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';
import { plantCredential } from './planted.js';
import { StillClock } from './still-clock.js';
import { darkPoints, refOf, refusalOf, searchOf, Witnesses } from './witnesses.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** No job runs between two lines of these tests: what ends, ends by the clock alone. */
describe('Law 1: No declaration, no access (to the millisecond, without any job)', () => {
  let broker: Broker;
  let clock: StillClock;
  let witnesses: Witnesses;
  let point: SamplePoint;

  beforeAll(async () => {
    broker = await Broker.start();
    clock = await StillClock.of(broker);
    const [first] = await darkPoints(broker);
    if (!first) throw new Error('the sample has points in outage');
    point = first;
    witnesses = new Witnesses(clock.storm, point);
  });
  afterAll(() => broker.stop());

  /** Acknowledged, for a shift that ends at `endsAt`; no credential yet. */
  async function readied(
    personId: string,
    shift: { starts_at?: string; ends_at: string },
    declared: object = {},
  ): Promise<{ operator: Operator; grantId: string; terminalId: string }> {
    const { storm } = clock;
    const declaration = await storm.declared({ ...declared });
    const call = await storm.called(declaration.id);
    const [grant] = await storm.approved((await storm.nominated(call.id, [personId], shift)).id);
    if (!grant) throw new Error('no grant');
    const { terminal, id: terminalId } = await storm.enrolled();
    const operator = new Operator(await storm.person(personId), terminal);
    await storm.acknowledged(operator.person, grant.id);
    return { operator, grantId: grant.id, terminalId };
  }

  const iso = (at: number): string => new Date(at).toISOString();

  it('begins with the shift and ends with it', async () => {
    const [begin, end] = [clock.now + HOUR, clock.now + 2 * HOUR];
    const subject = await readied('operator-a-01', { starts_at: iso(begin), ends_at: iso(end) });
    const { operator, grantId } = subject;

    await clock.standAt(begin - 1);
    expect(refusalOf(await operator.credential(grantId))).toEqual([403, 'not_started']);
    await plantCredential(broker, subject, clock.now);
    await witnesses.sayNo(subject, 'not_started');
    await clock.standAt(begin);
    await witnesses.sayYes(subject);

    await clock.standAt(end - 2 * MINUTE);
    const { expires_at: expiresAt } = expectStatus(await operator.credential(grantId), 200);
    expect(expiresAt).toBe(iso(end));
    await clock.standAt(end - 1);
    await witnesses.sayYes(subject);
    await clock.standAt(end);
    await witnesses.sayNo(subject, 'expired');
    expect(refusalOf(await operator.credential(grantId))).toEqual([403, 'expired']);
  });

  it('ends with the hard end of the declaration', async () => {
    const end = clock.now + HOUR;
    const subject = await readied('operator-a-02', { ends_at: iso(end) }, { expected_end_at: iso(end) });
    await clock.standAt(end - 2 * MINUTE);
    expectStatus(await subject.operator.credential(subject.grantId), 200);
    await clock.standAt(end - 1);
    await witnesses.sayYes(subject);
    await clock.standAt(end);
    await witnesses.sayNo(subject, 'declaration_expired');
  });

  it('ends 30 minutes after a declaration that nobody confirmed', async () => {
    const { storm } = clock;
    const declaration = await storm.declare(await storm.person('hq-1'));
    const end = clock.now + 30 * MINUTE;
    const subject = await storm.operator('operator-a-03', declaration.id);
    await clock.standAt(end - 2 * MINUTE);
    expectStatus(await subject.operator.credential(subject.grantId), 200);
    await clock.standAt(end - 1);
    await witnesses.sayYes(subject);
    await clock.standAt(end);
    await witnesses.sayNo(subject, 'declaration_unconfirmed');
  });

  it.each([
    [
      'the training runs out',
      'training_expired',
      '04',
      'update person set training_valid_until = $1 where id = $2',
    ],
    ['the person leaves', 'person_left', '05', 'update person set left_at = $1 where id = $2'],
    ['the roster ends', 'not_recertified', '06', 'update person set recertified_until = $1 where id = $2'],
    [
      'the agreement ends',
      'agreement_invalid',
      '07',
      `update entrustment_agreement set ended_at = $1
       where organization_id = (select organization_id from person where id = $2)`,
    ],
  ])('ends when %s', async (_, code, number, sql) => {
    const personId = `operator-a-${number}`;
    const subject = await readied(personId, { ends_at: clock.storm.in(4) });
    expectStatus(await subject.operator.credential(subject.grantId), 200);
    const end = clock.now + MINUTE;
    await broker.database.asOwner(sql, [new Date(end), personId]);
    await clock.standAt(end - 1);
    await witnesses.sayYes(subject);
    await clock.standAt(end);
    await witnesses.sayNo(subject, code);
    await restore(broker, 'entrustment_agreement', 'ended_at = null');
  });

  it.each([
    ['a conflict flag', 'conflict_flag', '11', 'update person set has_conflict = true where id = $1'],
    ['a sales duty', 'sales_duty', '12', "update person set sales_duty_until = 'infinity' where id = $1"],
    [
      'a suspension',
      'suspended',
      '13',
      `update access_grant set suspended_at = broker_now(), suspended_by = 'hq-3',
       suspend_reason = '確認中' where person_id = $1`,
    ],
    ['another role', 'not_an_operator', '14', "update person set role = 'supervisor' where id = $1"],
    [
      'the end of its organization',
      'agreement_invalid',
      '15',
      `update organization set ended_at = broker_now()
       where id = (select organization_id from person where id = $1)`,
    ],
  ])('ends with %s while the grant is live', async (_, code, number, sql) => {
    const personId = `operator-a-${number}`;
    const subject = await readied(personId, { ends_at: clock.storm.in(4) });
    expectStatus(await subject.operator.credential(subject.grantId), 200);
    await witnesses.sayYes(subject);
    await broker.database.asOwner(sql, [personId]);
    await witnesses.sayNo(subject, code);
    await restore(broker, 'organization', 'ended_at = null');
  });

  it('ends each credential after five minutes and each reference after fifteen', async () => {
    const subject = await readied('operator-a-16', { ends_at: clock.storm.in(4) });
    const { operator, grantId } = subject;
    const issued = clock.now;
    expectStatus(await operator.credential(grantId), 200);
    const ref = refOf(await operator.lookup(searchOf(point)));
    await clock.standAt(issued + 5 * MINUTE - 1);
    await witnesses.sayYes(subject);
    await clock.standAt(issued + 5 * MINUTE);
    await witnesses.sayNo(subject, 'invalid_token', 401, false);

    await clock.standAt(issued + 15 * MINUTE - 1);
    expectStatus(await operator.credential(grantId), 200);
    expectStatus(await operator.match(ref, 'contract_holder_name', point.contract_holder_name), 200);
    await clock.standAt(issued + 15 * MINUTE);
    const late = await operator.match(ref, 'contract_holder_name', point.contract_holder_name);
    expect(refusalOf(late)).toEqual([404, 'ref_unknown']);
  });

  it('hands over from shift to shift without a gap, a sweep or an overlap', async () => {
    const { storm } = clock;
    const turn = clock.now + HOUR;
    const declaration = await storm.declared();
    const call = await storm.called(declaration.id);
    const shifts = [{ ends_at: iso(turn) }, { starts_at: iso(turn), ends_at: iso(turn + HOUR) }];
    const grants: string[] = [];
    for (const shift of shifts) {
      const nomination = await storm.nominated(call.id, ['operator-a-17'], shift);
      const [grant] = await storm.approved(nomination.id);
      grants.push(grant?.id ?? '');
    }
    const overlapping = { starts_at: iso(turn - 1), ends_at: iso(turn + MINUTE) };
    const { results } = await storm.nominated(call.id, ['operator-a-17'], overlapping);
    expect(results[0]).toMatchObject({ verdict: 'refused', code: 'other_live_grant' });

    const { terminal } = await storm.enrolled();
    const operator = new Operator(await storm.person('operator-a-17'), terminal);
    const [first = '', second = ''] = grants;
    for (const grant of grants) await storm.acknowledged(operator.person, grant);
    await clock.standAt(turn - 1);
    expect(refusalOf(await operator.credential(second))).toEqual([403, 'not_started']);
    await clock.standAt(turn);
    expect(refusalOf(await operator.credential(first))).toEqual([403, 'expired']);
    expectStatus(await operator.credential(second), 200);
    await witnesses.sayYes({ operator, grantId: second });
  });

  it('lets no dead grant, unswept, stand in the way of a new one', async () => {
    const { storm } = clock;
    const declared = await storm.declared();
    await storm.operator('operator-a-18', declared.id);
    const hq = await storm.person('hq-3');
    const lifted = await hq.post(`/api/v1/declarations/${declared.id}/lift`, { reason: '復旧した' });
    expect(lifted.status).toBe(200);
    const again = await storm.operator('operator-a-18', (await storm.declared()).id);
    await witnesses.sayYes(again);

    await again.operator.person.post(`/api/v1/grants/${again.grantId}/hand-back`);
    const third = await storm.operator('operator-a-18', (await storm.declared()).id);
    await witnesses.sayYes(third);

    await hq.post(`/api/v1/grants/${third.grantId}/revoke`, { reason: '誤った指名' });
    await witnesses.sayYes(await storm.operator('operator-a-18', (await storm.declared()).id));
  });
});
