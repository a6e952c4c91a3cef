import { Refusals } from '../../src/http/refusals.js';
import { RefusalFloods } from '../../src/identity/refusal-floods.js';
import { Broker } from '../harness/broker.js';
import { send, type Answer, type Operator, type Person } from '../stories/actors.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';
import { darkPoints, refusalOf, ResourceServer, searchOf } from '../laws/witnesses.js';

const SECOND = 1_000;
const FEW = { perSecond: 0.1, burst: 60 };
const MANY = { perSecond: 10_000, burst: 10_000 };

/** All but the named ones are out of reach. */
const limits = (more: object): { limits: object } => ({
  limits: {
    address: MANY,
    person: MANY,
    terminal: MANY,
    organization: MANY,
    organizationAtOnce: 10_000,
    endings: MANY,
    system: MANY,
    lookupsPerHour: 1_000,
    ...more,
  },
});

/** A broker for one test, stopped also where the test fails. */
async function withBroker(
  settings: Record<string, unknown>,
  act: (broker: Broker) => Promise<void>,
): Promise<void> {
  const broker = await Broker.start({ settings });
  await act(broker).finally(() => broker.stop());
}

const countOf = (answers: Answer<object>[], status: number): number =>
  answers.filter((one) => one.status === status).length;
const times = <T>(count: number, act: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, act));

function expectRefusedForNow(answer: Answer<object> | undefined): number {
  expect(answer?.status).toBe(429);
  expect(answer?.headers.get('content-type')).toContain('application/problem+json');
  const after = answer?.headers.get('retry-after') ?? '';
  expect(after).toMatch(/^[1-9]\d*$/);
  return Number(after);
}

describe('a flood of one organization', () => {
  let broker: Broker;
  let flooding: Operator;
  let grantId: string;
  let point: SamplePoint;

  beforeAll(async () => {
    broker = await Broker.start({ settings: limits({ organization: FEW }) });
    const declaration = await broker.storm.declared();
    ({ operator: flooding, grantId } = await broker.storm.operator('operator-a-01', declaration.id));
    point = (await darkPoints(broker))[0] as SamplePoint;
  });
  afterAll(() => broker.stop());

  it('is refused, while headquarters declares and revokes and the other retailer works', async () => {
    const other = await broker.storm.declared({ target_area: ['131130'] });
    const { operator: elsewhere } = await broker.storm.operator('operator-b-01', other.id);
    const hq = await broker.storm.person('hq-1');
    const [flood, declared, heard] = await Promise.all([
      times(200, () => flooding.person.get('/api/v1/grants')),
      times(5, () => hq.post('/api/v1/declarations', broker.storm.declarationBody())),
      times(10, () => elsewhere.person.get('/api/v1/grants')),
    ]);
    expect(countOf(flood, 429)).toBeGreaterThan(100);
    expect(countOf(flood, 429) + countOf(flood, 200)).toBe(200);
    expect([countOf(declared, 201), countOf(heard, 200)]).toEqual([5, 10]);

    // Its data calls are of the same organization.
    expectRefusedForNow(await flooding.lookup(searchOf(point)));
    const supervisor = await broker.storm.person('supervisor-a');
    expectRefusedForNow(await supervisor.get('/api/v1/support-calls'));

    // And what ends access is kept out by nobody's flood, not even by that of one's own house.
    const path = `/api/v1/grants/${grantId}`;
    const reason = { reason: '端末の取扱いに疑いがあるため' };
    expectStatus(await supervisor.post(`${path}/suspend`, reason), 200);
    expectStatus(await hq.post(`${path}/revoke`, reason), 200);
  });
});

describe('the calls of one organization that are under way', () => {
  it('are no more than may be at once; the others are told to come again in a second', () =>
    withBroker(limits({ organizationAtOnce: 1 }), async (broker) => {
      const operator = await broker.storm.person('operator-a-01');
      const hq = await broker.storm.person('hq-1');
      const [crowd, ours] = await Promise.all([
        times(50, () => operator.get('/api/v1/grants')),
        times(50, () => hq.get('/api/v1/grants')),
      ]);
      expect(countOf(ours, 200)).toBe(50);
      expect(countOf(crowd, 200)).toBeGreaterThan(0);
      expect(expectRefusedForNow(crowd.find((one) => one.status === 429))).toBe(1);
      // Each that was answered has left its place to the next.
      for (let n = 0; n < 5; n += 1) expect((await operator.get('/api/v1/grants')).status).toBe(200);
    }));
});

