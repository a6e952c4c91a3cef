import type { Rate } from '../../config/limits.js';

/** Keys that are kept at once: about 10 MB. Who has more addresses than this is forgotten, the longest unseen first. */
const CAPACITY = 100_000;

/**
 * A leaky bucket for each key, as one instant: when it will have run dry (the generic cell rate algorithm of
 * ITU-T I.371). Nothing has to be swept: a bucket that has run dry is as good as none. Times in milliseconds.
 */
export class Buckets {
  readonly #dryAt = new Map<string, number>();
  readonly #drop: number;
  readonly #brim: number;

  constructor(
    { perSecond, burst }: Rate,
    private readonly capacity = CAPACITY,
  ) {
    this.#drop = 1000 / perSecond;
    this.#brim = this.#drop * burst;
  }

  get size(): number {
    return this.#dryAt.size;
  }

  /**
   * Puts drops in, all or none. → 0, or the whole seconds until there is room for them; then nothing was put in. More
   * than the bucket holds fill it, once it has run dry.
   */
  pour(key: string, now: number, drops = 1): number {
    const wait = this.wait(key, now, drops);
    if (wait > 0) return wait;
    const dryAt = this.#level(key, now) + now + this.#much(drops);
    this.#dryAt.delete(key);
    this.#dryAt.set(key, dryAt);
    for (const [oldest, at] of this.#dryAt) {
      if (at > now && this.#dryAt.size <= this.capacity) break;
      this.#dryAt.delete(oldest);
    }
    return 0;
  }

  /** The same question, and nothing is put in. */
  wait(key: string, now: number, drops = 1): number {
    const over = this.#level(key, now) + this.#much(drops) - this.#brim;
    // A rounding error of the sum is not a drop too many.
    return over <= this.#drop / 1000 ? 0 : Math.max(1, Math.ceil(over / 1000));
  }

  #much(drops: number): number {
    return Math.min(this.#drop * drops, this.#brim);
  }

  /** How long it takes to run dry. */
  #level(key: string, now: number): number {
    const level = Math.max(0, (this.#dryAt.get(key) ?? now) - now);
    // No bucket holds more than its brim: the clock was set back, and nobody is to wait for the time of before.
    return level <= this.#brim ? level : 0;
  }
}
