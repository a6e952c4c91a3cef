import { createPublicKey } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import fc from 'fast-check';
import { newTokenKey } from '../config/stored-keys.js';
import { JWKS_CACHE_SECONDS, rotate, TOKEN_LIFETIME_SECONDS, TokenKeyRing } from './token-keys.js';

const START = 1_790_000_000;
const at = (seconds: number) => new Date((START + seconds) * 1000);
const firstRing = async () => new TokenKeyRing([await newTokenKey(0)]);
const published = (ring: TokenKeyRing, seconds: number) => ring.jwks(at(seconds)).keys.map(({ kid }) => kid);

describe('a ring of token keys', () => {
  it('signs from the first start with its one key, named by its RFC 7638 thumbprint', async () => {
    const ring = await firstRing();
    const { kid, privateKey } = ring.signer(at(0));
    const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
    expect(kid).toBe(await calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x: jwk.x! }));
    expect(ring.jwks(at(0)).keys).toEqual([
      { kty: 'OKP', crv: 'Ed25519', x: jwk.x, kid, use: 'sig', alg: 'EdDSA' },
    ]);
  });

  it('knows no key but its own, and signs with none when all have gone', async () => {
    const [ring, other] = [await firstRing(), await firstRing()];
    expect(ring.verifier(other.signer(at(0)).kid, at(0))).toBeUndefined();
    const ended = new TokenKeyRing(ring.stored.map((key) => ({ ...key, published_until: START })));
    expect(() => ended.signer(at(0))).toThrow(/invariant/);
    expect(ended.jwks(at(0)).keys).toEqual([]);
    expect(ended.verifier(ring.signer(at(0)).kid, at(0))).toBeUndefined();
    expect(ended.verifier(ring.signer(at(0)).kid, at(-1))).toBeDefined();
  });

  it('publishes no private half', async () => {
    const ring = await rotate(await firstRing(), at(0));
    for (const { jwk } of ring.stored) expect(JSON.stringify(ring.jwks(at(0)))).not.toContain(jwk.d);
    for (const key of ring.jwks(at(0)).keys) expect(key).not.toHaveProperty('d');
    expect(JSON.stringify(ring)).toBe('{}');
  });
});

describe('a rotation', () => {
  it('publishes the fresh key ten minutes before it signs and the old one until its tokens are long gone', async () => {
    const first = await firstRing();
    const ring = await rotate(first, at(0));
    const old = first.signer(at(0)).kid;
    const [, fresh] = published(ring, 0);
    expect(published(ring, 0)).toEqual([old, fresh]);
    expect(ring.signer(at(599)).kid).toBe(old);
    expect(ring.signer(at(600)).kid).toBe(fresh);
    expect(ring.verifier(old, at(600 + 300 + 599))).toBeDefined();
    expect(ring.verifier(old, at(600 + 300 + 600))).toBeUndefined();
    expect(published(ring, 1500)).toEqual([fresh]);
  });

  it('leaves the ring it was made from as it was, and drops keys that are no longer published', async () => {
    const first = await firstRing();
    const before = first.stored;
    const ring = await rotate(await rotate(first, at(0)), at(5000));
    expect(first.stored).toEqual(before);
    expect(ring.stored).toHaveLength(2);
    expect(ring.stored.map(({ kid }) => kid)).not.toContain(before[0]!.kid);
  });

  // Rings as the instances saw them: each from the instant of its rotation on. Delays may be short, so that a
  // key waits while the next is made, and negative, as when the clock is set back a little.
  const schedules = fc.array(fc.integer({ min: -100, max: 4000 }), { minLength: 1, maxLength: 5 });

  async function history(delays: number[]) {
    const rings = [{ from: 0, ring: await firstRing() }];
    let now = 0;
    for (const delay of delays) {
      now = Math.max(0, now + delay);
      rings.push({ from: now, ring: await rotate(rings.at(-1)!.ring, at(now)) });
    }
    return rings;
  }
  const ringAt = (rings: Awaited<ReturnType<typeof history>>, seconds: number) =>
    rings.findLast(({ from }) => from <= seconds)?.ring ?? rings[0]!.ring;

  it('never leaves a gap: whoever cached the key set knows the signer, and every live token verifies', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, fc.integer({ min: 0, max: 25_000 }), async (delays, issued) => {
        const rings = await history(delays);
        const { kid } = ringAt(rings, issued).signer(at(issued));
        const cached = Math.max(0, issued - JWKS_CACHE_SECONDS);
        expect(published(ringAt(rings, cached), cached)).toContain(kid);
        for (const later of [0, 1, TOKEN_LIFETIME_SECONDS, TOKEN_LIFETIME_SECONDS + JWKS_CACHE_SECONDS - 1]) {
          expect(ringAt(rings, issued + later).verifier(kid, at(issued + later))).toBeDefined();
        }
      }),
      { numRuns: 200 },
    );
  });

  it('ends: a while after the last one, the youngest key is alone, and it signs', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (delays) => {
        const ring = (await history(delays)).at(-1)!.ring;
        const youngest = ring.stored.at(-1)!.kid;
        expect(published(ring, 30_000)).toEqual([youngest]);
        expect(ring.signer(at(30_000)).kid).toBe(youngest);
      }),
      { numRuns: 50 },
    );
  });
});
