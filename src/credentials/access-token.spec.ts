import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createLocalJWKSet, jwtVerify } from 'jose';
import fc from 'fast-check';
import { newTokenKey } from '../config/stored-keys.js';
import { DomainError } from '../contract/domain-error.js';
import {
  issueAccessToken,
  verifyAccessToken,
  VerifiedTokens,
  type AccessTokenRequest,
  type ExpectedToken,
} from './access-token.js';
import { rotate, TokenKeyRing } from './token-keys.js';

const NOW = 1_790_000_000;
const at = (seconds: number) => new Date((NOW + seconds) * 1000);
const issuer = 'https://kashikagi.example';
const audience = 'https://kashikagi.example/api';
const expected: ExpectedToken = { issuer, audience, now: at(0) };

const request: AccessTokenRequest = {
  issuer,
  audience,
  jti: 'cr_1',
  grantId: 'gr_1',
  personId: 'operator-a-01',
  terminalId: 'tm_1',
  organizationId: 'retailer-a',
  declarationId: 'dc_1',
  jkt: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  expiresAt: at(300),
  authorizationDetails: [
    { type: 'kashikagi_outage_call', fields: ['outage_state'], area: ['272035'], declaration: 'dc_1' },
  ],
};

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decoded = (token: string, part: number) =>
  JSON.parse(Buffer.from(token.split('.')[part]!, 'base64url').toString()) as Record<string, unknown>;

let ring: TokenKeyRing;
let token: string;

beforeAll(async () => {
  ring = new TokenKeyRing([await newTokenKey(0)]);
  token = await issueAccessToken(ring, request, at(0));
});

/** A token of our own making with the ring's key, but for what is given; undefined leaves a member out. */
function forged(header: object, claims: object = {}, key: KeyObject = ring.signer(at(0)).privateKey): string {
  const input = `${base64url({ ...decoded(token, 0), ...header })}.${base64url({ ...decoded(token, 1), ...claims })}`;
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const signature = sign(digest, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

function codeOf(given: string, more: Partial<ExpectedToken> = {}, keys = ring): string {
  try {
    verifyAccessToken(keys, given, { ...expected, ...more });
    return 'accepted';
  } catch (error) {
    if (error instanceof DomainError) return `${error.code}: ${error.more.internal ?? ''}`;
    throw error;
  }
}

describe('an access token', () => {
  it('says what RFC 9068, 9396 and 9449 ask for', () => {
    expect(decoded(token, 0)).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: ring.signer(at(0)).kid });
    expect(decoded(token, 1)).toEqual({
      iss: issuer,
      aud: audience,
      sub: 'operator-a-01',
      client_id: 'tm_1',
      organization_id: 'retailer-a',
      jti: 'cr_1',
      iat: NOW,
      exp: NOW + 300,
      grant_id: 'gr_1',
      declaration_id: 'dc_1',
      cnf: { jkt: request.jkt },
      authorization_details: request.authorizationDetails,
    });
  });

  it('is read back as what was asked for', () => {
    const claims = verifyAccessToken(ring, token, expected);
    expect({ ...request, ...claims }).toEqual({ ...request, iat: NOW, exp: NOW + 300 });
    expect(Object.keys(claims)).toHaveLength(10);
  });

  it('can be checked by others with the published key set', async () => {
    const keys = createLocalJWKSet({ keys: ring.jwks(at(0)).keys.map((key) => ({ ...key })) });
    const options = { issuer, audience, typ: 'at+jwt', algorithms: ['EdDSA'], currentDate: at(0) };
    await expect(jwtVerify(token, keys, options)).resolves.toMatchObject({ payload: { grant_id: 'gr_1' } });
  });

  it('ends at or before the end it was given, never after, and not later than five minutes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300_000 }), fc.nat(999), async (life, fraction) => {
        const now = new Date(NOW * 1000 + fraction);
        const expiresAt = new Date(now.getTime() + life);
        const issued = await issueAccessToken(ring, { ...request, expiresAt }, now);
        expect(codeOf(issued, { now: expiresAt })).toBe('invalid_token: expired');
        expect(Number(decoded(issued, 1)['exp']) * 1000).toBeGreaterThan(expiresAt.getTime() - 1000);
      }),
      { numRuns: 50 },
    );
    for (const seconds of [-1, 0, 301]) {
      await expect(issueAccessToken(ring, { ...request, expiresAt: at(seconds) }, at(0))).rejects.toThrow(
        'invariant',
      );
    }
  });

  it('is not issued when it would be too long to be accepted', async () => {
    const [detail] = request.authorizationDetails;
    const area = Array.from({ length: 500 }, () => '272035');
    const authorizationDetails = [{ ...detail!, area }];
    await expect(issueAccessToken(ring, { ...request, authorizationDetails }, at(0))).rejects.toThrow(
      'invariant',
    );
  });
});

