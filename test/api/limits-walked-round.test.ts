import { randomUUID } from 'node:crypto';
import { RefusalFloods } from '../../src/identity/refusal-floods.js';
import { Broker } from '../harness/broker.js';
import { refusalOf, ResourceServer } from '../laws/witnesses.js';
import { send, type Answer } from '../stories/actors.js';

const SECOND = 1_000;
const FEW = { perSecond: 0.1, burst: 20 };
const MANY = { perSecond: 10_000, burst: 10_000 };

async function withBroker(more: object, act: (broker: Broker) => Promise<void>): Promise<void> {
  const rates = {
    address: MANY,
    person: MANY,
    terminal: MANY,
    organization: MANY,
    endings: MANY,
    system: MANY,
  };
  const limits = { ...rates, organizationAtOnce: 10_000, lookupsPerHour: 1_000, ...more };
  const broker = await Broker.start({ settings: { limits } });
  await act(broker).finally(() => broker.stop());
}

const basic = (secret: string): string => `Basic ${Buffer.from(`demo-rs:${secret}`).toString('base64')}`;
const statusesOf = (answers: readonly { status: number }[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const evaluation = (token: string): object => ({
  subject: { type: 'access_token', id: token },
  action: { name: 'view' },
  resource: {
    type: 'supply_point',
    id: '9900000000000000000017',
    properties: { fields: ['outage_state'], municipality_code: '272035', outage_state: 'outage' },
  },
  context: {
    call: { id: `call-${randomUUID()}`, direction: 'inbound', started_at: '2026-11-23T12:31:00+09:00' },
    purpose: 'outage_enquiry',
  },
});

describe('guesses at a secret where credentials are given back', () => {
  it('are paid for by the address, whatever cookie comes along; whoever was right goes on', () =>
    withBroker({ address: FEW }, async (broker) => {
      const server = new ResourceServer(broker.url);
      expect((await server.revoke('e30.e30.e30')).status).toBe(200);
      const cookie = 'kashikagi_session=made-up';
      const revoke = (headers: Record<string, string>, body: object = { token: 'x' }): Promise<Answer> =>
        send(`${broker.url}/oauth/revoke`, 'POST', body, headers);
      const answers: Answer[] = [];
      for (let n = 0; n < 40; n += 1)
        answers.push(await revoke({ authorization: basic(`guess ${n}`), cookie }));
      expect(statusesOf(answers)).toEqual({ 401: 20, 429: 20 });

      const assertion = { token: 'x', client_assertion: 'a.b.c', client_assertion_type: 'x' };
      expect(refusalOf(await revoke({ cookie }, assertion))).toEqual([429, 'too_many_requests']);
      expect(refusalOf(await revoke({}, assertion))).toEqual([429, 'too_many_requests']);
      expect(refusalOf(await revoke({ authorization: 'DPoP e30.e30.e30' }))).toEqual([
        429,
        'too_many_requests',
      ]);

      // The system of before, and whoever ends what is theirs: a terminal by its token, a person by the cookie.
      expect((await server.revoke('e30.e30.e30')).status).toBe(200);
      const person = await revoke({ cookie });
      expect(refusalOf(person)).toEqual([401, 'not_signed_in']);
    }));

  it('keep no terminal from giving back what it holds', () =>
    withBroker({ address: FEW }, async (broker) => {
      const declaration = await broker.storm.declared();
      const { operator } = await broker.storm.operator('operator-a-01', declaration.id);
      for (let n = 0; n < 40; n += 1)
        await send(
          `${broker.url}/oauth/revoke`,
          'POST',
          { token: 'x' },
          { authorization: basic(`guess ${n}`) },
        );
      expect((await send(`${broker.url}/api/v1/sign-in`, 'GET')).status).toBe(429);
      expect((await operator.data('/oauth/revoke', { token: operator.token })).status).toBe(200);
    }));
});

describe('a batch of evaluations', () => {
  it('counts as many calls as it asks for decisions', () =>
    withBroker({ system: { perSecond: 1, burst: 100 } }, async (broker) => {
      const ask = (count: number): Promise<Answer> =>
        send(
          `${broker.url}/access/v1/evaluations`,
          'POST',
          { evaluations: Array.from({ length: count }, () => evaluation('e30.e30.e30')) },
          { authorization: basic('demo-rs-secret') },
        );
      expect((await ask(60)).status).toBe(200);
      const refused = await ask(60);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '20']);
      expect((await ask(30)).status).toBe(200);
      await broker.moveClock(100 * SECOND);
      expect((await ask(100)).status).toBe(200);
    }));
});

describe('a flood of evaluations of nobody’s token', () => {
  it('has two hundred records of a minute, and one with the number of the others', () =>
    withBroker({}, async (broker) => {
      const batch = (): Promise<Answer<{ evaluations: { context: { record_id: string | null } }[] }>> =>
        send(
          `${broker.url}/access/v1/evaluations`,
          'POST',
          { evaluations: Array.from({ length: 100 }, () => evaluation('e30.e30.e30')) },
          { authorization: basic('demo-rs-secret') },
        );
      const answers = [await batch(), await batch(), await batch()];
      const records = await broker.records(`code = 'invalid_token'`);
      expect(records).toHaveLength(200);
      const known = new Set<unknown>(records.map(({ id }) => id));
      const told = answers.flatMap(({ body }) => body.evaluations.map(({ context }) => context.record_id));
      expect(told).toHaveLength(300);
      for (const id of told) expect(known.has(id)).toBe(true);

      await broker.moveClock(61 * SECOND);
      await broker.instances[0]?.app.get(RefusalFloods, { strict: false }).runOnce();
      const [often] = await broker.records(`type = 'api.refused_often'`);
      const { details } = JSON.parse(String(often?.payload)) as { details: object };
      expect(details).toMatchObject({ client: 'demo-rs', count: 100, codes: ['invalid_token 100'] });
    }));
});

describe('the console’s page', () => {
  it('is read as so many calls of its person, and goes out without answers when they have asked too much', () =>
    withBroker({ person: FEW }, async (broker) => {
      const signedIn = await send(`${broker.url}/api/v1/session`, 'POST', { person_id: 'hq-1' });
      const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      const page = async (): Promise<{ status: number; text: string }> => {
        const answer = await fetch(broker.url, { headers: { accept: 'text/html', cookie } });
        return { status: answer.status, text: await answer.text() };
      };
      const pages: string[] = [];
      for (let n = 0; n < 12; n += 1) {
        const { status, text } = await page();
        expect(status).toBe(200);
        pages.push(text);
      }
      const answered = pages.filter((text) => text.includes('/api/v1/situation'));
      expect(answered).toHaveLength(6);
      // Whose page it is stands in it all the same, so that nobody is asked to sign in.
      for (const text of pages) expect(text).toContain('本部 一郎');
      const calls: Answer[] = [];
      for (let n = 0; n < 4; n += 1)
        calls.push(await send(`${broker.url}/api/v1/situation`, 'GET', undefined, { cookie }));
      expect(calls.at(-1)?.status).toBe(429);
    }));
});
