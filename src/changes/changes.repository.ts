import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import type { ChangesQuery } from './changes.dto.js';

export interface ChangeRow {
  id: string;
  kind: string;
  /** JSON text, as proposed. */
  body: string;
  /** JSON text of DifferenceLine[]. */
  difference: string;
  proposed_by: string;
  proposed_at: Date;
  lapses_at: Date;
  decision: 'confirmed' | 'rejected' | null;
  decided_by: string | null;
  decided_at: Date | null;
  reason: string | null;
  resource_type: string | null;
  resource_id: string | null;
  proposed_by_name: string;
  decided_by_name: string | null;
}

const COLUMNS = `id, kind, body, difference, proposed_by, proposed_at, lapses_at, decision, decided_by, decided_at, reason,
  resource_type, resource_id,
  (select name from person where id = proposed_by) as proposed_by_name,
  (select name from person where id = decided_by) as decided_by_name`;

@Injectable()
export class ChangesRepository {
  constructor(private readonly database: Database) {}

  /** `now` says what has lapsed; the rows are shown as of the same instant. */
  /** `notLike`: kinds that are not listed. */
  async page(
    { after, take, state }: Pick<ChangesQuery, 'after' | 'take' | 'state'>,
    now: Date,
    notLike: string | null,
  ): Promise<ChangeRow[]> {
    return this.database.rows(
      `select ${COLUMNS} from change
        where (proposed_at, id) < ($1, $2)
          and ($4::text is null
               or $4 = coalesce(decision, case when lapses_at <= $5 then 'lapsed' else 'proposed' end))
          and ($6::text is null or kind not like $6)
        order by proposed_at desc, id desc limit $3`,
      [after.at, after.id, take, state ?? null, now, notLike],
    );
  }

  /** Two confirmations at once meet here, and the second finds it decided. */
  async lock(tx: Tx, id: string): Promise<ChangeRow | undefined> {
    return tx.one(`select ${COLUMNS} from change where id = $1 for update`, [id]);
  }

  async insert(
    tx: Tx,
    row: Pick<ChangeRow, 'id' | 'kind' | 'body' | 'difference' | 'proposed_by' | 'lapses_at'>,
  ): Promise<void> {
    await tx.change(
      `insert into change (id, kind, body, difference, proposed_by, proposed_at, lapses_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [row.id, row.kind, row.body, row.difference, row.proposed_by, tx.now, row.lapses_at],
    );
  }

  async decide(
    tx: Tx,
    id: string,
    decision: 'confirmed' | 'rejected',
    by: string,
    outcome: { reason?: string | undefined; type?: string; resourceId?: string },
  ): Promise<boolean> {
    const changed = await tx.change(
      `update change set decision = $2, decided_by = $3, decided_at = $4, reason = $5, resource_type = $6, resource_id = $7
        where id = $1 and decision is null and lapses_at > $4 and proposed_by <> $3`,
      [id, decision, by, tx.now, outcome.reason ?? null, outcome.type ?? null, outcome.resourceId ?? null],
    );
    return changed === 1;
  }
}
