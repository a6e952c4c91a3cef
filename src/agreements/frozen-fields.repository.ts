import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';

export interface OpenIncident {
  id: string;
  field_id: string;
  is_drill: boolean;
}

/** What freezes a field: incidents that nobody has closed yet. They are reported at the gate and closed here. */
@Injectable()
export class FrozenFieldsRepository {
  /** Locked, so that what two persons saw is what is released. */
  async open(tx: Tx, fields: readonly string[]): Promise<OpenIncident[]> {
    return tx.rows(
      `select id, field_id, is_drill from incident where field_id = any($1) and released_at is null order by id for update`,
      [fields],
    );
  }

  async release(tx: Tx, incidents: readonly string[], changeId: string): Promise<number> {
    return tx.change(
      `update incident set released_at = $2, released_by_change = $3 where id = any($1) and released_at is null`,
      [incidents, tx.now, changeId],
    );
  }
}
