import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Database } from '../database/database.js';
import type { Ledger } from '../ledger/ledger.js';
import { Turns } from '../meters/turns.js';
import type { CertificatesService } from './certificates.service.js';
import { deadCredentialOf, type ClosingService } from './closing.service.js';
import { endingOf, isBraked, type BrakeLimits } from './ending.js';
import { BRAKED } from './endings.records.js';
import type { Counted, EndingsRepository } from './endings.repository.js';
import type { ExposuresRepository } from './exposures.repository.js';
import type { Prober } from './prober.js';

export const ENDINGS_INTERVAL = 'endings';

export interface EndingsLimits extends BrakeLimits {
  batch: number;
  /** A run ends after this, and the next goes on. */
  runMs: number;
}
const LIMITS: EndingsLimits = { byClockAtMost: 3_000, shareAtMost: 0.5, batch: 50, runMs: 20_000 };

export interface RunReport {
  closed: number;
  probed: number;
  /** Newly found. */
  exposures: number;
  braked: boolean;
}

/**
 * Follows each end: tries the dead credential, writes the end down, completes the certificate. Nobody's access waits
 * for it, and nobody loses access by it: a grant is dead at its end, whether this ever runs or not (law 1).
 */
export class EndingsJob implements OnApplicationShutdown {
  readonly turns = new Turns('endings');
  private readonly log = new Logger('endings');
  private running: Promise<RunReport> | undefined;
  private isStopping = false;

  constructor(
    private readonly rooms: {
      database: Database;
      endings: EndingsRepository;
      exposures: ExposuresRepository;
      prober: Prober;
      closing: ClosingService;
      certificates: CertificatesService;
      ledger: Ledger;
    },
    private readonly limits: EndingsLimits = LIMITS,
  ) {}

  @Interval(ENDINGS_INTERVAL, 5_000)
  async tick(): Promise<void> {
    if (this.running !== undefined || this.isStopping) return;
    await this.turns
      .count('endings', this.runOnce())
      .catch((error: unknown) => this.log.warn(`endings: ${String(error)}`));
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.running?.catch(() => undefined);
  }

  async runOnce(): Promise<RunReport> {
    this.running = this.run().finally(() => (this.running = undefined));
    return this.running;
  }

  private async run(): Promise<RunReport> {
    const until = performance.now() + this.limits.runMs;
    const report: RunReport = { closed: 0, probed: 0, exposures: 0, braked: false };
    const braked = await this.brake();
    report.braked = braked.length > 0;
    const isSettled = await this.alone(() => this.tryAgain());
    if (isSettled === undefined) return report;
    let after = '';
    while (!this.isStopping && performance.now() < until) {
      const next = await this.alone(() => this.closeBatch(after, braked, report));
      if (next === undefined) break;
      after = next;
    }
    report.exposures += await this.rooms.closing.nameReturned();
    await this.rooms.certificates.completeAll();
    return report;
  }

  /** → where the next batch goes on; nothing when this was the last, or another instance is at it. */
  private async closeBatch(
    after: string,
    braked: readonly boolean[],
    report: RunReport,
  ): Promise<string | undefined> {
    const { endings, prober, closing, database } = this.rooms;
    const ids = await endings.nextEnded(after, braked, this.limits.batch);
    const now = await database.now();
    const ended = (await endings.facts(ids)).filter((row) => endingOf(row, now) !== undefined);
    const outcomes = await prober.tryAll(ended.flatMap(deadCredentialOf));
    const { closed, exposures } = await closing.close(
      ended.map((row) => row.grant_id),
      outcomes,
    );
    report.closed += closed;
    report.probed += outcomes.length;
    report.exposures += exposures;
    return ids.length < this.limits.batch ? undefined : ids.at(-1);
  }

  /** Each run tries what is exposed again, the oldest first. */
  private async tryAgain(): Promise<number> {
    const { exposures, endings, prober, closing } = this.rooms;
    const open = await exposures.open(this.limits.batch);
    if (open.length === 0) return 0;
    const ids = [...new Set(open.map((one) => one.grant_id))];
    const targets = new Set(open.map((one) => `${one.grant_id} ${one.target}`));
    const outcomes = await prober.tryAll((await endings.facts(ids)).flatMap(deadCredentialOf));
    return closing.settle(
      ids,
      outcomes.filter(({ dead, target }) => targets.has(`${dead.grantId} ${target}`)),
    );
  }

  /** The kinds of grants, real or drill, whose ends by the clock are not closed in this run. */
  private async brake(): Promise<boolean[]> {
    const counted = await this.rooms.endings.counted();
    const braked = counted.filter((one) => isBraked(one, this.limits));
    for (const one of braked) await this.noteBrake(one);
    return braked.map((one) => one.is_drill);
  }

  private async noteBrake(counted: Counted): Promise<void> {
    const { database, endings, ledger } = this.rooms;
    await database.transaction('none', async (tx) => {
      await endings.lockClosing(tx);
      if (await endings.wasBrakedWithinTheHour(tx, counted.is_drill)) return;
      const { by_clock, open, is_drill: isDrill } = counted;
      this.log.warn(
        `${by_clock} of ${open} grants ended by the clock alone: not closed before a person acts`,
      );
      const details = { by_clock, open };
      const [record] = await ledger.append(tx, { type: BRAKED, subject: { isDrill }, details });
      if (record) await endings.insertBrake(tx, counted, record.id);
    });
  }

  /** `work` while this instance alone is at it; undefined when another one is. */
  private async alone<T>(work: () => Promise<T>): Promise<T | undefined> {
    const { database, endings } = this.rooms;
    return database.transaction('none', async (tx) => ((await endings.holdAlone(tx)) ? work() : undefined));
  }
}
