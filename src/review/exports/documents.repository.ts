import { Injectable } from '@nestjs/common';
import { ReportsDatabase } from '../../database/reports-database.js';

export interface DeclarationName {
  id: string;
  number: string;
  name: string;
  is_drill: boolean;
}

/** What the papers need beside records: names, as they were. */
@Injectable()
export class DocumentsRepository {
  constructor(private readonly database: ReportsDatabase) {}

  async declaration(id: string): Promise<DeclarationName | undefined> {
    return this.database.one('select id, number, name, is_drill from declaration where id = $1', [id]);
  }

  /** The names of people and organizations as of an instant: a paper does not change when somebody marries. */
  async namesAsOf(ids: readonly string[], at: Date): Promise<Map<string, string>> {
    const rows = await this.database.rows<{ resource_id: string; name: string }>(
      `select distinct on (resource_type, resource_id) resource_id, facts ->> 'name' as name
         from fact_version
        where resource_type in ('person', 'organization') and resource_id = any($1) and at <= $2
        order by resource_type, resource_id, version desc`,
      [ids, at],
    );
    return new Map(rows.map(({ resource_id: id, name }) => [id, name]));
  }
}
