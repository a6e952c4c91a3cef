import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import { SAMPLE } from './attestation.js';
import { AttestationsRepository } from './attestations.repository.js';
import { deadCredentialOf } from './closing.service.js';
import { EndingsRepository } from './endings.repository.js';
import type { NewProbe } from './exposures.repository.js';
import { ExposuresService, type Tried } from './exposures.service.js';
import { Prober, type DeadCredential, type ProbeOutcome } from './prober.js';

/** A random sample of retired credentials, tried once more for an attestation; whatever is not refused is an exposure. */
@Injectable()
export class RetiredProbes {
  constructor(
    private readonly database: Database,
    private readonly attestations: AttestationsRepository,
    private readonly endings: EndingsRepository,
    private readonly prober: Prober,
    private readonly exposures: ExposuresService,
  ) {}

  /** Outside any transaction of ours: the gate decides in its own, and would wait for one that stands alone at it. */
  async tried(): Promise<Tried[]> {
    const ids = await this.attestations.sampleOfRetired(SAMPLE);
    const rows = await this.endings.facts(ids);
    const byGrant = new Map(rows.map((row) => [row.grant_id, row]));
    const outcomes = await this.outcomesOf(rows.flatMap(deadCredentialOf));
    return outcomes.flatMap((outcome) => {
      const row = byGrant.get(outcome.dead.grantId);
      return row === undefined ? [] : [{ row, outcome }];
    });
  }

  /** What could not be tried, by a connection that ended under it, is tried once more. */
  private async outcomesOf(dead: readonly DeadCredential[]): Promise<ProbeOutcome[]> {
    const first = await this.prober.tryAll(dead);
    const missed = first.filter(isUntried);
    if (missed.length === 0) return first;
    const again = await this.prober.tryAll([...new Set(missed.map((one) => one.dead))]);
    const isMissed = ({ dead: one, target }: ProbeOutcome): boolean =>
      missed.some((other) => other.dead === one && other.target === target);
    return [...first.filter((one) => !isUntried(one)), ...again.filter(isMissed)];
  }

  recorded(tx: Tx, tried: readonly Tried[]): Promise<NewProbe[]> {
    return this.exposures.recorded(tx, tried);
  }

  /**
   * What was not refused is named. What could not be tried is not: its end was proved when the grant was closed, and a
   * certificate must not be taken back because a connection broke.
   * → how many exposures were not named already. A crash before it: the record of the attestation names them all the same.
   */
  async exposed(tried: readonly Tried[]): Promise<number> {
    const open = tried.flatMap(({ row, outcome: { target, fault } }) =>
      fault === null || fault === 'not_tried' ? [] : [{ row, target, what: fault }],
    );
    if (open.length === 0) return 0;
    return this.database.transaction('none', async (tx) => {
      await this.endings.lockClosing(tx);
      return this.exposures.found(tx, open);
    });
  }
}

export function isUntried({ fault }: ProbeOutcome): boolean {
  return fault === 'not_tried';
}
