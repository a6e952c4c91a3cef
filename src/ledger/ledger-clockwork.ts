import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Turns } from '../meters/turns.js';
import { Publisher } from './publisher.js';
import { Repeating } from './repeating.js';
import { BATCH, Sequencer } from './sequencer.js';

const SEQUENCES_EVERY_MS = 100;
const PUBLISHES_EVERY_MS = 1_000;

/** Sequencer and publisher of this instance, beside those of the others, until the service stops. */
@Injectable()
export class LedgerClockwork implements OnApplicationShutdown {
  private readonly work = new Repeating(new Logger('ledger'));

  /** When sequencer and publisher last did their turn here. */
  get turns(): Turns {
    return this.work.turns;
  }

  constructor(
    private readonly sequencer: Sequencer,
    private readonly publisher: Publisher,
  ) {}

  /** Error: StartError when this is not the ledger that the database holds. */
  async start(): Promise<void> {
    await this.publisher.refuseOtherLedger();
    await this.publisher.takeFolder();
    this.work.start('sequencer', SEQUENCES_EVERY_MS, () => this.sequenceAll());
    this.work.start('publisher', PUBLISHES_EVERY_MS, () => this.publisher.runOnce());
  }

  /** After the last request was answered. What still waits is taken by another instance, or after the next start. */
  async onApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** A backlog is worked off without a rest. */
  private async sequenceAll(): Promise<void> {
    while (!this.work.isStopping && (await this.sequencer.runOnce()) === BATCH);
  }
}
