import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';

export interface UseRow {
  declaration_id: string;
  is_drill: boolean;
}

@Injectable()
export class IncidentsRepository {
  /** A use of that very person, permitted or refused. */
  async useOf(tx: Tx, recordId: string, personId: string): Promise<UseRow | undefined> {
    return tx.one(
      `select declaration_id, is_drill from record
        where id = $1 and person_id = $2 and declaration_id is not null
          and type in ('use.lookup', 'use.match', 'use.reveal', 'use.evaluation', 'drill.use.lookup', 'drill.use.match',
                       'drill.use.reveal', 'drill.use.evaluation')`,
      [recordId, personId],
    );
  }

  async insert(tx: Tx, id: string, field: string, use: UseRow): Promise<void> {
    await tx.change(
      `insert into incident (id, at, field_id, declaration_id, is_drill) values ($1, $2, $3, $4, $5)`,
      [id, tx.now, field, use.declaration_id, use.is_drill],
    );
  }
}
