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

  /** What a token tells of its scope: the current profile's fields and the declaration's area. */
  async scopeOf(
    tx: Tx,
    profileId: string,
    declarationId: string,
  ): Promise<{ fields: string[]; area: string[] }> {
    const row = await tx.one<{ fields: string[]; area: string[] }>(
      `select array(select f.field_id from field_profile p
                      join field_profile_field f on f.profile_id = p.id and f.version = p.current_version
                     where p.id = $1 order by f.field_id) as fields,
              (select d.target_area from declaration d where d.id = $2) as area`,
      [profileId, declarationId],
    );
    return { fields: row?.fields ?? [], area: row?.area ?? [] };
  }
}
