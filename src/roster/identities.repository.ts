import { Injectable } from '@nestjs/common';
import type { PageQuery } from '../contract/page.js';
import { Database, type Tx } from '../database/database.js';

export interface IdentityRow {
  id: string;
  person_id: string;
  provider: string;
  subject: string;
  registered_at: Date;
  retired_at: Date | null;
}

const COLUMNS = `id, person_id, provider, subject, registered_at, retired_at`;

@Injectable()
export class IdentitiesRepository {
  constructor(private readonly database: Database) {}

  async isPerson(id: string): Promise<boolean> {
    return (await this.database.one('select id from person where id = $1', [id])) !== undefined;
  }

  async page(personId: string, query: PageQuery): Promise<IdentityRow[]> {
    return this.database.rows(
      `select ${COLUMNS} from person_identity where person_id = $1 and (registered_at, id) < ($2, $3)
        order by registered_at desc, id desc limit $4`,
      [personId, query.after.at, query.after.id, query.take],
    );
  }

  /** Locked: the second of two changes reads what the first wrote. */
  async find(tx: Tx, id: string): Promise<IdentityRow | undefined> {
    return tx.one(`select ${COLUMNS} from person_identity where id = $1 for update`, [id]);
  }

  /** Whether the subject means somebody already, or the person is known to the provider by another one. */
  async isTaken(tx: Tx, provider: string, subject: string, personId: string): Promise<boolean> {
    const rows = await tx.rows(
      `select from person_identity where provider = $1 and (subject = $2 or person_id = $3) and retired_at is null`,
      [provider, subject, personId],
    );
    return rows.length > 0;
  }

  async add(
    tx: Tx,
    row: Pick<IdentityRow, 'id' | 'person_id' | 'provider' | 'subject'>,
    changeId: string,
  ): Promise<void> {
    await tx.change(
      `insert into person_identity (id, person_id, provider, subject, change_id) values ($1, $2, $3, $4, $5)`,
      [row.id, row.person_id, row.provider, row.subject, changeId],
    );
  }

  async retire(tx: Tx, id: string, changeId: string): Promise<boolean> {
    const changed = await tx.change(
      `update person_identity set retired_at = $2, change_id = $3 where id = $1 and retired_at is null`,
      [id, tx.now, changeId],
    );
    return changed === 1;
  }
}
