import { setImmediate as afterTheOthers } from 'node:timers/promises';

/** So long at a stretch, in milliseconds: a decision at the gate waits for no more than this. */
const STRETCH_MS = 10;

/**
 * Work of the processor that takes seconds, in the process that also serves the gate and the lift: after each stretch the
 * others have their turn (law 10). Ask after each small step:
 * `if (work.isDue) await work.rest()`.
 */
export class LongWork {
  private since: number;

  /** @param now milliseconds, only going on @param pause lets everything that waits run once */
  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly pause: () => Promise<unknown> = () => afterTheOthers(),
  ) {
    this.since = now();
  }

  get isDue(): boolean {
    return this.now() - this.since >= STRETCH_MS;
  }

  async rest(): Promise<void> {
    await this.pause();
    this.since = this.now();
  }
}
