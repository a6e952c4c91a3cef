import { Injectable } from '@nestjs/common';
import { ReportsDatabase } from '../database/reports-database.js';

@Injectable()
export class ProofRepository {
  constructor(private readonly database: ReportsDatabase) {}

  /** The salt with which a record's payload gives the commitment in its entry. */
  async saltOf(id: string): Promise<Buffer | undefined> {
    const row = await this.database.one<{ salt: Buffer }>('select salt from record where id = $1', [id]);
    return row?.salt;
  }
}
