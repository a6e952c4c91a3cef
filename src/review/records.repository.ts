import { Injectable } from '@nestjs/common';
import type { PageQuery } from '../contract/page.js';
import { ReportsDatabase } from '../database/reports-database.js';
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
  constructor(private readonly database: ReportsDatabase) {}

  async page(query: RecordQuery & PageQuery): Promise<RecordRow[]> {
    const parameters: unknown[] = [query.after.at, query.after.id, query.take];
    const conditions = conditionsOf(query, (value) => `$${parameters.push(value)}`);
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

type Filters = Omit<RecordQuery, keyof PageQuery>;

/** What the filters ask of a row; `place` keeps a value and says where it stands in the statement. */
export function conditionsOf(filters: Filters, place: (value: unknown) => string): string[] {
  const equal: [string, unknown][] = [
    ['declaration_id', filters.declaration],
    ['grant_id', filters.grant],
    ['person_id', filters.person],
    ['organization_id', filters.organization],
    ['supply_point_ref', filters.supply_point_ref],
    ['type', filters.type],
    ['decision', filters.decision],
  ];
  return [
    ...equal.flatMap(([column, value]) => (value === undefined ? [] : [`${column} = ${place(value)}`])),
    ...(filters.from === undefined ? [] : [`at >= ${place(filters.from)}`]),
    ...(filters.to === undefined ? [] : [`at < ${place(filters.to)}`]),
  ];
}
