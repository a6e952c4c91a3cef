import { Injectable } from '@nestjs/common';
import type { PageQuery } from '../../contract/page.js';
import { ReportsDatabase } from '../../database/reports-database.js';
import { GRANT_COLUMNS, GRANT_TABLES, type GrantFacts } from '../../grants/grant.js';
import type { CountedBucket, DeclarationTimes, Span } from './timeline.js';

export interface TimelineRow extends DeclarationTimes {
  id: string;
  number: string;
  name: string;
  is_drill: boolean;
  confirmed_at: Date | null;
}

export type IntervalRow = GrantFacts & { organization_id: string; approved_at: Date };

/** By the index that leads with the declaration: the table itself is not read. */
const USES = `
  select floor(extract(epoch from r.at - $2::timestamptz) / $3)::integer as bucket,
         count(*) filter (where r.decision = 'permit')::integer as permitted,
         count(*) filter (where r.decision = 'refuse')::integer as refused
    from record r
   where r.declaration_id = $1 and r.at >= $2 and r.at < $4 and r.decision <> 'done' and r.type ~ '^(drill\\.)?use\\.'
   group by 1`;

@Injectable()
export class TimelineRepository {
  constructor(private readonly database: ReportsDatabase) {}

  async declaration(id: string): Promise<TimelineRow | undefined> {
    return this.database.one(
      `select id, number, name, is_drill, declared_at, confirmed_at, hard_end_at, lifted_at from declaration where id = $1`,
      [id],
    );
  }

  async uses(id: string, { from, minutesEach, count }: Span): Promise<CountedBucket[]> {
    const until = new Date(from.getTime() + count * minutesEach * 60_000);
    return this.database.rows(USES, [id, from, minutesEach * 60, until]);
  }

  /** Newest approval first. */
  async grants(id: string, query: PageQuery): Promise<IntervalRow[]> {
    return this.database.rows(
      `select ${GRANT_COLUMNS}, g.organization_id, g.approved_at from ${GRANT_TABLES}
        where g.declaration_id = $1 and (g.approved_at, g.id) < ($2, $3) order by g.approved_at desc, g.id desc limit $4`,
      [id, query.after.at, query.after.id, query.take],
    );
  }
}
