import { Injectable } from '@nestjs/common';
import { ReportsDatabase } from '../../database/reports-database.js';
import type { PersonPage } from './person-page.dto.js';

export type PersonPageRow = Omit<PersonPage, 'grants' | 'findings'>;

const list = (rows: string): string => `(select coalesce(json_agg(r), '[]') from (${rows}) r)`;

/** The hash of a session's token stays where it is; a session is named by its id. */
const PAGE = `
  select row_to_json(x) as page from (
    select to_json(p) as person,
           array(select o.id from person o where o.natural_person_key = p.natural_person_key and o.id <> p.id order by o.id) as also_known_as,
           ${list(`select v.version, v.at, v.change_id, v.facts from fact_version v
                    where v.resource_type = 'person' and v.resource_id = p.id order by v.version desc`)} as versions,
           (select count(*) from access_grant g where g.person_id = p.id) as grant_count,
           (select count(*) from session s where s.person_id = p.id) as session_count,
           ${list(`select s.id, s.method, s.provider, s.role, s.organization_id, s.created_at, s.stepped_up_at, s.last_seen_at, s.expires_at,
                          s.ended_at, s.end_cause, s.record_id
                     from session s where s.person_id = p.id order by s.created_at desc, s.id desc limit $2`)} as sessions
      from person p where p.id = $1) x`;

@Injectable()
export class PersonPageRepository {
  constructor(private readonly database: ReportsDatabase) {}

  async page(personId: string, take: number): Promise<PersonPageRow | undefined> {
    return (await this.database.one<{ page: PersonPageRow }>(PAGE, [personId, take]))?.page;
  }
}
