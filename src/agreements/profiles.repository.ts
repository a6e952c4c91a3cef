import { Injectable } from '@nestjs/common';
import type { MasterRows } from './master-data.js';
import { Database, type Tx } from '../database/database.js';
import type { ProfileField, ProfileRow } from './field-profile.js';

export const FIELDS_OF = `select field_id, mode from field_profile_field where profile_id = $1 and version = $2 order by field_id`;

/** Field profiles: versions are immutable rows, so what was read once of a version stays true. */
@Injectable()
export class ProfilesRepository implements MasterRows<ProfileRow> {
  constructor(private readonly database: Database) {}

  async exists(tx: Tx, id: string): Promise<boolean> {
    const row = await tx.one(`select id from field_profile where id = $1 and retired_at is null`, [id]);
    return row !== undefined;
  }

  async version(id: string): Promise<number | undefined> {
    const row = await this.database.one<{ current_version: number }>(
      `select current_version from field_profile where id = $1`,
      [id],
    );
    return row?.current_version;
  }

  async fields(id: string, version: number): Promise<ProfileField[]> {
    return this.database.rows(FIELDS_OF, [id, version]);
  }

  /** The fields of several versions, each under `id version`. */
  async fieldsOfMany(
    versions: readonly { id: string; version: number }[],
  ): Promise<Map<string, ProfileField[]>> {
    const rows = await this.database.rows<ProfileField & { name: string }>(
      `select f.profile_id || ' ' || f.version as name, f.field_id, f.mode
         from unnest($1::text[], $2::integer[]) as asked (profile_id, version)
         join field_profile_field f using (profile_id, version) order by f.field_id`,
      [versions.map(({ id }) => id), versions.map(({ version }) => version)],
    );
    const named = new Map<string, ProfileField[]>();
    for (const { name, field_id, mode } of rows)
      named.set(name, [...(named.get(name) ?? []), { field_id, mode }]);
    return named;
  }

  async get(tx: Tx, id: string): Promise<ProfileRow | undefined> {
    const row = await tx.one<Omit<ProfileRow, 'fields'>>(
      `select id, label, current_version, retired_at from field_profile where id = $1 for update`,
      [id],
    );
    if (!row) return undefined;
    return { ...row, fields: await tx.rows<ProfileField>(FIELDS_OF, [id, row.current_version]) };
  }

  async insert(tx: Tx, row: ProfileRow, changeId: string): Promise<void> {
    await tx.change(
      `insert into field_profile (id, label, current_version, change_id) values ($1, $2, $3, $4)`,
      [row.id, row.label, row.current_version, changeId],
    );
    await this.insertFields(tx, row);
  }

  /** A new version's rows first; it is in force with the statement that names it. */
  async update(tx: Tx, row: ProfileRow, changeId: string): Promise<boolean> {
    await this.insertFields(tx, row);
    const changed = await tx.change(
      `update field_profile set label = $2, current_version = $3, change_id = $4 where id = $1 and retired_at is null`,
      [row.id, row.label, row.current_version, changeId],
    );
    return changed === 1;
  }

  async retire(tx: Tx, id: string, changeId: string): Promise<boolean> {
    const changed = await tx.change(
      `update field_profile set retired_at = $2, change_id = $3 where id = $1 and retired_at is null`,
      [id, tx.now, changeId],
    );
    return changed === 1;
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

  /** A version that has its rows already (only the label is new) gets none. */
  private async insertFields(tx: Tx, { id, current_version, fields }: ProfileRow): Promise<void> {
    await tx.change(
      `insert into field_profile_field (profile_id, version, field_id, mode)
       select $1, $2, field_id, mode from unnest($3::text[], $4::text[]) as chosen (field_id, mode)
        where not exists (select from field_profile_field where profile_id = $1 and version = $2)`,
      [id, current_version, fields.map((one) => one.field_id), fields.map((one) => one.mode)],
    );
  }
}
