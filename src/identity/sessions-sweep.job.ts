import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Turns } from '../meters/turns.js';
import { SessionsRepository } from './sessions.repository.js';

/** Takes back sessions that have been over for a day. If it never runs, nothing opens: an ended session is none. */
@Injectable()
export class SessionsSweepJob {
  readonly turns = new Turns('sessions');
  private readonly log = new Logger('sessions');

  constructor(private readonly sessions: SessionsRepository) {}

  @Interval(10 * 60_000)
  async tick(): Promise<void> {
    await this.turns
      .count('sessions', this.runOnce())
      .catch((error: unknown) =>
        this.log.warn(`sweep failed: ${error instanceof Error ? error.name : 'unknown'}`),
      );
  }

  /** → how many rows were removed */
  async runOnce(): Promise<number> {
    return this.sessions.sweep();
  }
}
