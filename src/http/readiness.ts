import { Injectable } from '@nestjs/common';
import { AcceptedClocks, CLOCK_TEXT } from '../clock/shipped-clock.js';
import { GuardDatabase } from '../database/database.js';
import { LedgerHealth } from '../ledger/ledger-health.js';
import { Kept } from './kept.js';

const KEPT_MS = 1_000;

export interface Readiness {
  ready: boolean;
  checks: Record<string, string>;
}

/**
 * Ready when the database answers and its clock is the one that was shipped. What the ledger says of itself is told
 * and takes no instance away: lifting and revoking must still be reached when nothing can be signed (law 10).
 */
@Injectable()
export class ReadinessCheck {
  readonly kept = new Kept(() => this.found(), KEPT_MS);

  constructor(
    private readonly database: GuardDatabase,
    private readonly clocks: AcceptedClocks,
    private readonly ledger: LedgerHealth,
  ) {}

  /** Anybody may ask, so all who ask within a moment hear the same. */
  look(): Promise<Readiness> {
    return this.kept.get();
  }

  private async found(): Promise<Readiness> {
    const row = await this.database
      .one<{ clock: string }>(`select ${CLOCK_TEXT} as clock`)
      .catch(() => undefined);
    const checks = {
      database: row ? 'ok' : 'down',
      clock: row === undefined ? 'unknown' : this.clocks.accepts(row.clock) ? 'ok' : 'replaced',
    };
    const ready = Object.values(checks).every((check) => check === 'ok');
    const ofLedger = row ? await this.ledger.checks() : { ledger: 'unknown', partitions: 'unknown' };
    return { ready, checks: { ...checks, ...ofLedger } };
  }
}
