import { ACCESS_TABLE } from '../../src/contract/access-table.js';
import { Broker } from '../harness/broker.js';
import { send, type Answer, type Operator } from '../stories/actors.js';
import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';
import { fits } from './fits.js';

const BASIC = { authorization: `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}` };
type Json = Record<string, unknown>;

/** The rows of the contract, as its page words them. Whatever is not named there is refused. */
const NAMED = `
POST GET DELETE /session | POST GET /declarations | GET /declarations/:id | POST /declarations/:id/confirm
POST /declarations/:id/extend | POST /declarations/:id/area | POST /declarations/:id/lift
GET /declarations/:id/certificate | POST /declarations/:id/support-calls | POST /declarations/:id/revoke-all
GET /support-calls | GET /support-calls/:id | POST /support-calls/:id/nominations | POST /support-calls/:id/decline
GET /nominations | GET /nominations/:id | POST /nominations/:id/approve | POST /nominations/:id/deny
POST /nominations/:id/withdraw | GET /grants | GET /grants/:id | POST /grants/:id/acknowledge
POST /grants/:id/suspend | POST /grants/:id/resume | POST /grants/:id/revoke | POST /grants/:id/hand-back
POST /grants/:id/credential | POST /lookups | POST /lookups/:ref/match | POST /lookups/:ref/reveal
GET /records | POST /records/search | GET /records/:id | GET /records/:id/proof | POST /records/:id/open
POST /exports | GET POST /attestations | GET POST /legal-holds | POST /legal-holds/:id/release | GET POST /purges | GET POST /replays
GET /changes | POST /changes/:id/confirm | POST /changes/:id/reject
POST /terminals/:id/lost | POST /incidents | GET /notice | GET /inbox
GET /desk/declarations/:id | GET /desk/grants/:id | GET /desk/people/:id/day | GET /desk/supply-points/:ref
POST /desk/supply-points | POST /desk/people/:id/negative-test | GET /desk/sample | GET /desk/viewers
GET /desk/retention | GET /desk/fairness | GET /desk/frequency | GET /desk/public-extract
GET /sessions | DELETE /sessions/:id | POST /people/:id/end-sessions
GET /sign-in | GET /sign-in/:provider | GET /sign-in/:provider/callback | POST /sign-in/:provider/backchannel-logout
GET /people/:id/identities | POST /people/:id/identities | POST /people/:id/identities/:identity/retire
POST /session/passkey/options | POST /session/passkey | POST /session/presence/options | POST /session/presence
GET POST /passkeys | POST /passkeys/options | POST /passkeys/first/options | POST /passkeys/first
POST /passkeys/:id/propose | POST /passkeys/:id/revoke | POST /terminal-windows | POST /terminal-windows/:id/key
GET /desk/people/:id | GET /desk/training | GET /desk/rooms | GET /desk/retailers/:id/viewed-by-others
GET /situation | GET /rooms | GET /terminal-windows | GET /declarations/:id/timeline | GET /declarations/:id/callable
POST /support-calls/:id/candidates | POST /exports/count | GET /field-profiles/catalogue | GET /field-profiles/:id/difference
GET POST /findings | GET PATCH /findings/:id | GET POST /analyses | GET PATCH /analyses/:id
${['organizations', 'agreements', 'field-profiles', 'people', 'terminals', 'standing-plans']
  .map((one) => `GET POST /${one} | PATCH /${one}/:id | POST /${one}/:id/retire`)
  .join('\n')}`;
const OUTSIDE = [
  'POST /oauth/introspect',
  'POST /oauth/revoke',
  'GET /.well-known/oauth-authorization-server',
  'GET /.well-known/jwks.json',
  'POST /access/v1/evaluation',
  'POST /access/v1/evaluations',
  'GET /ledger/checkpoint',
  'GET /ledger/vkey',
  'GET /ledger/tile/*',
  'GET /healthz',
  'GET /readyz',
  'GET /openapi.json',
];

describe('the table of the contract', () => {
  it('is the access table, row for row', () => {
    const rows = NAMED.trim()
      .split(/\s*\|\s*|\n/)
      .flatMap((row) => {
        const words = row.split(' ');
        const path = words.pop() ?? '';
        return words.map((method) => `${method} /api/v1${path}`);
      });
    const table = ACCESS_TABLE.map(({ method, path }) => `${method} ${path}`);
    expect([...table].sort()).toEqual([...rows, ...OUTSIDE].sort());
  });
});