describe('a person', () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await Broker.start({
      instances: 2,
      settings: limits({
        person: FEW,
        terminal: { perSecond: 1, burst: 5 },
        endings: { perSecond: 1, burst: 9 },
      }),
    });
  });
  afterAll(() => broker.stop());

  it('is told in both languages, when to come again, and is let in then', async () => {
    const hq = await broker.storm.person('hq-3');
    await times(80, () => hq.get('/api/v1/session'));
    const english = await hq.call('GET', '/api/v1/session', undefined, { 'accept-language': 'en' });
    const wait = expectRefusedForNow(english);
    expect(wait).toBeLessThanOrEqual(10);
    expect(english.body).toMatchObject({
      code: 'too_many_requests',
      detail: 'Too many requests in a short time.',
    });
    const japanese = await hq.get('/api/v1/session');
    expect(japanese.body['detail']).toBe('短い時間に要求が集中したため、受け付けていません。');
    expect(japanese.body['next']).toContain('Retry-After');

    // Another person of the same address, and this person's endings, are not touched by it.
    const colleague = await broker.storm.person('hq-2');
    expect((await colleague.get('/api/v1/session')).status).toBe(200);
    const revoke = await hq.post('/api/v1/grants/gr_none/revoke', { reason: '誤って付与したため' });
    expect(refusalOf(revoke)).toEqual([404, 'not_found']);

    await broker.moveClock(wait * SECOND);
    expect((await hq.get('/api/v1/session')).status).toBe(200);
  });

  it('who ends too much at once is refused for that too, and for it alone', async () => {
    const hq = await broker.storm.person('hq-1');
    const path = '/api/v1/grants/gr_none/revoke';
    const answers = await times(20, () => hq.post(path, { reason: '誤って付与したため' }));
    expect([countOf(answers, 404), countOf(answers, 429) > 0]).toEqual([20 - countOf(answers, 429), true]);
    expect((await hq.get('/api/v1/session')).status).toBe(200);
    const colleague = await broker.storm.person('hq-2');
    expect((await colleague.post(path, { reason: '誤って付与したため' })).status).toBe(404);
  });

  it('leaves one record of a minute of refusals, and one with their number', async () => {
    const auditor = await broker.storm.person('auditor-2');
    const refused = countOf(await times(200, () => auditor.get('/api/v1/session')), 429);
    expect(refused).toBeGreaterThan(100);
    const own = (): Promise<{ id: string; type: string; code: string | null; payload: string }[]> =>
      broker.records(`person_id = 'auditor-2' and decision = 'refuse'`);
    const [first, ...more] = await own();
    expect([first?.type, first?.code, more.length]).toEqual(['api.refused', 'too_many_requests', 0]);
    const again = await auditor.get('/api/v1/session');
    expect(again.body['record_id']).toBe(first?.id);

    await broker.moveClock(61 * SECOND);
    await broker.instances[0]?.app.get(RefusalFloods, { strict: false }).runOnce();
    const [, last, ...none] = await own();
    expect([last?.type, none]).toEqual(['api.refused_often', []]);
    const { details } = JSON.parse(last?.payload ?? '{}') as {
      details: { count: number; codes: string[]; first: string };
    };
    expect(details).toMatchObject({
      count: refused,
      codes: [`too_many_requests ${refused}`],
      first: first?.id,
    });
  });

  it('at a terminal is counted by the terminal', async () => {
    const declaration = await broker.storm.declared();
    const { operator } = await broker.storm.operator('operator-b-02', declaration.id);
    const [point] = await darkPoints(broker);
    const answers = await times(20, () => operator.lookup(searchOf(point as SamplePoint)));
    expect(countOf(answers, 200)).toBeLessThanOrEqual(6);
    expectRefusedForNow(answers.find((one) => one.status === 429));
    expect((await operator.person.get('/api/v1/session')).status).toBe(200);
  });
});

describe('a system', () => {
  it('has a limit of its own, by its name', () =>
    withBroker(limits({ system: { perSecond: 0.1, burst: 10 } }), async (broker) => {
      const server = new ResourceServer(broker.url);
      const answers: Answer<object>[] = await times(30, () => server.introspect('e30.e30.e30'));
      expect([countOf(answers, 200), countOf(answers, 429)]).toEqual([10, 20]);
      expectRefusedForNow(answers.find((one) => one.status === 429));
      const records = await broker.records(`type = 'api.refused' and code = 'too_many_requests'`);
      expect(records).toHaveLength(1);
    }));
});

