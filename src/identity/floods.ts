/** Who is refused, and how: what a flood is told apart by. */
export interface FloodKey {
  personId: string | undefined;
  organizationId: string | undefined;
  clientId: string | undefined;
  /** Whatever is refused for the number of calls, or for a proof that another one made; else any refusal. */
  kind: 'limit' | 'proof' | 'any';
}

export interface Flood extends FloodKey {
  since: Date;
  until: Date;
  /** The record of the last refusal that has one of its own. */
  firstRecord: string | undefined;
  /** Refusals that have no record of their own, by code. */
  counts: Record<string, number>;
}

const WINDOW_MS = 60_000;
/** So many refusals have a record each, in a window. What one person's limit refuses is told by one. */
const SINGLY: Record<FloodKey['kind'], number> = { limit: 1, proof: 1, any: 200 };
/** More callers than this at once have their refusals recorded singly: rather too many records than none. */
const CAPACITY = 10_000;

interface Window extends Flood {
  recorded: number;
}

/** Counts refusals that come in floods, so that they do not fill the ledger: pure, by the times it is given. */
export class Floods {
  readonly #windows = new Map<string, Window>();

  /** → whether this refusal is to have a record of its own; else it is counted, and `record` is the one that stands for it. */
  note(key: FloodKey, code: string, now: Date): { isRecorded: boolean; record: string | undefined } {
    const name = nameOf(key);
    const window = this.#windows.get(name);
    if (window === undefined) {
      if (this.#windows.size >= CAPACITY) return { isRecorded: true, record: undefined };
      const until = new Date(now.getTime() + WINDOW_MS);
      this.#windows.set(name, { ...key, since: now, until, firstRecord: undefined, counts: {}, recorded: 1 });
      return { isRecorded: true, record: undefined };
    }
    if (window.recorded < SINGLY[key.kind]) {
      window.recorded += 1;
      return { isRecorded: true, record: undefined };
    }
    window.counts[code] = (window.counts[code] ?? 0) + 1;
    return { isRecorded: false, record: window.firstRecord };
  }

  /** The record of a refusal that was to have one. */
  recorded(key: FloodKey, record: string | undefined): void {
    const window = this.#windows.get(nameOf(key));
    if (window) window.firstRecord = record;
  }

  /** Takes out the windows that are over (all of them, at the end of the service): those in which something was counted. */
  take(now: Date, all = false): Flood[] {
    const over = [...this.#windows].filter(([, { until, since }]) => all || until <= now || since > now);
    for (const [name] of over) this.#windows.delete(name);
    return over.map(([, window]) => window).filter(({ counts }) => Object.keys(counts).length > 0);
  }
}

const nameOf = ({ personId, clientId, kind }: FloodKey): string => JSON.stringify([personId, clientId, kind]);
