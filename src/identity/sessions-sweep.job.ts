import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { SessionsRepository } from './sessions.repository.js';

/** Takes back sessions that have been over for a day. If it never runs, nothing opens: an ended session is none. */
@Injectable()
export class SessionsSweepJob {
  private readonly log = new Logger('sessions');

  constructor(private readonly sessions: SessionsRepository) {}

  @Interval(10 * 60_000)
  async tick(): Promise<void> {
    await this.runOnce().catch((error: unknown) =>
      this.log.warn(`sweep failed: ${error instanceof Error ? error.name : 'unknown'}`),
    );
  }

  /** → how many rows were removed */
  async runOnce(): Promise<number> {
    return this.sessions.sweep();
  }
}
