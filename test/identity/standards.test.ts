import * as dpop from 'dpop';
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as oauth from 'oauth4webapi';
import { packageRoot } from '../../src/config/package-root.js';
import { writeTokenKeys } from '../../src/config/secret-keys.js';
import { Settings } from '../../src/config/settings.js';
import { rotate } from '../../src/credentials/token-keys.js';
import { TokenKeys } from '../../src/credentials/token-keys.service.js';
import { Broker, type BrokerOptions } from '../harness/broker.js';
import { darkPoints, refusalOf, searchOf } from '../laws/witnesses.js';
import { send, type Answer, type Person } from '../stories/actors.js';
import { placement } from '../stories/terminal-ceremony.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';

const MINUTE = 60_000;
/** The broker listens on loopback without TLS in a test; nothing else of the client is loosened. */
const PLAIN = { [oauth.allowInsecureRequests]: true };
const PATH = '/api/v1/lookups';

/** An operator whose terminal is a client that we did not write: `dpop` holds the key and makes every proof. */
class ForeignTerminal {
  token = '';
  nonce: string | undefined;

  private constructor(
    readonly broker: Broker,
    readonly person: Person,
    readonly grantId: string,
    private readonly keys: dpop.KeyPair,
  ) {}

  static async of(broker: Broker, personId: string): Promise<ForeignTerminal> {
    const { storm } = broker;
    const declaration = await storm.declared();
    const call = await storm.called(declaration.id);
    const [grant] = await storm.approved((await storm.nominated(call.id, [personId])).id);
    const person = await storm.person(personId);
    await storm.acknowledged(person, grant?.id ?? '');
    const keys = await dpop.generateKeyPair('ES256');
    const jwk = await exportJWK(keys.publicKey);
    const officer = await storm.person('officer-1');
    const proposed = await officer.post('/api/v1/terminals', { ...placement(randomUUID()), jwk });
    const { change_id: change } = expectStatus(proposed, 202);
    const another = await storm.person('officer-2');
    expectStatus(await another.post(`/api/v1/changes/${String(change)}/confirm`), 200);
    return new ForeignTerminal(broker, person, grant?.id ?? '', keys);
  }

  proof(path: string, accessToken?: string, method = 'POST'): Promise<string> {
    const now = this.broker.now();
    const real = Date.now;
    // The terminal's clock goes with the broker's; the client reads it before its first await.
    Date.now = () => now;
    try {
      return dpop.generateProof(this.keys, `${this.broker.url}${path}`, method, this.nonce, accessToken);
    } finally {
      Date.now = real;
    }
  }

  async credential(): Promise<Answer> {
    const path = `/api/v1/grants/${this.grantId}/credential`;
    const answer = await this.person.post(path, undefined, { dpop: await this.proof(path) });
    if (answer.status === 200) this.token = String(answer.body['access_token']);
    return answer;
  }

  lookup(point: SamplePoint, proof: string): Promise<Answer> {
    const call = { id: `call-${randomUUID()}`, direction: 'inbound', started_at: this.broker.storm.in(0) };
    const body = { call, purpose: 'outage_enquiry', search: searchOf(point) };
    const headers = { authorization: `DPoP ${this.token}`, dpop: proof };
    return send(`${this.broker.url}${PATH}`, 'POST', body, headers);
  }
}

