import { Injectable } from '@nestjs/common';
import type { PageQuery } from '../../contract/page.js';
import { Database, type Tx } from '../../database/database.js';
import { ADVISORY_LOCKS } from '../../database/locks.js';

export interface HoldRow {
  id: string;
  declaration_id: string;
  reason: string;
  placed_by: string;
  placed_at: Date;
  released_at: Date | null;
  released_by_change: string | null;
}

const COLUMNS = 'id, declaration_id, reason, placed_by, placed_at, released_at, released_by_change';

@Injectable()
export class HoldsRepository {
  constructor(private readonly database: Database) {}

  async page(query: PageQuery): Promise<HoldRow[]> {
    return this.database.rows(
      `select ${COLUMNS} from legal_hold where (placed_at, id) < ($1, $2) order by placed_at desc, id desc limit $3`,
      [query.after.at, query.after.id, query.take],
    );
  }

  /** False while a purge is at work: it has looked at the holds already, and this one would come too late unseen. */
  async keepPurgesAway(tx: Tx): Promise<boolean> {
    const row = await tx.one<{ held: boolean }>(
      `select pg_try_advisory_xact_lock_shared(${ADVISORY_LOCKS.purging}) as held`,
    );
    return row?.held ?? false;
  }

  async isDrill(tx: Tx, declarationId: string): Promise<boolean | undefined> {
    const row = await tx.one<{ is_drill: boolean }>('select is_drill from declaration where id = $1', [
      declarationId,
    ]);
    return row?.is_drill;
  }

  async insert(
    tx: Tx,
    row: Pick<HoldRow, 'id' | 'declaration_id' | 'reason' | 'placed_by'>,
  ): Promise<HoldRow> {
    const inserted = { ...row, placed_at: tx.now, released_at: null, released_by_change: null };
    await tx.change(
      `insert into legal_hold (id, declaration_id, reason, placed_by, placed_at) values ($1, $2, $3, $4, $5)`,
      [row.id, row.declaration_id, row.reason, row.placed_by, tx.now],
    );
    return inserted;
  }

  async lock(tx: Tx, id: string): Promise<(HoldRow & { is_drill: boolean }) | undefined> {
    return tx.one(
      `select ${COLUMNS.split(', ')
        .map((name) => `h.${name}`)
        .join(', ')}, d.is_drill
         from legal_hold h join declaration d on d.id = h.declaration_id where h.id = $1 for update of h`,
      [id],
    );
  }

  async release(tx: Tx, id: string, changeId: string): Promise<boolean> {
    const changed = await tx.change(
      `update legal_hold set released_at = $2, released_by_change = $3 where id = $1 and released_at is null`,
      [id, tx.now, changeId],
    );
    return changed === 1;
  }
}
