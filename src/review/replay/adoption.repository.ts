import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/database.js';
import { ADVISORY_LOCKS } from '../../database/locks.js';

@Injectable()
export class AdoptionRepository {
  constructor(private readonly database: Database) {}

  async isDone(): Promise<boolean> {
    return (await this.database.one('select record_id from house_adoption')) !== undefined;
  }

  /** False when it was done; the row of it, of which there can be one only, is what holds. */
  async lockOpen(tx: Tx): Promise<boolean> {
    await tx.rows(`select pg_advisory_xact_lock(${ADVISORY_LOCKS.mismatches})`);
    return (await tx.one('select record_id from house_adoption')) === undefined;
  }

  async insert(tx: Tx, recordId: string): Promise<void> {
    await tx.change('insert into house_adoption (at, record_id) values ($1, $2)', [tx.now, recordId]);
  }
}