describe('standards, by clients that we did not write', () => {
  let broker: Broker;
  let terminal: ForeignTerminal;
  let point: SamplePoint;
  let server: oauth.AuthorizationServer;

  beforeAll(async () => {
    broker = await Broker.start({ instances: 2 });
    terminal = await ForeignTerminal.of(broker, 'operator-a-01');
    const [first] = await darkPoints(broker);
    if (!first) throw new Error('the sample has points in outage');
    point = first;
    const issuer = new URL(broker.url);
    const answer = await oauth.discoveryRequest(issuer, { ...PLAIN, algorithm: 'oauth2' });
    server = await oauth.processDiscoveryResponse(issuer, answer);
  });
  afterAll(() => broker.stop());
  beforeEach(async () => {
    expectStatus(await terminal.credential(), 200);
  });

  const DEMO: oauth.Client = { client_id: 'demo-rs' };
  const introspected = async (
    client: oauth.Client,
    authentication: oauth.ClientAuth,
    token = terminal.token,
  ): Promise<oauth.IntrospectionResponse> => {
    const answer = await oauth.introspectionRequest(server, client, authentication, token, PLAIN);
    return oauth.processIntrospectionResponse(server, client, answer);
  };
  const basic = oauth.ClientSecretBasic('demo-rs-secret');

  describe('oauth4webapi', () => {
    it('finds the endpoints (RFC 8414), and refuses another issuer', async () => {
      expect(server).toMatchObject({
        introspection_endpoint: `${broker.url}/oauth/introspect`,
        revocation_endpoint: `${broker.url}/oauth/revoke`,
        dpop_signing_alg_values_supported: expect.arrayContaining(['ES256']) as string[],
      });
      const { address = '' } = broker.instances[1] ?? {};
      const other = new URL(address);
      const answer = await oauth.discoveryRequest(other, { ...PLAIN, algorithm: 'oauth2' });
      await expect(oauth.processDiscoveryResponse(other, answer)).rejects.toThrow('issuer');
    });

    it('introspects by client_secret_basic (RFC 7662); a wrong secret and an unknown client are refused', async () => {
      expect(await introspected(DEMO, basic)).toMatchObject({
        active: true,
        sub: 'operator-a-01',
        token_type: 'DPoP',
      });
      expect(await introspected(DEMO, basic, 'e30.e30.e30')).toEqual({ active: false });
      await expect(introspected(DEMO, oauth.ClientSecretBasic('wrong'))).rejects.toThrow();
      await expect(introspected({ client_id: 'nobody' }, basic)).rejects.toThrow();
      await expect(introspected(DEMO, oauth.None())).rejects.toThrow();
    });

    it('introspects by private_key_jwt (RFC 7523), with the registered key alone, each assertion once', async () => {
      const [own, strange] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')];
      const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(own.publicKey)), kid: 'k1' }] });
      await broker.database.asOwner(
        `insert into system_client (id, label, jwks) values ('foreign-rs', '他社の資源サーバ', $1)`,
        [jwks],
      );
      const client: oauth.Client = { client_id: 'foreign-rs' };
      const by = (key: oauth.CryptoKey): oauth.ClientAuth => oauth.PrivateKeyJwt({ key, kid: 'k1' });
      expect((await introspected(client, by(own.privateKey))).active).toBe(true);
      await expect(introspected(client, by(strange.privateKey))).rejects.toThrow();
      const wrongAudience = oauth.PrivateKeyJwt(
        { key: own.privateKey, kid: 'k1' },
        { [oauth.modifyAssertion]: (_header, payload) => void (payload['aud'] = 'https://other.example') },
      );
      await expect(introspected(client, wrongAudience)).rejects.toThrow();

      const kept: string[] = [];
      const keeping: oauth.ClientAuth = async (as, one, body, headers) => {
        await by(own.privateKey)(as, one, body, headers);
        kept.push(body.get('client_assertion') ?? '');
      };
      expect((await introspected(client, keeping)).active).toBe(true);
      const again: oauth.ClientAuth = (_as, one, body) => {
        body.set('client_id', one.client_id);
        body.set('client_assertion', kept[0] ?? '');
        body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
      };
      await expect(introspected(client, again)).rejects.toThrow();
    });

    it('revokes (RFC 7009); what was revoked is dead on every instance, and an unknown token is no error', async () => {
      const revoke = async (token: string): Promise<void> => {
        const answer = await oauth.revocationRequest(server, DEMO, basic, token, PLAIN);
        await oauth.processRevocationResponse(answer);
      };
      await revoke('e30.e30.e30');
      expect((await introspected(DEMO, basic)).active).toBe(true);
      await revoke(terminal.token);
      expect(await introspected(DEMO, basic)).toEqual({ active: false });
      const refused = await terminal.lookup(point, await terminal.proof(PATH, terminal.token));
      expect(refusalOf(refused)).toEqual([401, 'credential_superseded']);
    });
  });

  describe('dpop', () => {
    it('makes proofs that open (RFC 9449), each once', async () => {
      const proof = await terminal.proof(PATH, terminal.token);
      expect(expectStatus(await terminal.lookup(point, proof), 200)['outcome']).toBe('found');
      expect(refusalOf(await terminal.lookup(point, proof))).toEqual([401, 'dpop_replayed']);
    });

    it.each<[string, () => Promise<string>]>([
      ['without ath', () => terminal.proof(PATH)],
      ['for another token', () => terminal.proof(PATH, 'e30.e30.e30')],
      ['for another route', () => terminal.proof('/api/v1/incidents', terminal.token)],
      ['for another method', () => terminal.proof(PATH, terminal.token, 'GET')],
      [
        'by another key',
        async () =>
          dpop.generateProof(
            await dpop.generateKeyPair('ES256'),
            `${broker.url}${PATH}`,
            'POST',
            undefined,
            terminal.token,
          ),
      ],
    ])('opens nothing with a proof %s', async (_, make) => {
      expect(refusalOf(await terminal.lookup(point, await make()))).toEqual([401, 'invalid_dpop_proof']);
    });
  });

  describe('jose', () => {
    const verified = (token: string): ReturnType<typeof jwtVerify> =>
      jwtVerify(token, createRemoteJWKSet(new URL(String(server.jwks_uri))), {
        issuer: broker.url,
        audience: broker.url,
        typ: 'at+jwt',
        currentDate: new Date(broker.now()),
      });

    it('verifies an access token by the published keys (RFC 9068), and refuses a changed one', async () => {
      const { payload, protectedHeader } = await verified(terminal.token);
      expect(protectedHeader.typ).toBe('at+jwt');
      expect(payload).toMatchObject({ sub: 'operator-a-01', cnf: { jkt: expect.any(String) as string } });
      const [header, , signature] = terminal.token.split('.');
      const changed = Buffer.from(JSON.stringify({ ...payload, sub: 'operator-a-02' })).toString('base64url');
      await expect(verified(`${header}.${changed}.${signature}`)).rejects.toThrow('signature');
    });

    it('follows a rotation without a gap: each token verifies at each moment of it, on every instance', async () => {
      const [one, two] = broker.instances;
      const rings = [one, two].map((instance) => instance?.app.get(TokenKeys));
      const folder = one?.app.get(Settings).keysFolder ?? '';
      const [ring] = rings;
      if (!ring) throw new Error('the first instance has its keys');
      const kidOf = (token: string): unknown =>
        (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;
      const before = terminal.token;
      await writeTokenKeys({ folder }, (await rotate(ring.ring, new Date(broker.now()))).stored);
      for (const each of rings) await each?.reread();

      // Published at once, and signs only when every cache of keys has it.
      await verified(before);
      expectStatus(await terminal.credential(), 200);
      expect(kidOf(terminal.token)).toBe(kidOf(before));
      await broker.moveClock(9 * MINUTE);
      expectStatus(await terminal.credential(), 200);
      const last = terminal.token;
      expect(kidOf(last)).toBe(kidOf(before));
      await broker.moveClock(2 * MINUTE);
      expectStatus(await terminal.credential(), 200);
      expect(kidOf(terminal.token)).not.toBe(kidOf(before));
      // The last of the old key lives out its minutes beside the first of the new one.
      await verified(last);
      await verified(terminal.token);
      const proof = await terminal.proof(PATH, terminal.token);
      expectStatus(await terminal.lookup(point, proof), 200);
    });
  });
});