describe('the contract with systems', () => {
  let broker: Broker;
  let operator: Operator;
  let grantId: string;
  let point: SamplePoint;

  beforeAll(async () => {
    broker = await Broker.start();
    const declaration = await broker.storm.declared();
    ({ operator, grantId } = await broker.storm.operator('operator-a-01', declaration.id));
    const found = (await samplePoints(broker.wheelingUrl)).find((one) => one.outage_state === 'outage');
    if (!found) throw new Error('the sample has points in outage');
    point = found;
  });
  afterAll(() => broker.stop());

  const form = (
    path: string,
    members: Record<string, string>,
    headers: Record<string, string> = BASIC,
  ): Promise<Answer> =>
    send(`${broker.url}${path}`, 'POST', new URLSearchParams(members).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    });
  it('introspects a form (RFC 7662); unknown members are ignored, an unknown token is inactive and no more', async () => {
    const token = operator.token ?? '';
    const members = { token, token_type_hint: 'access_token', extra: 'ignored' };
    const active = fits(await form('/oauth/introspect', members), 200, 'POST /oauth/introspect');
    expect(active).toMatchObject({
      active: true,
      sub: 'operator-a-01',
      token_type: 'DPoP',
      cnf: { jkt: expect.any(String) as string },
    });
    for (const unknown of ['nonsense', `${token}x`, 'a.b.c', '\u0000']) {
      const answer = await form('/oauth/introspect', { token: unknown });
      expect(fits(answer, 200, 'POST /oauth/introspect')).toEqual({ active: false });
    }
    expect((await form('/oauth/introspect', {})).status).toBe(400);
    expect((await form('/oauth/introspect', { token }, {})).status).toBe(401);
    const wrong = { authorization: `Basic ${Buffer.from('demo-rs:wrong').toString('base64')}` };
    expect((await form('/oauth/introspect', { token }, wrong)).status).toBe(401);
  });

  const evaluation = (more: Json = {}, fields = ['outage_state', 'supply_point_id']): Json => ({
    subject: { type: 'access_token', id: operator.token ?? '' },
    action: { name: 'view' },
    resource: { type: 'supply_point', id: point.supply_point_id, properties: { fields } },
    context: {
      call: { id: 'call-1', direction: 'inbound', started_at: new Date().toISOString() },
      purpose: 'outage_enquiry',
      a_member_of_tomorrow: true,
    },
    another: 1,
    ...more,
  });

  it('decides and records evaluations (AuthZEN), one and many; the answer is not to be cached', async () => {
    const ask = (path: string, body: unknown): Promise<Answer> =>
      send(`${broker.url}${path}`, 'POST', body, BASIC);
    const permitted = await ask('/access/v1/evaluation', evaluation());
    const { decision, context } = fits(permitted, 200, 'POST /access/v1/evaluation') as {
      decision: boolean;
      context: Json;
    };
    expect({ decision, fields: context['fields'], reason: context['reason'] }).toEqual({
      decision: true,
      fields: [
        { field: 'outage_state', mode: 'show' },
        { field: 'supply_point_id', mode: 'part' },
      ],
      reason: null,
    });
    expect(permitted.headers.get('cache-control')).toContain('no-store');
    const records = await broker.records<{ decision: string; grant_id: string }>('id = $1', [
      context['record_id'],
    ]);
    expect(records).toMatchObject([{ decision: 'permit', grant_id: grantId }]);

    // Never a bare grant id; never an unlisted field.
    for (const [body, code] of [
      [evaluation({ subject: { type: 'access_token', id: grantId } }), 'invalid_token'],
      [evaluation({}, ['retailer_name']), 'field_not_in_profile'],
      [evaluation({}, ['no_such_field']), 'field_not_in_profile'],
    ] as const) {
      const refused = fits(await ask('/access/v1/evaluation', body), 200, 'POST /access/v1/evaluation');
      expect(refused).toMatchObject({ decision: false, context: { reason: { code }, fields: [] } });
      expect(await broker.records('id = $1', [(refused['context'] as Json)['record_id']])).toHaveLength(1);
    }
    const { resource, ...defaults } = evaluation();
    const batch = { ...defaults, evaluations: [{ resource }, { resource, action: { name: 'match' } }] };
    const many = fits(await ask('/access/v1/evaluations', batch), 200, 'POST /access/v1/evaluations');
    expect(many['evaluations']).toHaveLength(2);
  });

  it('publishes its metadata (RFC 8414) and keys, and they fit together', async () => {
    const at = '/.well-known/oauth-authorization-server';
    const metadata = fits(await send(`${broker.url}${at}`, 'GET'), 200, `GET ${at}`);
    expect(metadata).toMatchObject({
      issuer: broker.url,
      introspection_endpoint: `${broker.url}/oauth/introspect`,
      revocation_endpoint: `${broker.url}/oauth/revoke`,
    });
    const jwks = await send<{ keys: Json[] }>(String(metadata['jwks_uri']), 'GET');
    const { keys } = fits(jwks, 200, 'GET /.well-known/jwks.json');
    const header = JSON.parse(
      Buffer.from((operator.token ?? '').split('.')[0] ?? '', 'base64url').toString(),
    ) as Json;
    expect(keys.map((key) => key['kid'])).toContain(header['kid']);
    expect(keys.filter((key) => 'd' in key)).toEqual([]);
  });

  it('answers its health, readiness and document to anybody', async () => {
    for (const path of ['/healthz', '/readyz', '/openapi.json']) {
      fits(await send(`${broker.url}${path}`, 'GET'), 200, `GET ${path}`);
    }
    expect((await send(`${broker.url}/metrics`, 'GET')).status).toBe(404);
  });

  it('revokes a token (RFC 7009), by a system, by the own session and by the own terminal; of others it says nothing', async () => {
    const isActive = async (): Promise<unknown> =>
      (await form('/oauth/introspect', { token: operator.token ?? '' })).body['active'];
    const stranger = await broker.storm.person('operator-a-02');
    const asForm = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = (): string => new URLSearchParams({ token: operator.token ?? '' }).toString();
    expectStatus(await stranger.post('/oauth/revoke', body(), asForm), 200);
    expect(await isActive()).toBe(true);

    const ways: [string, () => Promise<Answer>][] = [
      ['a system', () => form('/oauth/revoke', { token: operator.token ?? '' })],
      ['the own session', () => operator.person.post('/oauth/revoke', body(), asForm)],
      ['the own terminal', () => operator.data('/oauth/revoke', { token: operator.token })],
    ];
    for (const [way, revoke] of ways) {
      expectStatus(await operator.credential(grantId), 200);
      expect([way, await isActive()]).toEqual([way, true]);
      fits(await revoke(), 200, 'POST /oauth/revoke');
      expect([way, await isActive()]).toEqual([way, false]);
    }
    expect((await form('/oauth/revoke', { token: 'nonsense' })).status).toBe(200);
  });
});
