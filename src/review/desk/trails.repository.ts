import { Injectable } from '@nestjs/common';
import type { PageQuery, Position } from '../../contract/page.js';
import { ReportsDatabase } from '../../database/reports-database.js';

/** A record as a line of somebody's or something's trail. */
export interface TrailRow {
  record_id: string;
  at: Date;
  type: string;
  decision: string;
  code: string | null;
  person_id: string | null;
  organization_id: string | null;
  declaration_id: string | null;
  grant_id: string | null;
  supply_point_ref: string | null;
  details: Record<string, unknown>;
}

const COLUMNS = `id as record_id, at, type, decision, code, person_id, organization_id, declaration_id, grant_id, supply_point_ref,
  payload::json -> 'details' as details`;

/** The person's own acts, and what others did to the grants that the person held that day. */
const OF_PERSON = `(person_id = $1 or grant_id in (
  select id from access_grant where person_id = $1 and starts_at < $3 and approved_at < $3 and ends_at >= $2::timestamptz - interval '1 day'))`;

@Injectable()
export class TrailsRepository {
  constructor(private readonly database: ReportsDatabase) {}

  /** Oldest first, within [from, to), after the given place. */
  async ofPerson(
    personId: string,
    span: { from: Date; to: Date },
    after: Position,
    take: number,
  ): Promise<TrailRow[]> {
    return this.database.rows(
      `select ${COLUMNS} from record
        where ${OF_PERSON} and at >= $2 and at < $3 and (at, id) > ($4, $5) order by at, id limit $6`,
      [personId, span.from, span.to, after.at, after.id, take],
    );
  }

  /** Newest first: everybody who ever asked after the point, and what came of it. */
  async ofPoint(ref: string, query: PageQuery): Promise<TrailRow[]> {
    return this.database.rows(
      `select ${COLUMNS} from record where supply_point_ref = $1 and (at, id) < ($2, $3) order by at desc, id desc limit $4`,
      [ref, query.after.at, query.after.id, query.take],
    );
  }

  async isKnown(personId: string): Promise<boolean> {
    return (await this.database.rows(`select from person where id = $1`, [personId])).length > 0;
  }
}
