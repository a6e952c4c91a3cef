import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { newTokenKey, type StoredTokenKey } from '../config/stored-keys.js';
import { invariant } from '../contract/domain-error.js';

/** Seconds that others may keep `/.well-known/jwks.json`: the route's max-age. */
export const JWKS_CACHE_SECONDS = 600;

/** Seconds that an access token lives at most. */
export const TOKEN_LIFETIME_SECONDS = 300;

/** A public token key in the key set (RFC 7517); built member by member, so that `d` cannot slip in. */
export interface PublishedJwk {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  kid: string;
  use: 'sig';
  alg: 'EdDSA';
}

interface RingEntry extends StoredTokenKey {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/**
 * The keys of access tokens (not the checkpoint's). A ring never changes: `rotate` makes another. What it
 * answers depends on the instant asked for, so a rotation needs no job at the moment it takes effect.
 */
export class TokenKeyRing {
  readonly #entries: readonly RingEntry[];

  constructor(keys: readonly StoredTokenKey[]) {
    this.#entries = keys.map((stored) => {
      const privateKey = createPrivateKey({ key: { ...stored.jwk }, format: 'jwk' });
      return { ...stored, privateKey, publicKey: createPublicKey(privateKey) };
    });
  }

  /** The keys as they are kept; private, for the key file only. */
  get stored(): StoredTokenKey[] {
    return this.#entries.map(({ kid, jwk, signs_from, published_until }) => ({
      kid,
      jwk,
      signs_from,
      published_until,
    }));
  }

  /** The youngest key that signs at `now`. Error: a broken invariant when there is none. */
  signer(now: Date): { kid: string; privateKey: KeyObject } {
    const signing = this.#published(now).filter((entry) => entry.signs_from <= seconds(now));
    const youngest = signing.toSorted((a, b) => b.signs_from - a.signs_from)[0];
    invariant(youngest, 'a token key signs at every instant');
    return { kid: youngest.kid, privateKey: youngest.privateKey };
  }

  /** The key to verify with, or undefined for a kid that is unknown or no longer published. */
  verifier(kid: string, now: Date): KeyObject | undefined {
    return this.#published(now).find((entry) => entry.kid === kid)?.publicKey;
  }

  /** The key set to publish: public halves, those included that sign only later. */
  jwks(now: Date): { keys: PublishedJwk[] } {
    const keys = this.#published(now).map(({ kid, jwk }): PublishedJwk => ({
      kty: 'OKP',
      crv: 'Ed25519',
      x: jwk.x,
      kid,
      use: 'sig',
      alg: 'EdDSA',
    }));
    return { keys };
  }

  #published(now: Date): RingEntry[] {
    return this.#entries.filter(
      (entry) => entry.published_until === null || entry.published_until > seconds(now),
    );
  }
}

/**
 * → a ring with a fresh key, without a gap for those who keep the key set for JWKS_CACHE_SECONDS: the fresh key
 * is published that long before it signs, and its predecessor stays until its last token has expired, and that
 * long again. Instances that share the key file read it anew within the same time. Keys that are no longer
 * published leave the ring.
 */
export async function rotate(ring: TokenKeyRing, now: Date): Promise<TokenKeyRing> {
  const kept = ring.stored.filter(({ published_until: until }) => until === null || until > seconds(now));
  // Never before a key that already waits: two quick rotations keep their order, also if the clock was set back.
  const waiting = kept.map((key) => key.signs_from);
  const signsFrom = Math.max(
    Math.ceil(seconds(now)) + JWKS_CACHE_SECONDS,
    ...waiting.map((from) => from + 1),
  );
  const until = signsFrom + TOKEN_LIFETIME_SECONDS + JWKS_CACHE_SECONDS;
  const older = kept.map((key) => ({ ...key, published_until: key.published_until ?? until }));
  return new TokenKeyRing([...older, await newTokenKey(signsFrom)]);
}

function seconds(now: Date): number {
  return now.getTime() / 1000;
}
