import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { Turns } from '../../meters/turns.js';
import { AdoptionService } from './adoption.service.js';
import { ReplayService } from './replay.service.js';

const EVERY_MS = 60_000;

/**
 * Each minute what is in force, and at the first minute of a day (JST) everything. Started by the program that serves, and
 * not by the application as such: what stands in the tables of a test or a measurement was put there for its purpose.
 */
@Injectable()
export class ReplayJob implements OnApplicationShutdown {
  readonly turns = new Turns('replay');
  private readonly log = new Logger('replay');
  private readonly stopping = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly replay: ReplayService,
    private readonly adoption: AdoptionService,
  ) {}

  /** Takes over what was here before the first start, and goes on by itself until the service stops. */
  async start(): Promise<void> {
    await this.adoption.adoptOnce();
    this.running = this.repeat();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** A failure stops nothing: it is told, and the next minute tries again. */
  async runOnce(): Promise<void> {
    for (const work of [() => this.replay.ofWhatIsInForce(), () => this.replay.daily()])
      await this.turns
        .count('replay', work())
        .catch((error: unknown) => this.log.error(`replay: ${String(error)}`));
  }

  private async repeat(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await pause(EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.runOnce();
    }
  }
}
