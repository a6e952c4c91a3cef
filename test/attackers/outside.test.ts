import { connect } from 'node:net';
import { Broker } from '../harness/broker.js';
import { send, type Answer, type Operator } from '../stories/actors.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';
import { darkPoints, refusalOf, ResourceServer, searchOf } from '../laws/witnesses.js';

const BASIC = { authorization: `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}` };

let broker: Broker;
let operator: Operator;
let grantId: string;
let points: SamplePoint[];
let server: ResourceServer;

beforeAll(async () => {
  broker = await Broker.start();
  ({ operator, grantId } = await broker.storm.operator('operator-a-01', (await broker.storm.declared()).id));
  points = await darkPoints(broker);
  server = new ResourceServer(broker.url);
});
afterAll(() => broker.stop());

const point = (n: number): SamplePoint => points[n] as SamplePoint;

describe('a resource server', () => {
  const evaluations = (items: object[]): Promise<Answer<{ evaluations: { decision: boolean }[] }>> =>
    send(
      `${broker.url}/access/v1/evaluations`,
      'POST',
      {
        subject: { type: 'access_token', id: operator.token },
        action: { name: 'view' },
        context: {
          call: { id: 'call-1', direction: 'inbound', started_at: '2026-11-23T12:31:00+09:00' },
          purpose: 'outage_enquiry',
        },
        evaluations: items,
      },
      BASIC,
    );
  const resource = (one: SamplePoint): object => ({
    resource: {
      type: 'supply_point',
      id: one.supply_point_id,
      properties: { fields: ['outage_state'], municipality_code: '272035', outage_state: 'outage' },
    },
  });

  it('invents no use: without an operator’s token there is none, and a grant’s id is no token', async () => {
    for (const subject of [grantId, operator.person.id, '', 'e30.e30.e30']) {
      const answer = await server.evaluate(subject, point(0));
      expect([subject, answer.body.decision ?? false]).toEqual([subject, false]);
    }
  });

  it('probes in batches, and each question is a recorded use with a number of its own', async () => {
    const before = (await broker.records(`type = 'use.evaluation' and decision = 'permit'`)).length;
    const answer = expectStatus(await evaluations([1, 2, 3, 4, 5].map((n) => resource(point(n)))), 200);
    expect(answer.evaluations.map(({ decision }) => decision)).toEqual([true, true, true, true, true]);
    const uses = await broker.records<{ use_no: number }>(`type = 'use.evaluation' and decision = 'permit'`);
    expect(uses).toHaveLength(before + 5);
    expect(new Set(uses.map((one) => one.use_no)).size).toBe(uses.length);
    const many = await evaluations(Array.from({ length: 2_000 }, () => resource(point(1))));
    expect(many.status).toBeGreaterThanOrEqual(400);
  });

  it('reveals nothing, searches nothing, and enters no person’s route', async () => {
    const reveal = await server.evaluate(operator.token ?? '', point(6), ['contact_phone'], 'reveal');
    expect([reveal.body.decision, reveal.body.context.reason?.code]).toEqual([false, 'field_mode_refused']);
    for (const path of ['/api/v1/lookups', '/api/v1/records/search', '/api/v1/exports'])
      expect((await send(`${broker.url}${path}`, 'POST', {}, BASIC)).status).toBe(401);
  });

  it('is told not to keep a decision, and is refused the next one once access has ended', async () => {
    const { operator: short, grantId: grant } = await broker.storm.operator(
      'operator-a-02',
      (await broker.storm.declared({ target_area: ['272035'] })).id,
    );
    const permitted = await server.evaluate(short.token ?? '', point(7));
    expect([permitted.body.decision, permitted.headers.get('cache-control')]).toEqual([true, 'no-store']);
    await short.person.post(`/api/v1/grants/${grant}/hand-back`);
    expect((await server.evaluate(short.token ?? '', point(7))).body.decision).toBe(false);
  });

  it('that is withdrawn is refused from the next call on', async () => {
    const asked = (): Promise<Answer> =>
      send(`${broker.url}/oauth/introspect`, 'POST', { token: 'x' }, BASIC);
    expect((await asked()).status).toBe(200);
    await broker.database.asOwner(`update system_client set retired_at = broker_now() where id = 'demo-rs'`);
    expect(refusalOf(await asked())).toEqual([401, 'invalid_client']);
    await broker.database.asOwner(`update system_client set retired_at = null where id = 'demo-rs'`);
    expect((await asked()).status).toBe(200);
  });

  it('what remains: what it shows of its own data after a permit is its own; the permit stands on record', async () => {
    const answer = await server.evaluate(operator.token ?? '', point(8));
    const [record] = await broker.records<{ payload: string }>('id = $1', [answer.body.context.record_id]);
    expect(record?.payload).toContain('demo-rs');
  });
});

