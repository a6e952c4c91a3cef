import { createHmac, generateKeyPairSync, hash, sign, type KeyObject } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import * as client from 'dpop';
import fc from 'fast-check';
import { jwkThumbprint, publicKeyForm } from '../contract/terminal-key.js';
import { DomainError } from '../contract/domain-error.js';
import { DpopNonces, verifyDpopProof, type ExpectedProof } from './dpop.js';

const NOW = 1_790_000_000;
const URL_OF_CALL = 'https://kashikagi.example/api/v1/lookups';
const TOKEN = 'eyJ.token.one';
const expected: ExpectedProof = { htm: 'POST', htu: URL_OF_CALL, now: new Date(NOW * 1000) };

const terminal = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = terminal.publicKey.export({ format: 'jwk' });
const jkt = jwkThumbprint(publicKeyForm({ ...jwk })!);

const base64url = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

interface Parts {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  key?: KeyObject;
}

/** A right proof, but for what is given; a member that is undefined is left out. */
function aProof({ header = {}, claims = {}, key = terminal.privateKey }: Parts = {}): string {
  const input = [
    { typ: 'dpop+jwt', alg: 'ES256', jwk, ...header },
    { jti: 'jti-0001', htm: 'POST', htu: URL_OF_CALL, iat: NOW, ...claims },
  ].map(base64url);
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const signature = sign(digest, Buffer.from(input.join('.')), { key, dsaEncoding: 'ieee-p1363' });
  return [...input, signature.toString('base64url')].join('.');
}

function codeOf(proof: string | string[] | undefined, more: Partial<ExpectedProof> = {}): string {
  try {
    verifyDpopProof(proof, { ...expected, ...more });
    return 'accepted';
  } catch (error) {
    if (error instanceof DomainError) return `${error.code}: ${error.more.internal ?? ''}`;
    throw error;
  }
}

describe('a DPoP proof that is right', () => {
  it('tells the key, when it was made, and what a second use would repeat', () => {
    const proof = verifyDpopProof(aProof(), expected);
    expect(proof).toEqual({ jkt, iat: NOW, replayKey: expect.any(Buffer) });
    expect(proof.replayKey).toHaveLength(32);
  });

  it('has a replay key that depends on the key and the jti only', () => {
    const replayKey = (parts: Parts) => verifyDpopProof(aProof(parts), expected).replayKey.toString('hex');
    const first = replayKey({});
    expect(replayKey({ claims: { iat: NOW + 5, extra: 1 } })).toBe(first);
    expect(replayKey({ claims: { jti: 'jti-0002' } })).not.toBe(first);
    const other = { header: { jwk: stranger.publicKey.export({ format: 'jwk' }) }, key: stranger.privateKey };
    expect(replayKey(other)).not.toBe(first);
  });

  it.each([
    ['the very URL', URL_OF_CALL],
    ['a query', `${URL_OF_CALL}?x=1`],
    ['a fragment', `${URL_OF_CALL}#x`],
    ['the default port', 'https://kashikagi.example:443/api/v1/lookups'],
    ['capitals in scheme and host', 'HTTPS://Kashikagi.EXAMPLE/api/v1/lookups'],
    ['dot segments', 'https://kashikagi.example/api/x/../v1/./lookups'],
    ['escapes that need not be', 'https://kashikagi.example/api/v1/%6cookup%73'],
  ])('may write the target with %s', (_, htu) => {
    expect(codeOf(aProof({ claims: { htu } }))).toBe('accepted');
  });

  it('may write an escape that must be in small letters', () => {
    const htu = 'https://kashikagi.example/api/v1/%E8%B2%B8';
    expect(codeOf(aProof({ claims: { htu: htu.toLowerCase() } }), { htu })).toBe('accepted');
    expect(codeOf(aProof({ claims: { htu: htu.replace('%E8', '%E9') } }), { htu })).toMatch(/htu$/);
  });

  it('may be 60 seconds early or late, by the database clock', () => {
    for (const offset of [-60, 60, 0.5])
      expect(codeOf(aProof({ claims: { iat: NOW + offset } }))).toBe('accepted');
  });

  it('is made with the terminal’s key and for the token of the call', () => {
    const proof = aProof({ claims: { ath: hash('sha256', TOKEN, 'base64url') } });
    expect(codeOf(proof, { expectedJkt: jkt, accessToken: TOKEN })).toBe('accepted');
    expect(codeOf(proof, { expectedJkt: jkt, accessToken: `${TOKEN}x` })).toMatch(/ath$/);
  });

  it('verifies again when its key is known, and a wrong signature by that key still does not', () => {
    for (const jti of ['jti-0001', 'jti-0002']) {
      expect(codeOf(aProof({ claims: { jti } }), { expectedJkt: jkt })).toBe('accepted');
    }
    expect(codeOf(aProof({ key: stranger.privateKey }), { expectedJkt: jkt })).toMatch(/signature$/);
  });
});

