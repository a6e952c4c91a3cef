import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import { CLOSING_NOTICE } from '../grants/notice.js';
import { Ledger } from '../ledger/ledger.js';
import { endingOf, type Ending } from './ending.js';
import { ENDED } from './endings.records.js';
import { EndingsRepository, type EndedRow } from './endings.repository.js';
import { ExposuresRepository } from './exposures.repository.js';
import { ExposuresService, subjectOf, type Finding } from './exposures.service.js';
import type { DeadCredential, ProbeOutcome } from './prober.js';

export interface Closed {
  closed: number;
  exposures: number;
}

/** Writes down what the probes found: probes, exposures, the end, each once, in one transaction. */
@Injectable()
export class ClosingService {
  constructor(
    private readonly database: Database,
    private readonly endings: EndingsRepository,
    private readonly open: ExposuresRepository,
    private readonly exposures: ExposuresService,
    private readonly ledger: Ledger,
  ) {}

  /** Closes those of the grants that are still open under the lock: another instance may have been here meanwhile. */
  async close(ids: readonly string[], outcomes: readonly ProbeOutcome[]): Promise<Closed> {
    return this.database.transaction('none', async (tx) => {
      await this.endings.lockClosing(tx);
      const rows = await this.endings.stillOpen(tx, ids);
      const ended = rows.flatMap((row) => {
        const ending = endingOf(row, tx.now);
        return ending === undefined ? [] : [{ row, ending }];
      });
      if (ended.length === 0) return { closed: 0, exposures: 0 };
      const tried = triedOf(ended.map(({ row }) => row), outcomes); // prettier-ignore
      await this.exposures.keepProbes(tx, tried);
      const exposures = await this.exposures.found(tx, findingsOf(tried));
      await this.record(tx, ended);
      return { closed: ended.length, exposures };
    });
  }

  /**
   * An exposure is resolved when its probe is refused, or the closed grant is dead again; until then nothing is
   * written, however often it is tried.
   */
  async settle(ids: readonly string[], outcomes: readonly ProbeOutcome[]): Promise<number> {
    return this.database.transaction('none', async (tx) => {
      await this.endings.lockClosing(tx);
      const exposures = await this.open.openOf(tx, ids);
      const rows = new Map((await this.endings.factsOf(tx, ids)).map((row) => [row.grant_id, row]));
      const proofs = outcomes.filter(({ fault }) => fault === null);
      const settled = exposures.flatMap((exposure) => {
        const row = rows.get(exposure.grant_id);
        if (row === undefined || endingOf(row, tx.now) === undefined) return [];
        const proof = proofs.find(
          ({ dead, target }) => dead.grantId === exposure.grant_id && target === exposure.target,
        );
        return proof === undefined && exposure.target !== 'grant' ? [] : [{ row, exposure, proof }];
      });
      const tried = settled.flatMap(({ row, proof }) => (proof ? [{ row, outcome: proof }] : []));
      await this.exposures.keepProbes(tx, tried);
      await this.exposures.resolved(tx, settled);
      return settled.length;
    });
  }

  /** A closed grant that nothing ends any more is an exposure, whatever brought it back. */
  async nameReturned(): Promise<number> {
    const perhaps = await this.endings.closedAndPerhapsBack();
    if (perhaps.length === 0) return 0;
    return this.database.transaction('none', async (tx) => {
      await this.endings.lockClosing(tx);
      const rows = await this.endings.factsOf(
        tx,
        perhaps.map((row) => row.grant_id),
      );
      const back = rows.filter((row) => endingOf(row, tx.now) === undefined);
      return this.exposures.found(
        tx,
        back.map((row) => ({ row, target: 'grant', what: 'not_ended_any_more' })),
      );
    });
  }

  private async record(tx: Tx, ended: readonly { row: EndedRow; ending: Ending }[]): Promise<void> {
    const records = ended.map(({ row, ending }) => ({
      type: ENDED,
      subject: subjectOf(row),
      details: {
        grantee: row.grant_person_id,
        cause: ending.cause,
        ended_at: ending.endedAt.toISOString(),
        uses: row.uses,
        closing_notice: CLOSING_NOTICE.version,
        had_credential: row.jti !== null,
      },
    }));
    const written = await this.ledger.append(tx, ...records);
    await this.endings.insertEndings(
      tx,
      ended.flatMap(({ row, ending }, index) => {
        const recordId = written[index]?.id;
        return recordId === undefined ? [] : [{ ...ending, grantId: row.grant_id, recordId }];
      }),
    );
  }
}

/** The dead credential of a grant; none for a grant that never had one. */
export function deadCredentialOf(row: EndedRow): DeadCredential[] {
  const { jti, jkt, terminal_id: terminalId, holder_id: personId } = row;
  if (jti === null || jkt === null || terminalId === null || personId === null) return [];
  return [{ grantId: row.grant_id, declarationId: row.declaration_id, jti, jkt, terminalId, personId }];
}

function triedOf(
  rows: readonly EndedRow[],
  outcomes: readonly ProbeOutcome[],
): { row: EndedRow; outcome: ProbeOutcome }[] {
  const byGrant = new Map(rows.map((row) => [row.grant_id, row]));
  return outcomes.flatMap((outcome) => {
    const row = byGrant.get(outcome.dead.grantId);
    return row === undefined ? [] : [{ row, outcome }];
  });
}

function findingsOf(tried: readonly { row: EndedRow; outcome: ProbeOutcome }[]): Finding[] {
  return tried.flatMap(({ row, outcome: { target, fault } }) =>
    fault === null ? [] : [{ row, target, what: fault }],
  );
}
