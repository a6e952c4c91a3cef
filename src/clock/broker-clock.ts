import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** Asks the database for `broker_now()`. */
export type AskClock = () => Promise<Date>;

const RESYNC_MS = 10_000;

/**
 * The process's idea of the database's time, for what is judged before the database is asked: a proof's `iat`
 * and a token's `exp`. It opens nothing: the gate judges every end again by `broker_now()` itself (law 8).
 */
@Injectable()
export class BrokerClock implements OnApplicationShutdown {
  /** `broker_now()` when `performance.now()` was 0. The machine's own time of day may jump; this one only goes on. */
  private originMs = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly ask: AskClock) {}

  /** Measures the offset once, then every ten seconds. */
  async start(): Promise<void> {
    await this.sync();
    this.timer = setInterval(() => void this.sync().catch(() => undefined), RESYNC_MS);
    this.timer.unref();
  }

  /** The database's answer is taken to stand in the middle of the round trip. */
  async sync(): Promise<void> {
    const before = performance.now();
    const answered = await this.ask();
    this.originMs = answered.getTime() - (before + performance.now()) / 2;
  }

  now(): Date {
    return new Date(this.originMs + performance.now());
  }

  /** By how many seconds the database's clock is ahead of this machine's, for a library that knows only the latter. */
  get aheadBySeconds(): number {
    return (this.now().getTime() - Date.now()) / 1000;
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