describe('an address of which nobody is known', () => {
  let broker: Broker;
  let hq: Person;
  beforeEach(async () => {
    broker = await Broker.start({ settings: limits({ address: FEW }) });
    hq = await broker.storm.person('hq-1');
    await hq.get('/api/v1/session');
  });
  afterEach(() => broker.stop());

  it('is refused without a row being read or written, and whoever is signed in goes on', async () => {
    const flood = await times(200, () => send(`${broker.url}/api/v1/sign-in`, 'GET'));
    expectRefusedForNow(flood.find((one) => one.status === 429));
    const records = (await broker.records()).length;
    const [instance] = broker.instances;
    const counted = instance?.app.get(Refusals).ofStrangers.get('too_many_requests') ?? 0;
    expect(counted).toBe(countOf(flood, 429));

    // With the tables out of reach, it is told all the same: nothing asks them.
    await broker.database.asOwner('alter table session rename to session_away');
    const guesses = await times(20, () =>
      send(`${broker.url}/api/v1/grants`, 'GET', undefined, { cookie: 'kashikagi_session=guess' }),
    );
    expect(countOf(guesses, 429)).toBe(20);
    await broker.database.asOwner('alter table session_away rename to session');

    expect((await hq.post('/api/v1/declarations', broker.storm.declarationBody())).status).toBe(201);
    expect((await send(`${broker.url}/healthz`, 'GET')).status).toBe(200);
    expect((await send(`${broker.url}/readyz`, 'GET')).status).toBe(200);
    expect(await broker.records(`type = 'api.refused'`)).toEqual([]);
    expect((await broker.records()).length).toBe(records + 1);
  });

  it('is passed by a system that was lately recognised, and by no other', async () => {
    const server = new ResourceServer(broker.url);
    expect((await server.introspect('e30.e30.e30')).status).toBe(200);
    await times(200, () => send(`${broker.url}/api/v1/sign-in`, 'GET'));
    expect((await server.introspect('e30.e30.e30')).status).toBe(200);
    const basic = `Basic ${Buffer.from('demo-rs:guess').toString('base64')}`;
    const guess = await send(`${broker.url}/oauth/introspect`, 'POST', {}, { authorization: basic });
    expectRefusedForNow(guess);
  });

  it('pays for guesses at sessions, tokens and secrets', async () => {
    const basic = `Basic ${Buffer.from('demo-rs:').toString('base64')}`;
    const guesses = [
      (): Promise<Answer> =>
        send(`${broker.url}/api/v1/grants`, 'GET', undefined, { cookie: 'kashikagi_session=x' }),
      (): Promise<Answer> =>
        send(`${broker.url}/api/v1/lookups`, 'POST', {}, { authorization: 'DPoP a.b.c' }),
      (): Promise<Answer> => send(`${broker.url}/oauth/introspect`, 'POST', {}, { authorization: basic }),
    ];
    for (const guess of guesses) {
      const answers = await times(120, guess);
      expect(countOf(answers, 401)).toBeGreaterThan(0);
      const last = await guess();
      expectRefusedForNow(last);
      await broker.moveClock(600 * SECOND);
    }
    // A session that was just somebody's and has ended is a guess like any other.
    const gone = await broker.storm.person('hq-2');
    await gone.call('DELETE', '/api/v1/session');
    await times(120, () => gone.get('/api/v1/session'));
    expectRefusedForNow(await gone.get('/api/v1/session'));
  });

  it('keeps nobody from an ending who is not remembered here', async () => {
    const unknown = await broker.storm.person('hq-3');
    await times(200, () => send(`${broker.url}/api/v1/sign-in`, 'GET'));
    expectRefusedForNow(await unknown.get('/api/v1/session'));
    const revoke = await unknown.post('/api/v1/grants/gr_none/revoke', { reason: '誤って付与したため' });
    expect(refusalOf(revoke)).toEqual([404, 'not_found']);
    // Now it is known whose session it is.
    expect((await unknown.get('/api/v1/session')).status).toBe(200);
  });

  it('is the connection’s, whatever a header says', async () => {
    const named = (n: number): Promise<Answer> =>
      send(`${broker.url}/api/v1/sign-in`, 'GET', undefined, { 'x-forwarded-for': `192.0.2.${n}` });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => named(n)));
    expect(countOf(answers, 429)).toBeGreaterThan(100);
  });
});

describe('behind a proxy that is trusted', () => {
  it('an address is what the proxy says, and only its last word', () =>
    withBroker({ ...limits({ address: FEW }), trustProxy: ['127.0.0.1'] }, async (broker) => {
      const through = (forwarded: string): Promise<Answer> =>
        send(`${broker.url}/api/v1/sign-in`, 'GET', undefined, { 'x-forwarded-for': forwarded });
      // What a client writes before it is not believed.
      const flood = await Promise.all(
        Array.from({ length: 200 }, (_, n) => through(`203.0.113.${n}, 192.0.2.1`)),
      );
      expect(countOf(flood, 429)).toBeGreaterThan(100);
      expect((await through('192.0.2.2')).status).toBe(200);
      expectRefusedForNow(await through('192.0.2.1'));
    }));
});
