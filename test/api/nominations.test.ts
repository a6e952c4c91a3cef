import { Broker } from '../harness/broker.js';
import { restore } from '../harness/restored.js';
import { expectStatus } from '../stories/storm.js';

const HOUR = 3_600_000;

describe('who may be nominated', () => {
  let broker: Broker;
  let call: string;
  beforeAll(async () => {
    broker = await Broker.start();
    call = (await broker.storm.called((await broker.storm.declared()).id)).id;
  });
  afterAll(() => broker.stop());
  afterEach(async () => {
    await broker.database.asOwner(`update organization set staff_feed_at = broker_now()`);
    await restore(
      broker,
      'entrustment_agreement',
      `sub_contracting_permitted = true, sub_contractors = array['answer-works'],
         ended_at = null where organization_id = 'retailer-a'`,
    );
  });

  /** One employee of the organization, and one of the firm that works for it. */
  const PAIR = ['operator-a-01', 'operator-a-31'];

  async function verdicts(people = PAIR): Promise<(string | undefined)[]> {
    const { results } = await broker.storm.nominated(call, people);
    return results.map((one) => (one.verdict === 'eligible' ? 'eligible' : one.code));
  }

  it('people of the organization and of a firm that its agreement names', async () => {
    expect(await verdicts()).toEqual(['eligible', 'eligible']);
  });

  it.each([
    ['is 46 days old', `staff_feed_at = broker_now() - interval '46 days'`, 'staff_feed_stale'],
    ['was never confirmed', 'staff_feed_at = null', 'staff_feed_stale'],
    ['is 44 days old', `staff_feed_at = broker_now() - interval '44 days'`, 'eligible'],
  ])('whose list of staff %s', async (_, set, verdict) => {
    await broker.database.asOwner(`update organization set ${set} where id = 'answer-works'`);
    expect(await verdicts()).toEqual(['eligible', verdict]);
    await broker.database.asOwner(`update organization set ${set} where id = 'retailer-a'`);
    expect(await verdicts()).toEqual([verdict, verdict]);
  });

  it('a list that became stale gives no new grant, also at the approval, and takes none away', async () => {
    const { operator, grantId } = await broker.storm.operator('operator-a-02', await liveDeclaration());
    const waiting = await broker.storm.nominated(call, ['operator-a-03']);
    await broker.database.asOwner(`update organization set staff_feed_at = null`);

    const hq = await broker.storm.person('hq-2');
    const late = await hq.post(`/api/v1/nominations/${waiting.id}/approve`, {});
    expect([late.status, late.body]).toMatchObject([409, { code: 'nobody_eligible' }]);
    expect(JSON.stringify(late.body)).toContain('staff_feed_stale');
    expect(expectStatus(await hq.get(`/api/v1/grants/${grantId}`), 200)).toMatchObject({
      live: true,
      why_not: [],
    });
    expectStatus(await operator.credential(grantId), 200);
  });

  const liveDeclaration = async (): Promise<string> => (await broker.storm.declared()).id;

  it.each([
    ['names no such firm', `sub_contractors = array['tdo']`],
    ['permits no further entrustment', 'sub_contracting_permitted = false'],
  ])('nobody of a firm when the agreement %s', async (_, set) => {
    await broker.database.asOwner(
      `update entrustment_agreement set ${set} where organization_id = 'retailer-a'`,
    );
    expect(await verdicts()).toEqual(['eligible', 'sub_contractor_not_named']);
  });

  it('nobody of a firm that only an agreement that is over names', async () => {
    await broker.database.asOwner(`
      insert into entrustment_agreement (id, organization_id, number, valid_from, valid_until, clauses, legal_ground, chosen_by, chosen_reason)
      select 'ag_second', organization_id, 'second', valid_from, valid_until, clauses, legal_ground, chosen_by, chosen_reason
        from entrustment_agreement where organization_id = 'retailer-a'`);
    expect(await verdicts()).toEqual(['eligible', 'eligible']);
    await broker.database.asOwner(
      `update entrustment_agreement set ended_at = broker_now() where id = 'ag_retailer-a'`,
    );
    expect(await verdicts()).toEqual(['eligible', 'sub_contractor_not_named']);
  });

  it('no contractor whose firm nobody knows', async () => {
    await broker.database.asOwner(`update person set employer_id = null where id = 'operator-a-32'`);
    expect(await verdicts(['operator-a-32'])).toEqual(['sub_contractor_not_named']);
  });

  it('nobody for more hours than one declaration permits; what was not used does not count', async () => {
    const { storm } = broker;
    const declaration = await storm.declared({ expected_end_at: storm.in(71) });
    const long = (await storm.called(declaration.id, { shift_hours_max: 12 })).id;
    const begin = storm.now() + HOUR;
    const shift = (n: number, hours = 12): Record<string, unknown> => ({
      starts_at: new Date(begin + n * 12 * HOUR).toISOString(),
      ends_at: new Date(begin + (n * 12 + hours) * HOUR).toISOString(),
    });
    const grants: string[] = [];
    for (const n of [0, 1, 2, 3, 4]) {
      const [grant] = await storm.approved((await storm.nominated(long, ['operator-a-04'], shift(n))).id);
      grants.push(grant?.id ?? '');
    }
    const sixth = async (callId: string): Promise<object | undefined> =>
      (await storm.nominated(callId, ['operator-a-04'], shift(5, 1))).results[0];
    expect(await sixth(long)).toMatchObject({ code: 'hours_exceeded' });

    // Another declaration counts its own hours; a shift handed back before it began gives its hours back.
    const other = await storm.called((await storm.declared({ expected_end_at: storm.in(71) })).id);
    expect(await sixth(other.id)).toMatchObject({ verdict: 'eligible' });
    const person = await storm.person('operator-a-04');
    expectStatus(await person.post(`/api/v1/grants/${grants[4]}/hand-back`), 200);
    expect(await sixth(long)).toMatchObject({ verdict: 'eligible' });
  });

  it('either retailer, affiliated or not, on the same terms', async () => {
    const { storm } = broker;
    const hq = await storm.person('hq-3');
    const [starts, ends] = [storm.in(1), storm.in(5)];
    const terms = async (personId: string, supervisor: string): Promise<Record<string, unknown>> => {
      const shift = { starts_at: starts, ends_at: ends };
      const nomination = await storm.nominated(call, [personId], shift, supervisor);
      const [grant] = await storm.approved(nomination.id);
      const view = expectStatus(await hq.get(`/api/v1/grants/${grant?.id}`), 200);
      const { field_profile, starts_at, ends_at, why_not, is_drill, support_call_id } = view;
      return { field_profile, starts_at, ends_at, why_not, is_drill, support_call_id };
    };
    const [affiliated, other] = [
      await terms('operator-a-10', 'supervisor-a'),
      await terms('operator-b-10', 'supervisor-b'),
    ];
    expect(affiliated).toEqual(other);
    const rows = await broker.database.asOwner<{ is_affiliated: boolean }>(
      `select is_affiliated from organization where kind = 'retailer' order by id`,
    );
    expect(rows.map((row) => row.is_affiliated)).toEqual([true, false]);
  });
});
