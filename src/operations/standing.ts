import { Gauge } from 'prom-client';
import type { Standing } from './standing.repository.js';

/** However often and by however many it is scraped, the database is asked once in so long. */
const KEPT_MS = 10_000;
/** A database that hangs must not take the process's own numbers along. */
const WAITS_MS = 2_000;

const GAUGES = {
  kashikagi_database_up: 'Whether the database answered when the numbers below were last asked (1 or 0)',
  kashikagi_declarations_live: 'Declarations in force, by data (real or drill)',
  kashikagi_grants_live: 'Grants by which somebody could look something up now, drills aside',
  kashikagi_exposures_open: 'Ends that could not be proved: each stands in the way of a certificate',
  kashikagi_mismatches_open: 'Rows that decide access and are not what the ledger says',
  kashikagi_ledger_pending_entries: 'Records that wait for their place in the tree',
  kashikagi_ledger_lag_seconds: 'Age of the oldest of them; no new grants beyond 60',
  kashikagi_ledger_checkpoint_age_seconds:
    'Since the last checkpoint was signed; one is signed when there is something new',
} as const;

/**
 * What stands in the database, as gauges. While it does not answer, `kashikagi_database_up` is 0 and the others are left
 * out: an old number would look like a calm night.
 */
export class StandingGauges {
  private readonly gauges = new Map<string, Gauge<'data'>>();
  private askedAt = -Infinity;
  private asking: Promise<void> | undefined;

  constructor(private readonly ask: () => Promise<Standing>) {
    for (const [name, help] of Object.entries(GAUGES)) {
      const labelNames = name === 'kashikagi_declarations_live' ? (['data'] as const) : [];
      this.gauges.set(name, new Gauge({ name, help, labelNames, registers: [] }));
    }
  }

  get metrics(): Gauge<'data'>[] {
    return [...this.gauges.values()];
  }

  /** Before a scrape. Never throws. */
  async refresh(): Promise<void> {
    if (this.asking === undefined && performance.now() - this.askedAt >= KEPT_MS) {
      this.asking = this.ask()
        .then(
          (standing) => this.show(standing),
          () => this.hide(),
        )
        .finally(() => {
          this.askedAt = performance.now();
          this.asking = undefined;
        });
    }
    if (this.asking === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, WAITS_MS, 'late')));
    if ((await Promise.race([this.asking, late])) === 'late') this.hide();
    clearTimeout(timer);
  }

  private show(standing: Standing): void {
    this.empty();
    this.set('kashikagi_database_up', 1);
    for (const data of ['real', 'drill'] as const)
      this.gauges.get('kashikagi_declarations_live')?.set({ data }, standing.declarations[data]);
    this.set('kashikagi_grants_live', standing.grantsLive);
    this.set('kashikagi_exposures_open', standing.exposures);
    this.set('kashikagi_mismatches_open', standing.mismatches);
    this.set('kashikagi_ledger_pending_entries', standing.pending);
    this.set('kashikagi_ledger_lag_seconds', standing.lagSeconds);
    const { checkpointAgeSeconds: age } = standing;
    if (age !== undefined) this.set('kashikagi_ledger_checkpoint_age_seconds', age);
  }

  private hide(): void {
    this.empty();
    this.set('kashikagi_database_up', 0);
  }

  /** A gauge without labels begins at 0, which is not the same as not told. */
  private empty(): void {
    for (const [name, gauge] of this.gauges)
      if (name === 'kashikagi_declarations_live') gauge.reset();
      else gauge.remove();
  }

  private set(name: keyof typeof GAUGES, value: number): void {
    this.gauges.get(name)?.set(value);
  }
}
