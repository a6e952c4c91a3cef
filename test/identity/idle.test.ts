import { Broker } from '../harness/broker.js';

const MINUTE = 60_000;
const BACKGROUND = { 'kashikagi-background': '1' };

let broker: Broker;
beforeAll(async () => {
  broker = await Broker.start({ settings: { sessionIdleMinutes: 30 } });
});
afterAll(() => broker.stop());

describe('a console that is open, with nobody before it', () => {
  it('goes idle, however often it asks by itself', async () => {
    const hq = await broker.storm.person('hq-1');
    for (let n = 0; n < 5; n += 1) {
      await broker.moveClock(5 * MINUTE);
      for (const path of ['/api/v1/situation', '/api/v1/inbox', '/api/v1/session'])
        expect((await hq.call('GET', path, undefined, BACKGROUND)).status).toBe(200);
    }
    await broker.moveClock(6 * MINUTE);
    expect((await hq.call('GET', '/api/v1/situation', undefined, BACKGROUND)).status).toBe(401);
    expect((await hq.get('/api/v1/session')).status).toBe(401);
  });

  it('does not while somebody acts, and the header opens nothing', async () => {
    const hq = await broker.storm.person('hq-2');
    for (let n = 0; n < 8; n += 1) {
      await broker.moveClock(10 * MINUTE);
      expect((await hq.call('GET', '/api/v1/situation', undefined, BACKGROUND)).status).toBe(200);
      if (n % 2 === 1) expect((await hq.get('/api/v1/inbox')).status).toBe(200);
    }
    const stranger = await fetch(`${broker.url}/api/v1/situation`, { headers: BACKGROUND });
    expect(stranger.status).toBe(401);
  });
});
