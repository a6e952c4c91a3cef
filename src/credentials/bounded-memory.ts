/**
 * Remembers at most `capacity` values, each until its own end; the longest unused is forgotten first.
 * Only for what cannot become untrue before that end (a signature over these very bytes); never for a decision.
 */
export class BoundedMemory<V> {
  readonly #values = new Map<string, { value: V; until: number }>();

  constructor(readonly capacity: number) {}

  get size(): number {
    return this.#values.size;
  }

  /** `now` in epoch seconds, as `until`. */
  get(key: string, now: number): V | undefined {
    const found = this.#values.get(key);
    if (!found) return undefined;
    this.#values.delete(key);
    if (found.until <= now) return undefined;
    this.#values.set(key, found);
    return found.value;
  }

  delete(key: string): void {
    this.#values.delete(key);
  }

  set(key: string, value: V, until: number, now: number): void {
    this.#values.delete(key);
    this.#values.set(key, { value, until });
    // From the longest unused on: all that have ended, and as many more as there are too many.
    for (const [oldest, { until: end }] of this.#values) {
      if (end > now && this.#values.size <= this.capacity) break;
      this.#values.delete(oldest);
    }
  }
}
