import { Injectable } from '@nestjs/common';
import type { PageQuery } from '../../contract/page.js';
import { Database, type Tx } from '../../database/database.js';
import { ADVISORY_LOCKS } from '../../database/locks.js';

export interface ReplayRow {
  id: string;
  at: Date;
  occasion: 'daily' | 'asked';
  asked_by: string | null;
  /** Of the ledger. */
  records: number;
  /** Of the tables. */
  rows: number;
  found: number;
  cleared: number;
  /** Mismatches that were open when it had been written down. */
  open: number;
  record_id: string;
}

const COLUMNS =
  'id, at, occasion, asked_by, records::float8 as records, rows, found, cleared, open, record_id';

@Injectable()
export class ReplaysRepository {
  constructor(private readonly database: Database) {}

  /** False while another one is at it, here or elsewhere; let go with the transaction, also when its process dies. */
  async holdAlone(tx: Tx): Promise<boolean> {
    const row = await tx.one<{ held: boolean }>(
      `select pg_try_advisory_xact_lock(${ADVISORY_LOCKS.replaying}) as held`,
    );
    return row?.held ?? false;
  }

  async page(query: PageQuery): Promise<ReplayRow[]> {
    return this.database.rows(
      `select ${COLUMNS} from replay where (at, id) < ($1, $2) order by at desc, id desc limit $3`,
      [query.after.at, query.after.id, query.take],
    );
  }

  async isMadeToday(): Promise<boolean> {
    const row = await this.database.one(
      `select id from replay where occasion = 'daily' and day = (broker_now() at time zone 'Asia/Tokyo')::date`,
    );
    return row !== undefined;
  }

  /** False when today's (JST) was written by another instance. */
  async isOpenToday(tx: Tx): Promise<boolean> {
    const row = await tx.one(
      `select id from replay where occasion = 'daily' and day = ($1::timestamptz at time zone 'Asia/Tokyo')::date`,
      [tx.now],
    );
    return row === undefined;
  }

  async insert(tx: Tx, row: ReplayRow): Promise<void> {
    await tx.change(
      `insert into replay (id, at, occasion, day, asked_by, records, rows, found, cleared, open, record_id)
       values ($1, $2, $3, ($2::timestamptz at time zone 'Asia/Tokyo')::date, $4, $5, $6, $7, $8, $9, $10)`,
      [
        row.id, row.at, row.occasion, row.asked_by, row.records, row.rows, row.found, row.cleared, row.open, row.record_id,
      ], // prettier-ignore
    );
  }
}
