import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Turns } from '../../meters/turns.js';
import { Repeating } from '../repeating.js';
import { Outside } from './configured.js';
import { TimeStamper } from './time-stamper.js';
import { Witnesses } from './witnesses.js';

const WITNESSED_EVERY_MS = 5_000;
/** A look at what is due; a stamp is taken each hour, and soon after a lift. */
const STAMPED_EVERY_MS = 10_000;

export type OutsideState = 'ok' | 'failing';

/** Takes checkpoints out of the house. Whoever does not answer there keeps nobody waiting here. */
@Injectable()
export class OutsideClockwork implements OnApplicationShutdown {
  private readonly log = new Logger('outside');
  private readonly work = new Repeating(this.log);

  constructor(
    private readonly outside: Outside,
    private readonly witnesses: Witnesses,
    private readonly stamper: TimeStamper,
  ) {}

  get turns(): Turns {
    return this.work.turns;
  }

  start(): void {
    const { authority, witnesses } = this.outside;
    if (authority)
      this.work.start('time-stamps', STAMPED_EVERY_MS, (stopping) =>
        this.stamper.runOnce(authority, stopping),
      );
    for (const one of witnesses) {
      this.work.start(`witness ${one.vkey.name}`, WITNESSED_EVERY_MS, (stopping) =>
        this.witnesses.runOnce(one, stopping),
      );
    }
  }

  /** What this instance has last seen of them; nothing of what is not configured. For `/readyz`. */
  states(): { time_stamps?: OutsideState; witnesses?: OutsideState } {
    const { authority, witnesses } = this.outside;
    const stateOf = (prefix: string): OutsideState => (this.work.isFailing(prefix) ? 'failing' : 'ok');
    return {
      ...(authority && { time_stamps: stateOf('time-stamps') }),
      ...(witnesses.length > 0 && { witnesses: stateOf('witness ') }),
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }
}
