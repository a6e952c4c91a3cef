import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import fc from 'fast-check';
import { DomainError } from './domain-error.js';
import { jwkThumbprint, parseTerminalKey, publicKeyForm } from './terminal-key.js';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = pair.publicKey.export({ format: 'jwk' });

function faultsOf(value: unknown, at?: string): string[] {
  try {
    parseTerminalKey(value, at);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'invalid_input') {
      return (error.more.faults ?? []).map(({ pointer }) => pointer);
    }
    throw error;
  }
  return [];
}

describe('the key a terminal is enrolled with', () => {
  it('is a public P-256 JWK, without what else stands in it', () => {
    expect(
      parseTerminalKey({ ...jwk, kid: '1', ext: true, key_ops: ['verify'], use: 'sig', alg: 'ES256' }),
    ).toEqual({
      kty: 'EC',
      crv: 'P-256',
      x: jwk.x,
      y: jwk.y,
    });
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' });
  const ed = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const refused: [string, unknown, string[]][] = [
    ['nothing', undefined, ['/jwk', '/jwk/kty', '/jwk/crv', '/jwk/x', '/jwk/y']],
    ['a list', [jwk], ['/jwk', '/jwk/kty', '/jwk/crv', '/jwk/x', '/jwk/y']],
    ['a private key', pair.privateKey.export({ format: 'jwk' }), ['/jwk/d']],
    ['a null in place of the private part', { ...jwk, d: null }, ['/jwk/d']],
    ['a shared secret', { kty: 'oct', k: 'AAAA' }, ['/jwk/k', '/jwk/kty', '/jwk/crv', '/jwk/x', '/jwk/y']],
    ['an RSA key', rsa, ['/jwk/kty', '/jwk/crv', '/jwk/x', '/jwk/y']],
    ['a P-384 key', p384, ['/jwk/crv', '/jwk/x', '/jwk/y']],
    ['an Ed25519 key', ed, ['/jwk/kty', '/jwk/crv', '/jwk/y']],
    ['an x that is too short', { ...jwk, x: jwk.x!.slice(1) }, ['/jwk/x']],
    ['padding', { ...jwk, y: `${jwk.y}=` }, ['/jwk/y']],
    ['a point off the curve', { ...jwk, y: jwk.x }, ['/jwk']],
    ['the point 0, 0', { ...jwk, x: 'A'.repeat(43), y: 'A'.repeat(43) }, ['/jwk']],
    ['another algorithm', { ...jwk, alg: 'HS256' }, ['/jwk/alg']],
    ['an encryption key', { ...jwk, use: 'enc' }, ['/jwk/use']],
  ];
  it.each(refused)('is not %s', (_, value, pointers) => {
    expect(faultsOf(value)).toEqual(pointers);
  });

  it('is pointed at where it stands in the input', () => {
    expect(faultsOf({ ...jwk, x: 1 }, '/terminal/jwk')).toEqual(['/terminal/jwk/x']);
  });

  it('has one way of writing only: the same bytes written otherwise are refused', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(jwk.x!.at(-1)!);
    const alias = jwk.x!.slice(0, -1) + alphabet[last + 1];
    expect(Buffer.from(alias, 'base64url')).toEqual(Buffer.from(jwk.x!, 'base64url'));
    expect(faultsOf({ ...jwk, x: alias })).toEqual(['/jwk/x']);
  });
});

describe('a thumbprint', () => {
  it('is that of RFC 7638, as another implementation makes it', async () => {
    const base64 = () => randomBytes(32).toString('base64url');
    await fc.assert(
      fc.asyncProperty(fc.boolean(), async (ec) => {
        const key = publicKeyForm(
          ec
            ? { kty: 'EC', crv: 'P-256', x: base64(), y: base64() }
            : { kty: 'OKP', crv: 'Ed25519', x: base64() },
        );
        expect(jwkThumbprint(key!)).toBe(await calculateJwkThumbprint({ ...key! }));
      }),
      { numRuns: 50 },
    );
  });

  it('is that of the example of RFC 8037, appendix A.3', () => {
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
    expect(jwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x })).toBe(
      'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
    );
  });
});
