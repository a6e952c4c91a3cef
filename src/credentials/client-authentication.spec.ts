import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { exportJWK, SignJWT, type JWTPayload } from 'jose';
import * as oauth from 'oauth4webapi';
import { DomainError } from '../contract/domain-error.js';
import {
  authenticateClient,
  type ClientCredentials,
  type RegisteredClient,
} from './client-authentication.js';
import { ClientSecrets, hashClientSecret } from './client-secret.js';

const NOW = 1_790_000_000;
const at = (seconds: number) => new Date((NOW + seconds) * 1000);
const issuer = 'https://kashikagi.example';
const endpoint = `${issuer}/oauth/introspect`;
const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const clients = new Map<string, RegisteredClient>();
let secrets: ClientSecrets;

beforeAll(async () => {
  clients.set('demo-rs', { id: 'demo-rs', secretHash: await hashClientSecret('demo-rs-secret') });
  clients.set('a:b c', { id: 'a:b c', secretHash: await hashClientSecret('p+q%:é ') });
  clients.set('ivr', { id: 'ivr', jwks: { keys: [{ ...(await exportJWK(keys.publicKey)), kid: '1' }] } });
});

beforeEach(() => {
  secrets = new ClientSecrets();
});

const authenticate = (credentials: ClientCredentials, now = at(0)) =>
  authenticateClient(credentials, {
    lookup: (id) => Promise.resolve(clients.get(id)),
    secrets,
    audiences: [issuer, endpoint],
    now,
  });

async function codeOf(credentials: ClientCredentials, now = at(0)): Promise<string> {
  try {
    return `accepted: ${(await authenticate(credentials, now)).clientId}`;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
const form = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);

describe('a client with a secret', () => {
  const right = basic('demo-rs:demo-rs-secret');

  it('is known by HTTP Basic, whatever the case of the word', async () => {
    expect(await authenticate({ authorization: right })).toEqual({
      clientId: 'demo-rs',
      method: 'client_secret_basic',
    });
    expect(await codeOf({ authorization: right.replace('Basic', 'basic') })).toBe('accepted: demo-rs');
    expect(await codeOf({ authorization: right, client_id: 'demo-rs' })).toBe('accepted: demo-rs');
  });

  it('is known when id and secret need form-encoding', async () => {
    expect(await codeOf({ authorization: basic(`${form('a:b c')}:${form('p+q%:é ')}`) })).toBe(
      'accepted: a:b c',
    );
    expect(await codeOf({ authorization: basic('a:b c:p+q%:é ') })).toBe('invalid_client');
  });

  it('is known as other implementations write it', async () => {
    const headers = new Headers();
    await oauth.ClientSecretBasic('p+q%:é ')(
      { issuer },
      { client_id: 'a:b c' },
      new URLSearchParams(),
      headers,
    );
    expect(await codeOf({ authorization: headers.get('authorization')! })).toBe('accepted: a:b c');
  });

  it.each<[string, ClientCredentials]>([
    ['nothing', {}],
    ['another scheme', { authorization: right.replace('Basic', 'Bearer') }],
    ['a wrong secret', { authorization: basic('demo-rs:demo-rs-secreT') }],
    ['a longer secret', { authorization: basic('demo-rs:demo-rs-secret1') }],
    ['no secret', { authorization: basic('demo-rs:') }],
    ['no colon', { authorization: basic('demo-rs') }],
    ['no id', { authorization: basic(':demo-rs-secret') }],
    ['a broken escape', { authorization: basic('demo-rs:%zz') }],
    ['an unknown client', { authorization: basic('nobody:demo-rs-secret') }],
    ['a client without a secret', { authorization: basic('ivr:x') }],
    ['no base64', { authorization: 'Basic demo-rs:demo-rs-secret' }],
    ['two headers in one', { authorization: `${right}, ${right}` }],
    ['a secret in the body', { client_id: 'demo-rs', client_secret: 'demo-rs-secret' }],
    ['a secret in the body too', { authorization: right, client_secret: 'demo-rs-secret' }],
    ['another client_id in the body', { authorization: right, client_id: 'ivr' }],
    ['a second method', { authorization: right, client_assertion_type: TYPE, client_assertion: 'a.b.c' }],
  ])('is refused with %s', async (_, credentials) => {
    expect(await codeOf(credentials)).toBe('invalid_client');
  });

  it('is refused at once when the secret is changed or the client withdrawn, though it was right a moment ago', async () => {
    const before = clients.get('demo-rs')!;
    expect(await codeOf({ authorization: right })).toBe('accepted: demo-rs');
    try {
      clients.set('demo-rs', { id: 'demo-rs', secretHash: await hashClientSecret('another') });
      expect(await codeOf({ authorization: right })).toBe('invalid_client');
      clients.delete('demo-rs');
      expect(await codeOf({ authorization: right })).toBe('invalid_client');
    } finally {
      clients.set('demo-rs', before);
    }
    expect(await codeOf({ authorization: right })).toBe('accepted: demo-rs');
  });

  it('is stored as a salted hash that holds no secret', async () => {
    const [one, two] = [await hashClientSecret('s3cret-s3cret'), await hashClientSecret('s3cret-s3cret')];
    expect(one.equals(two)).toBe(false);
    expect(one.includes('s3cret')).toBe(false);
  });
});

describe('checking secrets', () => {
  it('answers at once what was right, and never remembers what was wrong', async () => {
    const stored = clients.get('demo-rs')!.secretHash;
    expect(await secrets.check('demo-rs', 'wrong', stored, at(0))).toBe(false);
    expect(await secrets.check('demo-rs', 'wrong', stored, at(0))).toBe(false);
    expect(await secrets.check('demo-rs', 'demo-rs-secret', stored, at(0))).toBe(true);
    expect(await secrets.check('demo-rs', 'demo-rs-secret', stored, at(30))).toBe(true);
    expect(await secrets.check('demo-rs', 'demo-rs-secret', stored, at(61))).toBe(true);
  });

  it('serves many callers with one secret together, and bounds how many guesses are under way', async () => {
    const stored = clients.get('demo-rs')!.secretHash;
    const together = Array.from({ length: 100 }, () =>
      secrets.check('demo-rs', 'demo-rs-secret', stored, at(0)),
    );
    expect(new Set(await Promise.all(together))).toEqual(new Set([true]));

    const guesses = Array.from({ length: 40 }, (_, n) =>
      secrets.check('demo-rs', `guess ${n}`, stored, at(0)),
    );
    const known = secrets.check('demo-rs', 'demo-rs-secret', stored, at(0));
    const outcomes = await Promise.allSettled(guesses);
    const refused = outcomes.filter((each) => each.status === 'rejected');
    expect(refused).toHaveLength(28);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'unavailable' });
    expect(await known).toBe(true);
    expect(await secrets.check('demo-rs', 'a later guess', stored, at(0))).toBe(false);
  });
});

