import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';

export interface SealedRecord {
  id: string;
  at: Date;
  type: string;
  is_drill: boolean;
  payload: string;
  sealed: Buffer | null;
}

export interface Permission {
  change_id: string;
  confirmed_by: string;
  confirmed_at: Date;
}

@Injectable()
export class OpeningRepository {
  async find(tx: Tx, id: string): Promise<SealedRecord | undefined> {
    return tx.one(`select id, at, type, is_drill, payload, sealed from record where id = $1`, [id]);
  }

  /** The proposal of this person about this record, for this reason, that still waits for its second person. */
  async waiting(tx: Tx, recordId: string, personId: string, reason: string): Promise<string | undefined> {
    const [row] = await tx.rows<{ id: string }>(
      `select id from change where kind = 'record.open' and proposed_by = $1 and decision is null and lapses_at > $2
          and body::jsonb ->> 'id' = $3 and body::jsonb ->> 'reason' = $4 order by proposed_at desc limit 1`,
      [personId, tx.now, recordId, reason],
    );
    return row?.id;
  }

  /** What two persons agreed to within the last `hours`: this person, this record, this very reason. */
  async permission(
    tx: Tx,
    asked: { recordId: string; personId: string; reason: string; hours: number },
  ): Promise<Permission | undefined> {
    const [row] = await tx.rows<Permission>(
      `select o.change_id, c.decided_by as confirmed_by, o.confirmed_at
         from record_opening o join change c on c.id = o.change_id
        where o.record_id = $1 and o.opened_for = $2 and c.body::jsonb ->> 'reason' = $3
          and o.confirmed_at <= $4 and o.confirmed_at > $4::timestamptz - make_interval(hours => $5)
        order by o.confirmed_at desc limit 1`,
      [asked.recordId, asked.personId, asked.reason, tx.now, asked.hours],
    );
    return row;
  }

  async insert(tx: Tx, changeId: string, recordId: string): Promise<void> {
    await tx.change(
      `insert into record_opening (change_id, record_id, opened_for, confirmed_at)
       select id, $2, proposed_by, $3 from change where id = $1`,
      [changeId, recordId, tx.now],
    );
  }
}
