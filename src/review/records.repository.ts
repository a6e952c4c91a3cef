import { Injectable } from '@nestjs/common';
import type { PageQuery } from '../contract/page.js';
import { Database } from '../database/database.js';
import type { RecordQuery } from './records.dto.js';

export interface RecordRow {
  id: string;
  at: Date;
  type: string;
  decision: string;
  code: string | null;
  is_drill: boolean;
  person_id: string | null;
  organization_id: string | null;
  declaration_id: string | null;
  grant_id: string | null;
  use_no: number | null;
  supply_point_ref: string | null;
  payload: string;
  has_sealed: boolean;
}

const COLUMNS = `id, at, type, decision, code, is_drill, person_id, organization_id, declaration_id, grant_id, use_no,
  supply_point_ref, payload, sealed is not null as has_sealed`;

/** Reads records; sealed values stay sealed. Filters that are left out do not narrow. */
@Injectable()
export class RecordsRepository {
  constructor(private readonly database: Database) {}

  async page(query: RecordQuery & PageQuery): Promise<RecordRow[]> {
    const equal: [string, unknown][] = [
      ['declaration_id', query.declaration],
      ['grant_id', query.grant],
      ['person_id', query.person],
      ['organization_id', query.organization],
      ['supply_point_ref', query.supply_point_ref],
      ['type', query.type],
      ['decision', query.decision],
    ];
    const parameters: unknown[] = [query.after.at, query.after.id, query.take];
    const place = (value: unknown): string => `$${parameters.push(value)}`;
    const conditions = equal.flatMap(([column, value]) =>
      value === undefined ? [] : [`${column} = ${place(value)}`],
    );
    if (query.from !== undefined) conditions.push(`at >= ${place(query.from)}`);
    if (query.to !== undefined) conditions.push(`at < ${place(query.to)}`);
    const narrowed = ['(at, id) < ($1, $2)', ...conditions].join(' and ');
    return this.database.rows(
      `select ${COLUMNS} from record where ${narrowed} order by at desc, id desc limit $3`,
      parameters,
    );
  }

  async find(id: string): Promise<RecordRow | undefined> {
    return this.database.one(`select ${COLUMNS} from record where id = $1`, [id]);
  }
}