describe('a flood of guesses', () => {
  it('keeps places for a secret that was right within the hour, though it has to be checked anew', async () => {
    const stored = clients.get('demo-rs')!.secretHash;
    const ask = (secret: string, seconds: number) => secrets.check('demo-rs', secret, stored, at(seconds));
    expect(await ask('demo-rs-secret', 0)).toBe(true);
    const flood = (seconds: number) =>
      Promise.allSettled(Array.from({ length: 64 }, (_, n) => ask(`guess ${n}`, seconds)));
    for (const later of [61, 3000]) {
      const guesses = flood(later);
      expect(await ask('demo-rs-secret', later)).toBe(true);
      await guesses;
    }
    // Whoever was not right for more than an hour stands in line with the guesses.
    const guesses = flood(3000 + 3601);
    await expect(ask('demo-rs-secret', 3000 + 3601)).rejects.toMatchObject({ code: 'unavailable' });
    await guesses;
  });
});

describe('a client with a key', () => {
  const claims: JWTPayload = { iss: 'ivr', sub: 'ivr', aud: issuer, exp: NOW + 60, jti: 'jti-0001' };

  const assertion = (more: JWTPayload = {}, key: KeyObject = keys.privateKey, header: object = {}) =>
    new SignJWT({ ...claims, ...more }).setProtectedHeader({ alg: 'ES256', kid: '1', ...header }).sign(key);
  const byKey = (text: unknown, more: ClientCredentials = {}): ClientCredentials => ({
    client_assertion_type: TYPE,
    client_assertion: text,
    ...more,
  });

  it('is known by an assertion for the issuer or the endpoint, and told until when it could be replayed', async () => {
    const first = await authenticate(byKey(await assertion()));
    expect(first).toEqual({
      clientId: 'ivr',
      method: 'private_key_jwt',
      replayKey: expect.any(Buffer),
      usableUntil: NOW + 90,
    });
    expect(await authenticate(byKey(await assertion({ aud: [endpoint] }), { client_id: 'ivr' }))).toEqual(
      first,
    );
    const next = await authenticate(byKey(await assertion({ jti: 'jti-0002' })));
    expect(next).not.toEqual(first);
    expect(await codeOf(byKey(await assertion()), at(91))).toBe('invalid_client');
  });

  it('is known as other implementations write it', async () => {
    const key = await crypto.subtle.importKey(
      'jwk',
      keys.privateKey.export({ format: 'jwk' }),
      { name: 'ECDSA', namedCurve: 'P-256' },
      false,
      ['sign'],
    );
    const body = new URLSearchParams();
    await oauth.PrivateKeyJwt({ key, kid: '1' })({ issuer }, { client_id: 'ivr' }, body, new Headers());
    const given = Object.fromEntries(body);
    const { iat } = JSON.parse(
      Buffer.from(given['client_assertion']!.split('.')[1]!, 'base64url').toString(),
    ) as {
      iat: number;
    };
    expect(await codeOf(given, new Date(iat * 1000))).toBe('accepted: ivr');
    expect(await codeOf(given, new Date((iat - 20) * 1000))).toBe('accepted: ivr');
  });

  it.each<[string, JWTPayload]>([
    ['another issuer', { iss: 'demo-rs' }],
    ['an unknown issuer', { iss: 'nobody' }],
    ['no issuer', { iss: undefined as unknown as string }],
    ['another subject', { sub: 'demo-rs' }],
    ['no subject', { sub: undefined as unknown as string }],
    ['another audience', { aud: 'https://other.example' }],
    ['several audiences', { aud: [issuer, 'https://other.example'] }],
    ['no audience', { aud: undefined as unknown as string }],
    ['no end', { exp: undefined as unknown as number }],
    ['an end that has passed', { exp: NOW - 31 }],
    ['an end too far', { exp: NOW + 601 }],
    ['a beginning to come', { nbf: NOW + 31 }],
    ['no jti', { jti: undefined as unknown as string }],
    ['a short jti', { jti: '1' }],
  ])('is refused with %s', async (_, more) => {
    expect(await codeOf(byKey(await assertion(more)))).toBe('invalid_client');
  });

  it('is refused with another key, a MAC, no signature, or in another form', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(await codeOf(byKey(await assertion({}, other.privateKey)))).toBe('invalid_client');
    const jwk = await exportJWK(other.publicKey);
    expect(await codeOf(byKey(await assertion({}, other.privateKey, { jwk })))).toBe('invalid_client');
    expect(await codeOf(byKey(await assertion({}, keys.privateKey, { kid: '2' })))).toBe('invalid_client');

    const right = await assertion();
    const [, payload, signature] = right.split('.');
    const header = (alg: string) => Buffer.from(JSON.stringify({ alg, kid: '1' })).toString('base64url');
    const pem = keys.publicKey.export({ type: 'spki', format: 'pem' });
    const mac = createHmac('sha256', pem)
      .update(`${header('HS256')}.${payload}`)
      .digest('base64url');
    const forms = [
      `${header('HS256')}.${payload}.${mac}`,
      `${header('none')}.${payload}.`,
      `${header('none')}.${payload}.${signature}`,
      `${right} `,
      `${right}.${signature}`,
      [right],
      undefined,
    ];
    for (const each of forms) expect(await codeOf(byKey(each))).toBe('invalid_client');
    expect(await codeOf({ client_assertion: right })).toBe('invalid_client');
    expect(await codeOf({ client_assertion: right, client_assertion_type: 'jwt' })).toBe('invalid_client');
    expect(await codeOf(byKey(right, { client_id: 'demo-rs' }))).toBe('invalid_client');
    expect(await codeOf(byKey(right))).toBe('accepted: ivr');
  });

  it('is refused when it comes by two methods, each of them right', async () => {
    const authorization = basic('demo-rs:demo-rs-secret');
    expect(await codeOf({ authorization })).toBe('accepted: demo-rs');
    expect(await codeOf(byKey(await assertion(), { authorization }))).toBe('invalid_client');
  });

  it('is refused when its registered key is a shared secret', async () => {
    const secret = Buffer.alloc(32, 1);
    clients.set('weak', {
      id: 'weak',
      jwks: { keys: [{ kty: 'oct', k: secret.toString('base64url'), alg: 'HS256' }] },
    });
    const text = await new SignJWT({ ...claims, iss: 'weak', sub: 'weak' })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(secret);
    expect(await codeOf(byKey(text))).toBe('invalid_client');
  });
});
