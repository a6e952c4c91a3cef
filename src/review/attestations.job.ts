import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Turns } from '../meters/turns.js';
import { AttestationsService } from './attestations.service.js';

export const ATTESTATIONS_INTERVAL = 'attestations';

/**
 * 失効確認: once each day (JST), at the first run of it. A day on which the service did not run has none, which shows as a gap.
 */
@Injectable()
export class AttestationsJob {
  readonly turns = new Turns('attestation');
  private readonly log = new Logger('attestation');

  constructor(private readonly attestations: AttestationsService) {}

  @Interval(ATTESTATIONS_INTERVAL, 60_000)
  async tick(): Promise<void> {
    await this.turns
      .count('attestation', this.runOnce())
      .catch((error: unknown) => this.log.warn(`attestation: ${String(error)}`));
  }

  /** → true when today's was made by this run */
  runOnce(): Promise<boolean> {
    return this.attestations.daily();
  }
}
