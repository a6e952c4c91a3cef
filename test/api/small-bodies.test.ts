import { Broker } from '../harness/broker.js';
import { refusalOf } from '../laws/witnesses.js';
import { send } from '../stories/actors.js';

describe('bodies of those whom nobody knows', () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await Broker.start();
  });
  afterAll(() => broker.stop());

  it('are small: 32 KB, where signed-in people may send 512', async () => {
    const stranger = await send(`${broker.url}/api/v1/session`, 'POST', { person_id: 'x'.repeat(40_000) });
    expect(refusalOf(stranger)).toEqual([413, 'body_too_large']);
    const hq = await broker.storm.person('hq-1');
    const body = broker.storm.declarationBody({ name: 'x'.repeat(40_000) });
    expect(refusalOf(await hq.post('/api/v1/declarations', body))).toEqual([422, 'invalid_input']);
  });
});