describe('standards, where the server asks for its nonce', () => {
  let folder: string;
  let broker: Broker;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kashikagi-nonce-'));
    const shipped = await readFile(join(packageRoot(), 'config', 'demonstration.json'), 'utf8');
    const file = join(folder, 'nonce.json');
    await writeFile(file, JSON.stringify({ ...(JSON.parse(shipped) as object), dpopNonceRequired: true }));
    const options: BrokerOptions = { environment: { KASHIKAGI_CONFIG: file } };
    broker = await Broker.start(options);
  });
  afterAll(async () => {
    await broker.stop();
    await rm(folder, { recursive: true });
  });

  it('refuses a proof without it, hands one out, and takes it while it is fresh (RFC 9449 §8, §9)', async () => {
    const terminal = await ForeignTerminal.of(broker, 'operator-a-01');
    const [point] = await darkPoints(broker);
    if (!point) throw new Error('the sample has points in outage');
    const asked = await terminal.credential();
    expect(refusalOf(asked)).toEqual([401, 'use_dpop_nonce']);
    terminal.nonce = asked.headers.get('dpop-nonce') ?? undefined;
    expect(terminal.nonce).toBeDefined();
    expectStatus(await terminal.credential(), 200);

    const given = terminal.nonce;
    const found = await terminal.lookup(point, await terminal.proof(PATH, terminal.token));
    expect(expectStatus(found, 200)['outcome']).toBe('found');
    for (const nonce of [undefined, 'A'.repeat(43)]) {
      terminal.nonce = nonce;
      const refused = await terminal.lookup(point, await terminal.proof(PATH, terminal.token));
      expect([refused.status, refused.body['code'], refused.headers.has('dpop-nonce')]).toEqual([
        401,
        'use_dpop_nonce',
        true,
      ]);
    }
    await broker.moveClock(30 * MINUTE);
    terminal.nonce = given;
    expect(refusalOf(await terminal.credential())).toEqual([401, 'use_dpop_nonce']);
  });
});