describe('an access token is refused', () => {
  it('outside its time, to the second', () => {
    expect(codeOf(token, { now: at(299.999) })).toBe('accepted');
    expect(codeOf(token, { now: at(300) })).toBe('invalid_token: expired');
    expect(codeOf(token, { now: at(-2) })).toBe('accepted');
    expect(codeOf(token, { now: at(-3) })).toBe('invalid_token: issued in the future');
  });

  it('for another issuer or audience', () => {
    expect(codeOf(token, { issuer: `${issuer}/` })).toBe('invalid_token: iss');
    expect(codeOf(token, { audience: issuer })).toBe('invalid_token: aud');
    expect(codeOf(forged({}, { aud: [audience] }))).toBe('invalid_token: no aud');
  });

  it('when its key is unknown, another’s, or no longer published', async () => {
    const other = new TokenKeyRing([await newTokenKey(0)]);
    expect(codeOf(token, {}, other)).toBe('invalid_token: unknown kid');
    const { kid, privateKey } = other.signer(at(0));
    expect(codeOf(forged({ kid }, {}, privateKey))).toBe('invalid_token: unknown kid');
    expect(codeOf(forged({}, {}, privateKey))).toBe('invalid_token: signature');
    expect(codeOf(forged({ kid: undefined }))).toBe('invalid_token: unknown kid');
    expect(codeOf(forged({ kid: 1 }))).toBe('invalid_token: unknown kid');
  });

  it('for its typ: of another JWT, or none', () => {
    for (const typ of ['JWT', 'dpop+jwt', 'AT+JWT', undefined]) {
      expect(codeOf(forged({ typ }))).toBe('invalid_token: typ');
    }
  });

  it('for its alg: none, a MAC keyed with the public key, another algorithm', () => {
    expect(codeOf(`${base64url({ ...decoded(token, 0), alg: 'none' })}.${token.split('.')[1]}.AA`)).toMatch(
      /alg$/,
    );
    expect(codeOf(`${base64url({ ...decoded(token, 0), alg: 'none' })}.${token.split('.')[1]}.`)).toMatch(
      /JWT/,
    );

    const publicKey = createPublicKey(ring.signer(at(0)).privateKey);
    const input = `${base64url({ ...decoded(token, 0), alg: 'HS256' })}.${token.split('.')[1]}`;
    const secrets = [
      publicKey.export({ format: 'pem', type: 'spki' }),
      publicKey.export({ format: 'der', type: 'spki' }),
      Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'),
    ];
    for (const secret of secrets) {
      const mac = createHmac('sha256', secret).update(input).digest('base64url');
      expect(codeOf(`${input}.${mac}`)).toBe('invalid_token: alg');
    }
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(codeOf(forged({ alg: 'ES256' }, {}, ec))).toBe('invalid_token: alg');
  });

  it('with an extension that must be understood', () => {
    expect(codeOf(forged({ crit: ['b64'], b64: false }))).toBe('invalid_token: crit');
    expect(codeOf(forged({ crit: ['x'], x: 1 }))).toBe('invalid_token: crit');
  });

  it('with a key it brings itself', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const jwk = publicKey.export({ format: 'jwk' });
    expect(codeOf(forged({ jwk }, {}, privateKey))).toBe('invalid_token: signature');
    expect(codeOf(forged({ jwk, kid: undefined }, {}, privateKey))).toBe('invalid_token: unknown kid');
  });

  it('in another form than three parts of base64url of at most 4 KB', () => {
    const [header, claims, signature] = token.split('.');
    const forms = [
      '',
      'token',
      `${header}.${claims}`,
      `${token}.${signature}`,
      `${header}..${signature}`,
      `${token} `,
      `${token}\n`,
      `${token}=`,
      `${token},${token}`,
      `DPoP ${token}`,
      forged({}, { filling: 'x'.repeat(4000) }),
    ];
    for (const form of forms) expect(codeOf(form)).toMatch(/not one compact JWT/);
    expect(codeOf(`${token}AA`)).toBe('invalid_token: signature');
    expect(codeOf(`${Buffer.from('[]').toString('base64url')}.${claims}.${signature}`)).toMatch(/not JSON$/);
  });

  it.each([
    ['iss', undefined],
    ['aud', undefined],
    ['sub', undefined],
    ['sub', ''],
    ['client_id', undefined],
    ['jti', undefined],
    ['jti', 5],
    ['grant_id', undefined],
    ['declaration_id', null],
    ['cnf', undefined],
    ['cnf', { jwk: {} }],
    ['iat', undefined],
    ['iat', '1790000000'],
    ['exp', undefined],
    ['exp', NOW + 301],
    ['exp', NOW + 0.5],
    ['authorization_details', undefined],
    ['authorization_details', [{ type: 'other' }]],
    ['authorization_details', [{ ...request.authorizationDetails[0], fields: [1] }]],
  ])('though well signed, when its %s is %j', (name, value) => {
    expect(codeOf(forged({}, { [name]: value }))).toMatch(/^invalid_token/);
  });

  it('whatever single character of it is changed', () => {
    const change = fc.record({
      place: fc.nat(token.length - 2),
      to: fc.constantFrom('A', 'z', '0', '-', '.'),
    });
    fc.assert(
      fc.property(change, ({ place, to }) => {
        fc.pre(token[place] !== to);
        expect(codeOf(token.slice(0, place) + to + token.slice(place + 1))).toMatch(/^invalid_token/);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a signature that is remembered', () => {
  it('spares a second verification of the same token', () => {
    const verified = new VerifiedTokens();
    const first = verifyAccessToken(ring, token, { ...expected, verified });
    expect(verified.size).toBe(1);
    expect(verifyAccessToken(ring, token, { ...expected, verified })).toBe(first);
  });

  it('spares nothing else: time, issuer, audience and the key are judged each time', async () => {
    const verified = new VerifiedTokens();
    expect(codeOf(token, { verified })).toBe('accepted');
    expect(codeOf(token, { verified, audience: issuer })).toBe('invalid_token: aud');
    expect(codeOf(token, { verified, issuer: audience })).toBe('invalid_token: iss');
    expect(codeOf(token, { verified, now: at(-60) })).toMatch(/future/);

    const withdrawn = new TokenKeyRing([await newTokenKey(0)]);
    expect(codeOf(token, { verified }, withdrawn)).toBe('invalid_token: its key is no longer published');
    expect(codeOf(token, { verified, now: at(300) })).toMatch(/^invalid_token/);
    expect(codeOf(token, { verified, now: at(0) })).toBe('accepted');
  });

  it('helps no other token: a forged one is refused as before, and takes no room', () => {
    const verified = new VerifiedTokens();
    verifyAccessToken(ring, token, { ...expected, verified });
    const parts = token.split('.');
    const raised = [parts[0], base64url({ ...decoded(token, 1), grant_id: 'gr_2' }), parts[2]].join('.');
    for (let time = 0; time < 2; time += 1)
      expect(codeOf(raised, { verified })).toBe('invalid_token: signature');
    expect(verified.size).toBe(1);
  });

  it('is bounded in number', async () => {
    const verified = new VerifiedTokens(3);
    for (let n = 0; n < 8; n += 1) {
      const each = await issueAccessToken(ring, { ...request, jti: `cr_${n}` }, at(0));
      expect(codeOf(each, { verified })).toBe('accepted');
    }
    expect(verified.size).toBe(3);
  });
});

describe('tokens across a rotation', () => {
  it('of the old key and the new are accepted while they live', async () => {
    const rotated = await rotate(ring, at(0));
    for (const seconds of [0, 599, 600, 601, 2000]) {
      const issued = await issueAccessToken(
        rotated,
        { ...request, expiresAt: at(seconds + 300) },
        at(seconds),
      );
      expect(codeOf(issued, { now: at(seconds) }, rotated)).toBe('accepted');
      expect(codeOf(issued, { now: at(seconds + 299) }, rotated)).toBe('accepted');
    }
  });
});
