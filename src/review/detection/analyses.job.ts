import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Turns } from '../../meters/turns.js';
import { AnalysesService } from './analyses.service.js';

export const ANALYSES_INTERVAL = 'analyses';

/** The day that is over, once; a day that was missed is made up for at the next minute. */
@Injectable()
export class AnalysesJob {
  readonly turns = new Turns('analysis');
  private readonly log = new Logger('analysis');
  private isAtWork = false;

  constructor(private readonly analyses: AnalysesService) {}

  @Interval(ANALYSES_INTERVAL, 60_000)
  async tick(): Promise<void> {
    if (this.isAtWork) return;
    this.isAtWork = true;
    await this.turns
      .count('analysis', this.analyses.daily())
      .catch((error: unknown) => this.log.warn(`analysis: ${String(error)}`));
    this.isAtWork = false;
  }
}
