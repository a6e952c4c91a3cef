import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AcceptedClocks } from '../../clock/shipped-clock.js';
import { DomainError, invariant } from '../../contract/domain-error.js';
import { Database } from '../../database/database.js';
import { Ledger } from '../../ledger/ledger.js';
import type { NewRecord } from '../../ledger/record.js';
import { Turns } from '../../meters/turns.js';
import { firstDayOf, inParts } from './month.js';
import { PurgesRepository, type PurgedRange, type PurgeRow } from './purges.repository.js';
import { RECORDS_PURGED } from './retention.records.js';

export const PURGES_INTERVAL = 'purges';

/** So many ranges a record: some 30 kB, far below what an export takes for a line. */
const RANGES_A_RECORD = 1_000;

/**
 * Does what two persons confirmed. What goes is found, named on record and dropped in one transaction: a crash leaves
 * all or nothing, and the next run tries again until a day after the confirmation. Appends wait only while the partition is let go.
 */
@Injectable()
export class PurgesJob {
  readonly turns = new Turns('purge');
  private readonly log = new Logger('purge');
  private readonly told = new Map<string, string>();

  constructor(
    private readonly database: Database,
    private readonly purges: PurgesRepository,
    private readonly clocks: AcceptedClocks,
    private readonly ledger: Ledger,
  ) {}

  @Interval(PURGES_INTERVAL, 60_000)
  async tick(): Promise<void> {
    await this.turns
      .count('purge', this.runOnce())
      .catch((error: unknown) => this.log.warn(`purge: ${String(error)}`));
  }

  /** → the ids of the purges that this run has done */
  async runOnce(): Promise<string[]> {
    const done: string[] = [];
    for (const id of await this.purges.waiting()) {
      try {
        if (await this.carryOut(id)) done.push(id);
      } catch (error) {
        this.tell(id, error instanceof Error ? error.message : String(error));
      }
    }
    return done;
  }

  private async carryOut(id: string): Promise<boolean> {
    return this.database.transaction('none', async (tx) => {
      if (!(await this.purges.holdAlone(tx))) return false;
      const before = await this.purges.find(tx, id);
      if (!before || before.done_at !== null || before.is_lapsed) return false;
      const ground = await this.purges.ground(tx, firstDayOf(before.month));
      if (!ground || !this.clocks.accepts(ground.clock_text)) throw new DomainError('clock_replaced');
      await this.purges.prepare(tx, id);
      const prepared = await this.purges.find(tx, id);
      invariant(prepared, 'a purge is never deleted');
      const ranges = await this.purges.rangesOf(tx, id);
      const written = await this.ledger.append(tx, ...recordsOf(prepared, ranges, ground.on_hold));
      const kept = await this.purges.finish(
        tx,
        id,
        written.map((record) => record.id),
      );
      this.log.warn(`${id}: ${prepared.month}: ${prepared.dropped} records purged, ${kept} kept`);
      return true;
    });
  }

  /** Once for each reason: it is tried every minute. */
  private tell(id: string, why: string): void {
    if (this.told.get(id) === why) return;
    this.told.set(id, why);
    this.log.warn(`${id}: not done: ${why}`);
  }
}

function recordsOf(purge: PurgeRow, ranges: PurgedRange[], onHold: string[]): NewRecord[] {
  const parts = inParts(ranges, RANGES_A_RECORD);
  return parts.map((part, index) => {
    const details = {
      purge: purge.id,
      month: purge.month,
      retention_years: purge.retention_years,
      change: purge.change_id,
      proposed_by: purge.proposed_by,
      confirmed_by: purge.confirmed_by,
      reason: purge.reason,
      dropped: Number(purge.dropped),
      ids_digest: purge.ids_digest?.toString('hex') ?? '',
      stamped_size: Number(purge.stamped_size),
      on_hold: onHold,
      part: index + 1,
      parts: parts.length,
      first_leaf: part[0]?.firstLeaf.toString('base64') ?? '',
      ranges: part.map(({ positions }) => positions),
    };
    // Nobody acts here: who proposed and who confirmed stand in the details.
    return { type: RECORDS_PURGED, subject: {}, details };
  });
}