describe('proofs of other implementations', () => {
  const nowOfClient = (proof: string) => {
    const { iat } = JSON.parse(Buffer.from(proof.split('.')[1]!, 'base64url').toString()) as { iat: number };
    return new Date(iat * 1000);
  };

  it.each(['ES256', 'Ed25519'] as const)('of the npm package dpop (%s) are accepted', async (alg) => {
    const keys = await client.generateKeyPair(alg);
    const nonces = new DpopNonces(Buffer.alloc(32, 1));
    const first = await client.generateProof(keys, URL_OF_CALL, 'POST');
    const nonce = nonces.current(nowOfClient(first));
    const proof = await client.generateProof(keys, URL_OF_CALL, 'POST', nonce, TOKEN);
    const now = nowOfClient(proof);

    const verified = verifyDpopProof(proof, { ...expected, now, accessToken: TOKEN, nonce: nonces.at(now) });
    expect(verified.jkt).toBe(await client.calculateThumbprint(keys.publicKey));
    expect(codeOf(proof, { now, accessToken: `${TOKEN}x` })).toMatch(/ath$/);
    expect(codeOf(proof, { now, htm: 'GET' })).toMatch(/htm$/);
  });

  it('of jose are accepted, with alg EdDSA too', async () => {
    for (const [alg, keys] of [
      ['ES256', terminal],
      ['EdDSA', generateKeyPairSync('ed25519')],
    ] as const) {
      const proof = await new SignJWT({ htm: 'POST', htu: URL_OF_CALL, jti: 'jti-0001', iat: NOW })
        .setProtectedHeader({ typ: 'dpop+jwt', alg, jwk: await exportJWK(keys.publicKey) })
        .sign(keys.privateKey);
      expect(codeOf(proof)).toBe('accepted');
    }
  });

  it('of RFC 9449 (figure 2) are accepted at their time', () => {
    const proof =
      'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0Rs' +
      'cEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2' +
      'In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2Vu' +
      'IiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg';
    const at = { htm: 'POST', htu: 'https://server.example.com/token', now: new Date(1_562_262_616_000) };
    expect(verifyDpopProof(proof, at).jkt).toBe('0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I');
  });
});

