import { machineSeconds } from '../clock/machine-clock.js';

interface Count {
  /** Seconds since 1970 by this machine's clock, as Prometheus compares it; undefined: never yet. */
  succeededAt: number | undefined;
  failures: number;
}

/** When each of a room's jobs last did its turn without a failure, on this instance. */
export class Turns {
  readonly counts = new Map<string, Count>();

  /** @param names told from the start, so that a job that never runs is seen as well */
  constructor(...names: string[]) {
    for (const name of names) this.counts.set(name, { succeededAt: undefined, failures: 0 });
  }

  /** → what `turn` gives. Its failure is counted, and passed on. */
  async count<T>(name: string, turn: Promise<T>): Promise<T> {
    const count = this.counts.get(name) ?? { succeededAt: undefined, failures: 0 };
    this.counts.set(name, count);
    try {
      const answer = await turn;
      count.succeededAt = machineSeconds();
      return answer;
    } catch (error) {
      count.failures += 1;
      throw error;
    }
  }
}
