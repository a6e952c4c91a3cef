import { jwkThumbprint, parseTerminalKey } from '../../src/contract/terminal-key.js';
import { Broker } from '../harness/broker.js';
import { Operator, send, Terminal, type Answer } from '../stories/actors.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';
import { signedByUs } from './planted.js';
import { darkPoints, refusalOf, ResourceServer, searchOf } from './witnesses.js';

const PATH = '/api/v1/lookups';

interface Holding {
  operator: Operator;
  grantId: string;
  terminalId: string;
}

describe('Law 4: One person, one terminal, one live credential', () => {
  let broker: Broker;
  let declarationId: string;
  let point: SamplePoint;
  let resourceServer: ResourceServer;
  let nextNumber = 1;

  beforeAll(async () => {
    broker = await Broker.start({ instances: 2 });
    const [first] = await darkPoints(broker);
    if (!first) throw new Error('the sample has points in outage');
    point = first;
    resourceServer = new ResourceServer(broker.url);
    declarationId = (await broker.storm.declared()).id;
  });
  afterAll(() => broker.stop());

  function holding(): Promise<Holding> {
    const personId = `operator-a-${String(nextNumber).padStart(2, '0')}`;
    nextNumber += 1;
    return broker.storm.operator(personId, declarationId);
  }

  function lookupWith(headers: Record<string, string>, at = broker.url): Promise<Answer> {
    const call = { id: 'call-1', direction: 'inbound', started_at: broker.storm.in(0) };
    return send(
      `${at}${PATH}`,
      'POST',
      { call, purpose: 'outage_enquiry', search: searchOf(point) },
      headers,
    );
  }

  async function expectOpens({ operator }: Pick<Holding, 'operator'>): Promise<void> {
    expect(expectStatus(await operator.lookup(searchOf(point)), 200).outcome).toBe('found');
    expect((await resourceServer.introspect(operator.token ?? '')).body.active).toBe(true);
  }

  /** Not by the gate, not by introspection, not by evaluation. */
  async function expectOpensNothing({ operator }: Pick<Holding, 'operator'>, code: string): Promise<void> {
    const token = operator.token ?? '';
    expect(refusalOf(await operator.lookup(searchOf(point)))).toEqual([401, code]);
    expect((await resourceServer.introspect(token)).body).toEqual({ active: false });
    const { body } = await resourceServer.evaluate(token, point);
    expect([body.decision, body.context.reason?.code]).toEqual([false, code]);
  }

  it('opens nothing to a stolen token without its key', async () => {
    const { operator } = await holding();
    const token = operator.token ?? '';
    const thief = new Terminal(broker.storm.now);
    const url = `${broker.url}${PATH}`;
    const answers = [
      await lookupWith({ authorization: `DPoP ${token}` }),
      await lookupWith({ authorization: `Bearer ${token}` }),
      await lookupWith({ authorization: `DPoP ${token}`, dpop: thief.proof('POST', url, token) }),
      await lookupWith({ authorization: `DPoP ${token}`, dpop: operator.terminal.proof('POST', url) }),
      await lookupWith({ authorization: `DPoP ${token}`, dpop: operator.terminal.proof('GET', url, token) }),
    ];
    expect(answers.map(refusalOf)).toEqual([
      [401, 'invalid_dpop_proof'],
      [401, 'invalid_token'],
      [401, 'invalid_dpop_proof'],
      [401, 'invalid_dpop_proof'],
      [401, 'invalid_dpop_proof'],
    ]);
    await expectOpens({ operator });
  });

  it('opens nothing to a well-signed token that was never issued', async () => {
    const held = await holding();
    const forger = new Operator(held.operator.person, held.operator.terminal);
    forger.token = await signedByUs(broker, held, broker.now());
    await expectOpensNothing({ operator: forger }, 'credential_superseded');

    // Of a grant that never had a credential: there is no row at all to compare it with.
    await broker.database.asOwner('delete from credential where grant_id = $1', [held.grantId]);
    await expectOpensNothing({ operator: forger }, 'invalid_token');
  });

  it('opens nothing to the issued id in another’s hands: terminal, key, person and grant are compared', async () => {
    const [held, other] = [await holding(), await holding()];
    const [row] = await broker.database.asOwner<{ jti: string }>(
      'select jti from credential where grant_id = $1',
      [held.grantId],
    );
    const jti = row?.jti ?? '';
    const otherKey = { jkt: jwkThumbprint(parseTerminalKey(other.operator.terminal.jwk)) };
    const forgeries = [
      { as: held, more: { terminalId: other.terminalId }, code: 'invalid_token' },
      { as: other, more: { ...otherKey, personId: held.operator.person.id }, code: 'invalid_token' },
      { as: held, more: { personId: other.operator.person.id }, code: 'invalid_token' },
      { as: held, more: { grantId: other.grantId }, code: 'credential_superseded' },
    ];
    for (const { as, more, code } of forgeries) {
      const forger = new Operator(as.operator.person, as.operator.terminal);
      forger.token = await signedByUs(broker, { ...held, operator: as.operator }, broker.now(), {
        jti,
        ...more,
      });
      await expectOpensNothing({ operator: forger }, code);
    }
    await expectOpens(held);
  });

  it.each(['terminal_id', 'person_id', 'jkt'])(
    'opens nothing once the row names another %s',
    async (column) => {
      const [held, other] = [await holding(), await holding()];
      await broker.database.asOwner(
        `update credential c set ${column} = o.${column} from credential o where c.grant_id = $1 and o.grant_id = $2`,
        [held.grantId, other.grantId],
      );
      await expectOpensNothing(held, 'invalid_token');
      await expectOpens(other);
    },
  );

  it('kills a credential with its renewal', async () => {
    const { operator, grantId } = await holding();
    const before = new Operator(operator.person, operator.terminal);
    before.token = operator.token;
    expectStatus(await operator.credential(grantId), 200);
    await expectOpensNothing({ operator: before }, 'credential_superseded');
    await expectOpens({ operator });
  });

  it('refuses a second terminal until the first is released', async () => {
    const { operator, grantId } = await holding();
    const { terminal } = await broker.storm.enrolled();
    const elsewhere = new Operator(operator.person, terminal);
    expect(refusalOf(await elsewhere.credential(grantId))).toEqual([409, 'other_terminal']);

    // A session of somebody else and a token that is not one release nothing.
    const stranger = await broker.storm.person('operator-b-02');
    await stranger.post('/oauth/revoke', { token: operator.token });
    await operator.person.post('/oauth/revoke', { token: 'e30.e30.e30' });
    expect((await elsewhere.credential(grantId)).status).toBe(409);

    expect((await operator.data('/oauth/revoke', { token: operator.token })).status).toBe(200);
    await expectOpensNothing({ operator }, 'credential_superseded');
    expectStatus(await elsewhere.credential(grantId), 200);
    await expectOpens({ operator: elsewhere });
    expect(refusalOf(await operator.credential(grantId))).toEqual([409, 'other_terminal']);

    expect((await elsewhere.person.post('/oauth/revoke', { token: elsewhere.token })).status).toBe(200);
    expectStatus(await operator.credential(grantId), 200);
    expect((await resourceServer.revoke(operator.token ?? '')).status).toBe(200);
    expectStatus(await elsewhere.credential(grantId), 200);

    await elsewhere.person.post(`/api/v1/grants/${grantId}/hand-back`);
    expect(refusalOf(await operator.credential(grantId))).toEqual([403, 'handed_back']);
  });

  it('takes a proof once, on whichever instance', async () => {
    const { operator, grantId } = await holding();
    const [, second] = broker.instances;
    const token = operator.token ?? '';
    const dpop = operator.terminal.proof('POST', `${broker.url}${PATH}`, token);
    const headers = { authorization: `DPoP ${token}`, dpop };
    expect((await lookupWith(headers)).status).toBe(200);
    expect(refusalOf(await lookupWith(headers, second?.address))).toEqual([401, 'dpop_replayed']);
    expect(refusalOf(await lookupWith(headers))).toEqual([401, 'dpop_replayed']);

    const proof = operator.terminal.proof('POST', `${broker.url}${PATH}`, token);
    const parallel = Array.from({ length: 10 }, (_, n) =>
      lookupWith({ ...headers, dpop: proof }, broker.instances[n % 2]?.address),
    );
    const statuses = (await Promise.all(parallel)).map((one) => one.status).sort();
    expect(statuses).toEqual([200, ...Array<number>(9).fill(401)]);

    const path = `/api/v1/grants/${grantId}/credential`;
    const once = { dpop: operator.terminal.proof('POST', `${broker.url}${path}`) };
    expect((await operator.person.post(path, undefined, once)).status).toBe(200);
    expect(refusalOf(await operator.person.post(path, undefined, once))).toEqual([401, 'dpop_replayed']);
  });

  it('refuses a terminal that is not enrolled, or is another organization’s, or another person’s session', async () => {
    const { operator, grantId } = await holding();
    const { terminal } = await broker.storm.enrolled('retailer-b');
    const foreign = new Operator(operator.person, terminal);
    expect(refusalOf(await foreign.credential(grantId))).toEqual([403, 'terminal_of_other_organization']);
    const unknown = new Operator(operator.person, new Terminal(broker.storm.now));
    expect(refusalOf(await unknown.credential(grantId))).toEqual([403, 'unknown_terminal']);
    const other = new Operator(await broker.storm.person('operator-a-30'), operator.terminal);
    expect(refusalOf(await other.credential(grantId))).toEqual([404, 'not_found']);
  });
});