describe('a DPoP proof is refused', () => {
  const right = aProof();
  const [header, claims, signature] = right.split('.') as [string, string, string];
  const hs256 = [base64url({ typ: 'dpop+jwt', alg: 'HS256', jwk }), claims].join('.');
  const publicPem = terminal.publicKey.export({ type: 'spki', format: 'pem' });
  const mac = createHmac('sha256', publicPem).update(hs256).digest('base64url');

  it.each<[string, string | string[] | undefined]>([
    ['missing', undefined],
    ['empty', ''],
    ['given twice, as a list', [right, right]],
    ['given once, but as a list', [right]],
    ['given twice, as Node joins them', `${right}, ${right}`],
    ['a word', 'proof'],
    ['of two parts', `${header}.${claims}`],
    ['of four parts', `${right}.${signature}`],
    ['with an empty part', `${header}..${signature}`],
    ['with an empty signature', `${header}.${claims}.`],
    ['with a space after it', `${right} `],
    ['with a new line after it', `${right}\n`],
    ['with padding', `${right}=`],
    ['with a header that is no JSON', `${base64url('{')}.${claims}.${signature}`],
    ['with a header that is a list', `${base64url([])}.${claims}.${signature}`],
    ['with a payload that is null', `${header}.${base64url('null')}.${signature}`],
    ['longer than 4 KB', aProof({ claims: { filling: 'x'.repeat(4000) } })],
  ])('when it is %s', (_, proof) => {
    expect(codeOf(proof)).toBe('invalid_dpop_proof: not one compact JWT of at most 4 KB');
  });

  const ed = generateKeyPairSync('ed25519');
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' });

  it.each<[string, string, string]>([
    ['typ', 'no typ', aProof({ header: { typ: undefined } })],
    ['typ', 'an access token’s typ', aProof({ header: { typ: 'at+jwt' } })],
    ['typ', 'another typ', aProof({ header: { typ: 'JWT' } })],
    ['alg', 'no alg', aProof({ header: { alg: undefined } })],
    ['alg', 'alg none', `${base64url({ typ: 'dpop+jwt', alg: 'none', jwk })}.${claims}.${signature}`],
    ['alg', 'HS256 keyed with the public key', `${hs256}.${mac}`],
    ['alg', 'RS256', aProof({ header: { alg: 'RS256', jwk: jwkOf(rsa.publicKey) }, key: rsa.privateKey })],
    ['alg', 'ES384', aProof({ header: { alg: 'ES384', jwk: jwkOf(p384.publicKey) }, key: p384.privateKey })],
    ['alg', 'an inherited name', aProof({ header: { alg: 'constructor' } })],
    ['alg', 'a list of algs', aProof({ header: { alg: ['ES256'] } })],
    ['crit', 'an extension to understand', aProof({ header: { crit: ['b64'], b64: false } })],
    ['jwk', 'no key', aProof({ header: { jwk: undefined } })],
    ['jwk', 'a key in words', aProof({ header: { jwk: JSON.stringify(jwk) } })],
    ['jwk', 'the private key with it', aProof({ header: { jwk: jwkOf(terminal.privateKey) } })],
    ['jwk', 'a private part that is null', aProof({ header: { jwk: { ...jwk, d: null } } })],
    ['jwk', 'a shared secret', aProof({ header: { jwk: { kty: 'oct', k: 'AAAA' } } })],
    [
      'jwk',
      'a P-384 key under ES256',
      aProof({ header: { jwk: jwkOf(p384.publicKey) }, key: p384.privateKey }),
    ],
    [
      'jwk',
      'an Ed25519 key under ES256',
      aProof({ header: { jwk: jwkOf(ed.publicKey) }, key: ed.privateKey }),
    ],
    ['jwk', 'a P-256 key under EdDSA', aProof({ header: { alg: 'EdDSA' } })],
    ['jwk', 'a point off the curve', aProof({ header: { jwk: { ...jwk, y: jwk.x } } })],
    ['signature', 'another key’s signature', aProof({ key: stranger.privateKey })],
    [
      'signature',
      'another payload’s signature',
      `${aProof({ claims: { jti: 'other-jti' } })
        .split('.', 2)
        .join('.')}.${signature}`,
    ],
    [
      'signature',
      'a changed byte',
      `${header}.${claims}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    ],
    ['signature', 'r and s of zero', `${header}.${claims}.${'A'.repeat(86)}`],
    ['signature', 'a byte after the signature', `${header}.${claims}.${signature}AA`],
    [
      'signature',
      'a DER signature',
      `${header}.${claims}.${sign('sha256', Buffer.from(`${header}.${claims}`), terminal.privateKey).toString('base64url')}`,
    ],
    ['jti', 'no jti', aProof({ claims: { jti: undefined } })],
    ['jti', 'a short jti', aProof({ claims: { jti: '1234567' } })],
    ['jti', 'a long jti', aProof({ claims: { jti: 'x'.repeat(201) } })],
    ['jti', 'a number as jti', aProof({ claims: { jti: 123456789 } })],
    ['htm', 'no htm', aProof({ claims: { htm: undefined } })],
    ['htm', 'another method', aProof({ claims: { htm: 'GET' } })],
    ['htm', 'the method in small letters', aProof({ claims: { htm: 'post' } })],
    ['iat', 'no iat', aProof({ claims: { iat: undefined } })],
    ['iat', 'an iat in words', aProof({ claims: { iat: String(NOW) } })],
    ['iat', 'an iat of null', aProof({ claims: { iat: null } })],
    ['iat', 'an iat in milliseconds', aProof({ claims: { iat: NOW * 1000 } })],
    ['iat', 'an iat long past', aProof({ claims: { iat: NOW - 61 } })],
    ['iat', 'an iat in the future', aProof({ claims: { iat: NOW + 61 } })],
    ['htu', 'no htu', aProof({ claims: { htu: undefined } })],
  ])('for its %s: %s', (reason, _, proof) => {
    expect(codeOf(proof)).toMatch(new RegExp(`^invalid_dpop_proof: ${reason}`));
  });

  it.each([
    'http://kashikagi.example/api/v1/lookups',
    'https://kashikagi.example:8443/api/v1/lookups',
    'https://other.example/api/v1/lookups',
    'https://kashikagi.example.other/api/v1/lookups',
    'https://kashikagi.example./api/v1/lookups',
    'https://kashikagi.example@other.example/api/v1/lookups',
    'https://user@kashikagi.example/api/v1/lookups',
    'https://kashikagi.example/api/v1/lookups/',
    'https://kashikagi.example/api/v1/Lookups',
    'https://kashikagi.example/api/v1',
    'https://kashikagi.example/api/v1%2Flookups',
    'https://kashikagi.example//api/v1/lookups',
    'https:/kashikagi.example/api/v1/lookups',
    'https:\\\\kashikagi.example\\api\\v1\\lookups',
    ' https://kashikagi.example/api/v1/lookups',
    'https://kashikagi.example/api/v1/look\tups',
    '/api/v1/lookups',
    'kashikagi.example/api/v1/lookups',
    'https://kashikagi.example:99999/api/v1/lookups',
    '',
  ])('for its target: %p', (htu) => {
    expect(codeOf(aProof({ claims: { htu } }))).toBe('invalid_dpop_proof: htu');
  });

  it('for its key, when the token is bound to another', () => {
    const proof = aProof({ header: { jwk: jwkOf(stranger.publicKey) }, key: stranger.privateKey });
    expect(codeOf(proof)).toBe('accepted');
    expect(codeOf(proof, { expectedJkt: jkt })).toBe('invalid_dpop_proof: a key other than cnf.jkt');
  });

  it('for the token it was made for: none, another, or the hash in another form', () => {
    const hex = '0'.repeat(64);
    for (const ath of [undefined, null, hex, TOKEN]) {
      expect(codeOf(aProof({ claims: { ath } }), { accessToken: TOKEN })).toBe('invalid_dpop_proof: ath');
    }
  });

  it('whatever single character of it is changed', () => {
    fc.assert(
      fc.property(
        fc.nat(right.length - 2),
        fc.constantFrom('A', 'z', '0', '-', '.', ' ', 'é'),
        (at, character) => {
          fc.pre(right[at] !== character);
          expect(codeOf(right.slice(0, at) + character + right.slice(at + 1))).toMatch(/^invalid_dpop_proof/);
        },
      ),
      { numRuns: 300 },
    );
  });
});
