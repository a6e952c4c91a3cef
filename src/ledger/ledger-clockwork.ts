import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { Publisher } from './publisher.js';
import { BATCH, Sequencer } from './sequencer.js';

const SEQUENCES_EVERY_MS = 100;
const PUBLISHES_EVERY_MS = 1_000;

/** Sequencer and publisher of this instance, beside those of the others, until the service stops. */
@Injectable()
export class LedgerClockwork implements OnApplicationShutdown {
  private readonly log = new Logger('ledger');
  private readonly stopping = new AbortController();
  private readonly failing = new Set<string>();
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly sequencer: Sequencer,
    private readonly publisher: Publisher,
  ) {}

  /** Error: StartError when this is not the ledger that the database holds. */
  async start(): Promise<void> {
    await this.publisher.refuseOtherLedger();
    this.running = Promise.all([
      this.repeat('sequencer', SEQUENCES_EVERY_MS, () => this.sequenceAll()),
      this.repeat('publisher', PUBLISHES_EVERY_MS, () => this.publisher.runOnce()),
    ]);
  }

  /** After the last request was answered. What still waits is taken by another instance, or after the next start. */
  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** A backlog is worked off without a rest. */
  private async sequenceAll(): Promise<void> {
    while (!this.stopping.signal.aborted && (await this.sequencer.runOnce()) === BATCH);
  }

  private async repeat(name: string, everyMs: number, work: () => Promise<unknown>): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.told(name, work);
      await pause(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** A failure is told once, and its end; it stops nothing: the next turn tries again. */
  private async told(name: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      if (this.failing.delete(name)) this.log.warn(`${name}: works again`);
    } catch (error) {
      if (!this.failing.has(name)) this.log.error(`${name}: ${messageOf(error)}`);
      this.failing.add(name);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : 'unknown failure';
}
