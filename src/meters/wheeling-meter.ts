import { Counter, Gauge, Histogram } from 'prom-client';

/** Calls to one wheeling system at this moment: see `wheeling/bulkhead.ts`. */
export interface WheelingLoad {
  quick: number;
  slow: number;
  waiting: number;
}

export type WheelingOutcome = 'answered' | 'unavailable' | 'untrusted' | 'refused';

/** How the wheeling systems answer, real and drill apart. */
export class WheelingMeter {
  private readonly seconds = new Histogram({
    name: 'kashikagi_wheeling_seconds',
    help: 'From a call to the wheeling system to its answer or its failure, waiting for a place included',
    labelNames: ['data'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 10, 30],
    registers: [],
  });
  private readonly answers = new Counter({
    name: 'kashikagi_wheeling_calls_total',
    help: 'Calls by outcome: answered; unavailable (no answer in time, no connection, 5xx); untrusted (malformed, or of another point); refused (no place free here)',
    labelNames: ['data', 'outcome'],
    registers: [],
  });
  private readonly places: Gauge<'data' | 'lane'>;
  readonly metrics;

  /** @param load what is under way, asked at each scrape; undefined where there is no such system */
  constructor(load: (data: 'real' | 'drill') => WheelingLoad | undefined) {
    this.places = new Gauge({
      name: 'kashikagi_wheeling_calls',
      help: 'Calls now: in a quick place, in a slow place, waiting for a place',
      labelNames: ['data', 'lane'],
      registers: [],
      collect() {
        for (const data of ['real', 'drill'] as const)
          for (const [lane, calls] of Object.entries(load(data) ?? {}))
            this.set({ data, lane }, Number(calls));
      },
    });
    this.metrics = [this.seconds, this.answers, this.places];
  }

  ended(data: 'real' | 'drill', outcome: WheelingOutcome, seconds: number): void {
    this.seconds.observe({ data }, seconds);
    this.answers.inc({ data, outcome });
  }
}
