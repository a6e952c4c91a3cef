import { Broker } from '../harness/broker.js';
import type { Person } from '../stories/actors.js';
import { expectStatus, samplePoints, type SamplePoint, type Storm } from '../stories/storm.js';

interface Replay extends Record<string, unknown> {
  id: string;
  records: number;
  rows: number;
  found: number;
  cleared: number;
  open: number;
}

describe('The tables against the ledger', () => {
  let broker: Broker;
  let storm: Storm;
  let auditor: Person;

  beforeAll(async () => {
    broker = await Broker.start();
    ({ storm } = broker);
    auditor = await storm.person('auditor-1');
  });
  afterAll(() => broker.stop());

  const replayed = async (): Promise<Replay> =>
    expectStatus(await auditor.post<Replay>('/api/v1/replays', {}), 201);
  const open = (): Promise<{ resource_type: string; resource_id: string; what: string }[]> =>
    broker.database.asOwner(
      `select resource_type, resource_id, what from mismatch where cleared_at is null order by 1, 2, 3`,
    );

  it('agree, whatever was done', async () => {
    expect(await replayed()).toMatchObject({ found: 0, open: 0 });
    const declaration = await storm.declared();
    const { operator, grantId } = await storm.operator('operator-a-01', declaration.id);
    const [point] = await samplePoints(broker.wheelingUrl);
    await operator.lookup({
      supply_point_id: (point as SamplePoint).supply_point_id,
      second_factor: { contact_phone_last4: (point as SamplePoint).contact_phone.slice(-4) },
    });
    const after = await replayed();
    expect(await open()).toEqual([]);
    expect(after).toMatchObject({ found: 0, open: 0 });
    expect(grantId).toMatch(/^gr_/);
  });
});
