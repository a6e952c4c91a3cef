import { Injectable } from '@nestjs/common';
import type { Caller } from '../../contract/caller.js';
import { DomainError } from '../../contract/domain-error.js';
import { newId } from '../../contract/ids.js';
import { Database, type Tx } from '../../database/database.js';
import { answeredBefore, changeOnce } from '../../database/once.js';
import { ReportsDatabase } from '../../database/reports-database.js';
import { Ledger } from '../../ledger/ledger.js';
import { AdoptionService } from './adoption.service.js';
import { Comparison, type Compared, type ComparisonRooms } from './comparison.js';
import type { Finding } from './finding.js';
import { MismatchesService, type Settled } from './mismatches.service.js';
import { REPLAY_MADE, VERSIONS_TOLD_AGAIN } from './replay.records.js';
import type { ReplayView } from './replays.dto.js';
import { ReplaysRepository, type ReplayRow } from './replays.repository.js';

/**
 * 台帳との照合: compares in a transaction that only reads, then writes what was found in a second one, alone at the gate:
 * no use stands after the record of what denies it. A crash between the two leaves nothing, and the next one finds the same.
 */
@Injectable()
export class ReplayService {
  constructor(
    private readonly rooms: {
      database: Database;
      reports: ReportsDatabase;
      comparison: ComparisonRooms;
      adoption: AdoptionService;
      mismatches: MismatchesService;
      replays: ReplaysRepository;
      ledger: Ledger;
    },
  ) {}

  /**
   * An auditor asks. The comparison comes before the change: it may take minutes, and a transaction that waits for it
   * would be ended. Error: `replay_running` while one is under way on any instance.
   */
  async asked(caller: Caller): Promise<ReplayView> {
    const before = await answeredBefore<ReplayView>(this.rooms.database, caller);
    if (before) return before;
    const compared = await this.compared((tx) => Comparison.ofAll(tx, this.rooms.comparison));
    if (compared === undefined) throw new DomainError('replay_running');
    return changeOnce(this.rooms.database, caller, 'alone', async (tx) =>
      viewOf(await this.write(tx, compared, { occasion: 'asked', caller })),
    );
  }

  /** Once a day (JST), at the first run of it. → nothing when it was made, or another instance is at it */
  async daily(): Promise<ReplayView | undefined> {
    if (await this.rooms.replays.isMadeToday()) return undefined;
    const compared = await this.compared((tx) => Comparison.ofAll(tx, this.rooms.comparison));
    if (compared === undefined) return undefined;
    return this.rooms.database.transaction('alone', async (tx) => {
      if (!(await this.rooms.replays.isOpenToday(tx))) return undefined;
      return viewOf(await this.write(tx, compared, { occasion: 'daily' }));
    });
  }

  /** What is in force, each minute: a forged grant does not live until tomorrow. It opens mismatches and clears none. */
  async ofWhatIsInForce(): Promise<Settled | undefined> {
    const compared = await this.compared((tx) => Comparison.ofWhatIsInForce(tx, this.rooms.comparison));
    if (compared === undefined || compared.answer.length === 0) return undefined;
    return this.settled(compared.answer, compared.at);
  }

  /** What is open already and found again needs no gate. */
  private async settled(findings: readonly Finding[], comparedAt: Date): Promise<Settled | undefined> {
    if (!(await this.rooms.mismatches.hasNew(findings))) return undefined;
    return this.rooms.database.transaction('alone', (tx) =>
      this.rooms.mismatches.settle(tx, findings, { isAll: false, comparedAt }),
    );
  }

  private async compared<T>(compare: (tx: Tx) => Promise<T>): Promise<{ answer: T; at: Date } | undefined> {
    await this.rooms.adoption.adoptOnce();
    return this.rooms.reports.snapshot(async (tx) => {
      if (!(await this.rooms.replays.holdAlone(tx))) return undefined;
      return { answer: await compare(tx), at: tx.now };
    });
  }

  private async write(
    tx: Tx,
    { answer, at }: { answer: Compared; at: Date },
    { occasion, caller }: { occasion: ReplayRow['occasion']; caller?: Caller },
  ): Promise<ReplayRow> {
    const { mismatches, replays, ledger } = this.rooms;
    const settled = await mismatches.settle(tx, answer.findings, { isAll: true, comparedAt: at });
    if (answer.toTellAgain.length > 0)
      await ledger.append(tx, {
        type: VERSIONS_TOLD_AGAIN,
        subject: {},
        details: { versions: answer.toTellAgain },
      });
    const id = newId('replay');
    const { records, rows, treeSize } = answer;
    const [record] = await ledger.append(tx, {
      type: REPLAY_MADE,
      subject: { personId: caller?.personId, organizationId: caller?.organizationId },
      details: { replay: id, occasion, tree_size: treeSize, records, rows, ...settled },
    });
    const row = { id, at: tx.now, occasion, asked_by: caller?.personId ?? null, records, rows, ...settled };
    const whole = { ...row, record_id: record?.id ?? '' };
    await replays.insert(tx, whole);
    return whole;
  }
}

export function viewOf(row: ReplayRow): ReplayView {
  return { ...row, at: row.at.toISOString() };
}
