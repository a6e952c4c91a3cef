import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';

export interface ProfileField {
  field_id: string;
  mode: string;
}

/** Field profiles: versions are immutable rows, so what was read once of a version stays true. */
@Injectable()
export class ProfilesRepository {
  constructor(private readonly database: Database) {}

  async exists(tx: Tx, id: string): Promise<boolean> {
    const row = await tx.one(`select id from field_profile where id = $1 and retired_at is null`, [id]);
    return row !== undefined;
  }

  async fields(id: string, version: number): Promise<ProfileField[]> {
    return this.database.rows(
      `select field_id, mode from field_profile_field where profile_id = $1 and version = $2 order by field_id`,
      [id, version],
    );
  }
}