describe('a network attacker', () => {
  it('does nothing through another site’s page: a foreign origin, a form, a plain text', async () => {
    const hq = await broker.storm.person('hq-1');
    const body = broker.storm.declarationBody();
    const path = '/api/v1/declarations';
    expect(refusalOf(await hq.post(path, body, { origin: 'https://evil.example' }))).toEqual([
      403,
      'foreign_origin',
    ]);
    expect(refusalOf(await hq.post(path, body, { origin: 'null' }))).toEqual([403, 'foreign_origin']);
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data'])
      expect((await hq.post(path, 'name=x', { 'content-type': type })).status).toBe(415);
    const preflight = await send(`${broker.url}${path}`, 'OPTIONS', undefined, {
      origin: 'https://evil.example',
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('replays no call, sends none elsewhere, and names no other host', async () => {
    const token = operator.token ?? '';
    const url = `${broker.url}/api/v1/lookups`;
    const call = { id: 'call-9', direction: 'inbound', started_at: broker.storm.in(0) };
    const body = { call, purpose: 'outage_enquiry', search: searchOf(point(9)) };
    const withProof = (dpop: string): Promise<Answer> =>
      send(url, 'POST', body, { authorization: `DPoP ${token}`, dpop });
    const proof = operator.terminal.proof('POST', url, token);
    expect((await withProof(proof)).status).toBe(200);
    expect(refusalOf(await withProof(proof))).toEqual([401, 'dpop_replayed']);
    const elsewhere = operator.terminal.proof('POST', 'https://broker.evil.example/api/v1/lookups', token);
    expect(refusalOf(await withProof(elsewhere))).toEqual([401, 'invalid_dpop_proof']);
    expect(
      await raw(`GET /.well-known/oauth-authorization-server HTTP/1.1\r\nHost: evil.example\r\n`),
    ).not.toContain('evil.example');
  });

  it('smuggles no second request in the first, and reaches no file', async () => {
    const both = await raw(
      'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n',
    );
    expect(both).toMatch(/^HTTP\/1\.1 400/);
    for (const path of [
      '/../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/ledger/tile/../../../package.json',
    ]) {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 (400|404)/);
      expect(answer).not.toMatch(/root:|"dependencies"/);
    }
  });

  it('guesses no session: the cookie is a secret of the browser, and an unknown one is nobody', async () => {
    const answer = await send(`${broker.url}/api/v1/session`, 'POST', { person_id: 'hq-2' });
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Strict/i);
    const value = cookie.split(';')[0]?.split('=')[1] ?? '';
    expect(Buffer.from(value, 'base64url').length).toBeGreaterThanOrEqual(32);
    const changed = `${value.slice(0, -1)}${value.endsWith('A') ? 'B' : 'A'}`;
    for (const guess of [changed, '', 'x'.repeat(5_000)]) {
      const seen = await send(`${broker.url}/api/v1/session`, 'GET', undefined, {
        cookie: `kashikagi_session=${guess}`,
      });
      expect(seen.status).toBe(401);
    }
  });

  it('learns nothing from a failure: no stack, no path, no SQL', async () => {
    for (const [method, path] of [
      ['GET', '/nowhere'],
      ['POST', '/api/v1/lookups'],
      ['GET', '/api/v1/grants/%27%20or%201=1'],
      ['DELETE', '/healthz'],
    ] as const) {
      const text = JSON.stringify((await send(`${broker.url}${path}`, method)).body);
      expect(text).not.toMatch(/node_modules|\.ts:|\.js:|select |at \w+ \(/);
    }
  });
});

/** What the service answers to bytes that no client library would send. */
function raw(head: string): Promise<string> {
  const { hostname, port } = new URL(broker.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${head}Connection: close\r\n\r\n`));
    let heard = '';
    socket.on('data', (chunk) => (heard += String(chunk)));
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}
