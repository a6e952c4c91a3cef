import { Logger } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { Database } from '../database/database.js';
import { Turns } from '../meters/turns.js';
import { SLOT_MS, slotOf } from './heartbeat.js';
import type { HeartbeatsRepository } from './heartbeats.repository.js';
import { HEARTBEAT, SERVICE_STARTED, SERVICE_STOPPED } from './ledger.records.js';
import type { Ledger } from './ledger.js';

/** Often enough that no slot is missed, whenever in a slot the service was started. */
const LOOKS_EVERY_MS = 60_000;

/**
 * Says on record that the service is there, five minutes by five minutes, and when it is started and stopped (LOG-4): a
 * time in which nothing was recorded shows as a gap between heartbeats, and an auditor asks why. The service starts
 * it, not the application: whoever only looks at routes is not in service.
 */
export class Heartbeats {
  readonly turns = new Turns('heartbeat');
  private readonly log = new Logger('heartbeats');
  private readonly instance = randomBytes(6).toString('hex');
  private startedAt: Date | undefined;
  private timer: NodeJS.Timeout | undefined;
  private ticking: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly beats: HeartbeatsRepository,
    private readonly ledger: Ledger,
  ) {}

  /** The start is on record when this returns. */
  async start(): Promise<void> {
    await this.database.transaction('none', async (tx) => {
      this.startedAt = tx.now;
      await this.ledger.append(tx, {
        type: SERVICE_STARTED,
        subject: {},
        details: { instance: this.instance },
      });
    });
    await this.tick();
    this.timer = setInterval(() => {
      this.ticking = this.tick();
    }, LOOKS_EVERY_MS).unref();
  }

  /** → true when this instance wrote the slot's record; in each slot one of all instances does. */
  async runOnce(): Promise<boolean> {
    return this.database.transaction('none', async (tx) => {
      const slot = slotOf(tx.now);
      // A crash HERE, or anywhere before the commit: the slot is free, and the next look takes it.
      if (!(await this.beats.beat(tx, slot, this.instance))) return false;
      const before = new Date(slot.getTime() - SLOT_MS);
      const instances = 1 + (await this.beats.others(tx, before, this.instance));
      await this.ledger.append(tx, {
        type: HEARTBEAT,
        subject: {},
        details: {
          slot: slot.toISOString(),
          instance: this.instance,
          instances,
          uptime_s: this.uptime(tx.now),
        },
      });
      return true;
    });
  }

  /** Whoever is stopped before it was started has nothing to say. A crash says nothing either: that gap is a silent one. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.ticking;
    if (this.startedAt === undefined) return;
    await this.database.transaction('none', async (tx) => {
      const before = new Date(slotOf(tx.now).getTime() - SLOT_MS);
      const others = await this.beats.others(tx, before, this.instance);
      await this.beats.end(tx, this.instance);
      await this.ledger.append(tx, {
        type: SERVICE_STOPPED,
        subject: {},
        details: { instance: this.instance, uptime_s: this.uptime(tx.now), others },
      });
    });
  }

  private uptime(now: Date): number {
    const startedAt = this.startedAt ?? now;
    return Math.max(0, Math.round((now.getTime() - startedAt.getTime()) / 1000));
  }

  /** What cannot be written now leaves a gap, which is what it is for; it must not end the service. */
  private async tick(): Promise<void> {
    await this.turns
      .count('heartbeat', this.runOnce())
      .catch((error: unknown) => this.log.warn(`heartbeat: ${String(error)}`));
  }
}
