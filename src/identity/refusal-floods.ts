import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { BrokerClock } from '../clock/broker-clock.js';
import { Database } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { Turns } from '../meters/turns.js';
import { Floods, type Flood, type FloodKey } from './floods.js';
import { REFUSED_OFTEN } from './identity.records.js';

/** Which refusals have a record of their own, for whoever refuses; of the others, a record a minute with their number. */
@Injectable()
export class RefusalFloods implements OnApplicationShutdown {
  readonly turns = new Turns('refusals');
  private readonly floods = new Floods();
  private readonly log = new Logger('refusals');

  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly clock: BrokerClock,
  ) {}

  /**
   * Calls `record` where this refusal is to have a record of its own; else it is counted. → that record's id, or the id of
   * the one that stands for it.
   */
  async note(
    key: FloodKey,
    code: string,
    record: () => Promise<string | undefined>,
  ): Promise<string | undefined> {
    const { isRecorded, record: standing } = this.floods.note(key, code, this.clock.now());
    if (!isRecorded) return standing;
    const id = await record();
    this.floods.recorded(key, id);
    return id;
  }

  @Interval(10_000)
  async tick(): Promise<void> {
    await this.turns.count('refusals', this.runOnce()).catch((error: unknown) => this.tell(error));
  }

  /**
   * Records the floods whose minute is over; `all`: also those under way. A crash loses the numbers of a minute.
   * Error: what kept the last of those from being recorded that were not; the others are.
   */
  async runOnce(all = false): Promise<number> {
    const floods = this.floods.take(this.clock.now(), all);
    const failures: unknown[] = [];
    for (const flood of floods)
      await this.recordFlood(flood).catch((failure: unknown) => failures.push(failure));
    if (failures.length > 0) throw failures.at(-1);
    return floods.length;
  }

  /** After the last answer: nothing is left uncounted. */
  async onApplicationShutdown(): Promise<void> {
    await this.runOnce(true).catch((error: unknown) => this.tell(error));
  }

  private tell(failure: unknown): void {
    this.log.error(`floods could not be recorded: ${failure instanceof Error ? failure.name : 'unknown'}`);
  }

  private async recordFlood(flood: Flood): Promise<void> {
    const { personId, organizationId, clientId, counts } = flood;
    await this.database.transaction('none', (tx) =>
      this.ledger.append(tx, {
        type: REFUSED_OFTEN,
        decision: 'refuse',
        subject: { personId, organizationId },
        details: {
          client: clientId,
          count: Object.values(counts).reduce((sum, count) => sum + count, 0),
          codes: Object.entries(counts).map(([code, count]) => `${code} ${count}`),
          first: flood.firstRecord ?? null,
          since: flood.since.toISOString(),
          until: flood.until.toISOString(),
        },
      }),
    );
  }
}
