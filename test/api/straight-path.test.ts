import { Broker } from '../harness/broker.js';
import { expectStatus, samplePoints } from '../stories/storm.js';

describe('the straight path', () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await Broker.start();
  });
  afterAll(() => broker.stop());

  it('leads from the declaration to a masked answer, and ends with the lift', async () => {
    const { storm } = broker;
    const declaration = await storm.declared();
    const { operator } = await storm.operator('operator-a-01', declaration.id);
    const points = await samplePoints(broker.wheelingUrl);
    const point = points.find((one) => one.outage_state === 'outage');
    if (!point) throw new Error('the sample has points in outage');
    const search = {
      supply_point_id: point.supply_point_id,
      second_factor: { contact_phone_last4: point.contact_phone.slice(-4) },
    };

    const found = expectStatus(await operator.lookup(search), 200);
    expect(found.outcome).toBe('found');
    expect(found.results[0]?.fields['supply_point_id']).toBe(`…${point.supply_point_id.slice(-6)}`);
    expect(JSON.stringify(found)).not.toContain(point.contract_holder_name);

    const ref = found.results[0]?.ref ?? '';
    expect(
      expectStatus(await operator.match(ref, 'contract_holder_name', point.contract_holder_name), 200).match,
    ).toBe(true);
    expect(expectStatus(await operator.reveal(ref, 'contact_phone'), 200).value).toBe(point.contact_phone);

    const hq = await storm.person('hq-3');
    const lifted = expectStatus(
      await hq.post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '復旧した' }),
      200,
    );
    expect(lifted['live']).toBe(false);
    const refused = await operator.lookup(search);
    expect([refused.status, refused.body.code]).toEqual([403, 'lifted']);
  });
});
