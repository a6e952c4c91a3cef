import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { DomainError } from '../contract/domain-error.js';
import { BoundedMemory } from './bounded-memory.js';

/** Form of a stored secret: version 1 | log2 N | r | p | salt 16 | scrypt hash 32. */
const VERSION = 1;
const COST = { logN: 14, r: 8, p: 1 };
const HEAD = 4;
const SALT = 16;
const HASH = 32;

/** → the hash to store; 16 MB and some 40 ms of a core, as much as each guess costs who steals the table. */
export async function hashClientSecret(secret: string): Promise<Buffer> {
  const head = Buffer.from([VERSION, COST.logN, COST.r, COST.p, ...randomBytes(SALT)]);
  return Buffer.concat([head, await derive(secret, head)]);
}

/** Error: a plain Error for a stored hash that is not one of ours. */
async function matches(secret: string, stored: Buffer): Promise<boolean> {
  const head = stored.subarray(0, HEAD + SALT);
  if (stored[0] !== VERSION || stored.length !== HEAD + SALT + HASH)
    throw new Error('not a stored client secret');
  return timingSafeEqual(await derive(secret, head), stored.subarray(HEAD + SALT));
}

function derive(secret: string, head: Buffer): Promise<Buffer> {
  const [, logN = 0, r = 0, p = 0] = head;
  return new Promise((resolve, reject) => {
    const cost = { N: 2 ** logN, r, p };
    scrypt(secret, head.subarray(HEAD), HASH, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** Against this an unknown client is checked, so that it takes the time of a known one. No secret has this hash. */
const NOBODY = Buffer.from([VERSION, COST.logN, COST.r, COST.p, ...randomBytes(SALT + HASH)]);

const REMEMBERED_SECONDS = 60;
const MAX_UNDER_WAY = 16;
/** Of these, only for secrets that were right within the hour: guesses never take the last places. */
const KEPT_PLACES = 4;
const LATELY_SECONDS = 3600;

/**
 * Checks secrets. A system asks for a decision with every call (thousands a second), and scrypt would let some
 * fifty a second through; so a *right* secret is remembered for a minute, by an HMAC under a key that lives in
 * this process only. The HMAC is over the stored hash too: a secret that was changed or withdrawn is forgotten at
 * once, as the client is looked up at every call. Wrong secrets are never remembered, and their number under way
 * is bounded: who floods us with guesses does not take the thread pool from the ledger's file writes. Some of these places
 * are kept for what was right within the hour (the same HMAC): it is checked anew, and finds one under any flood.
 */
export class ClientSecrets {
  readonly #key = randomBytes(32);
  readonly #right: BoundedMemory<true>;
  readonly #lately: BoundedMemory<true>;
  readonly #underWay = new Map<string, Promise<boolean>>();

  constructor(capacity = 1000) {
    this.#right = new BoundedMemory(capacity);
    this.#lately = new BoundedMemory(capacity);
  }

  /** Error: DomainError `unavailable` when too many other secrets are being checked. */
  async check(clientId: string, secret: string, stored: Buffer | undefined, now: Date): Promise<boolean> {
    const seconds = now.getTime() / 1000;
    const asked = JSON.stringify([clientId, secret, stored?.toString('base64')]);
    const name = createHmac('sha256', this.#key).update(asked).digest('base64');
    if (this.#right.get(name, seconds)) return true;

    const places = this.#lately.get(name, seconds) ? MAX_UNDER_WAY : MAX_UNDER_WAY - KEPT_PLACES;
    const right = await this.#once(name, places, () => matches(secret, stored ?? NOBODY));
    if (right) {
      this.#right.set(name, true, seconds + REMEMBERED_SECONDS, seconds);
      this.#lately.set(name, true, seconds + LATELY_SECONDS, seconds);
    }
    return right;
  }

  /** Calls that come together with the same secret wait for one check. */
  async #once(name: string, places: number, check: () => Promise<boolean>): Promise<boolean> {
    const running = this.#underWay.get(name);
    if (running) return running;
    if (this.#underWay.size >= places) {
      throw new DomainError('unavailable', { internal: 'too many client secrets being checked' });
    }
    const started = check().finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, started);
    return started;
  }
}
