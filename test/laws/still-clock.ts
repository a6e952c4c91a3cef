import { BrokerClock } from '../../src/clock/broker-clock.js';
import { AcceptedClocks } from '../../src/clock/shipped-clock.js';
import type { Broker } from '../harness/broker.js';
import { Storm } from '../stories/storm.js';

const SECOND = 1_000;

/**
 * The one clock, standing still where a test puts it, so that an end can be seen to the millisecond. The
 * processes' own idea of it lags a second behind, as a measured offset may: what they let through on its
 * account is for the gate to refuse.
 */
export class StillClock {
  readonly storm: Storm;

  private constructor(
    private readonly broker: Broker,
    private at: number,
  ) {
    this.storm = new Storm(broker.url, () => this.at);
  }

  /** Stops the clock at the present, cut to whole seconds. */
  static async of(broker: Broker): Promise<StillClock> {
    const clock = new StillClock(broker, Math.floor(Date.now() / SECOND) * SECOND);
    for (const { app } of broker.instances) {
      Object.assign(app.get(AcceptedClocks), { accepts: () => true });
      Object.assign(app.get(BrokerClock), { now: () => new Date(clock.at - SECOND) });
    }
    await clock.standAt(clock.at);
    return clock;
  }

  get now(): number {
    return this.at;
  }

  async standAt(instant: number): Promise<void> {
    this.at = instant;
    await this.broker.database.asOwner(`
      create or replace function broker_now() returns timestamptz language sql stable parallel safe
        as 'select timestamptz ''${new Date(instant).toISOString()}'''`);
  }
}
