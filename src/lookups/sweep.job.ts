import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Turns } from '../meters/turns.js';
import { RefsRepository } from './refs.repository.js';

/** Takes back references, proofs, counts and keys that are dead already. If it never runs, nothing opens and nothing leaks. */
@Injectable()
export class SweepJob {
  readonly turns = new Turns('sweep');
  private readonly log = new Logger('sweep');

  constructor(private readonly refs: RefsRepository) {}

  @Interval(60_000)
  async tick(): Promise<void> {
    await this.turns
      .count('sweep', this.runOnce())
      .catch((error: unknown) => this.log.warn(`sweep failed: ${String(error)}`));
  }

  async runOnce(): Promise<number> {
    return this.refs.sweep();
  }
}
