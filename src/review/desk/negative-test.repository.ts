import { Injectable } from '@nestjs/common';
import { ReportsDatabase } from '../../database/reports-database.js';
import { GRANT_COLUMNS, GRANT_TABLES, type GrantFacts } from '../../grants/grant.js';

export interface HeldRow extends GrantFacts {
  declaration_id: string;
  jti: string | null;
  jkt: string | null;
  terminal_id: string | null;
  holder_id: string | null;
}

@Injectable()
export class NegativeTestRepository {
  constructor(private readonly database: ReportsDatabase) {}

  async isKnown(personId: string): Promise<boolean> {
    return (await this.database.rows(`select from person where id = $1`, [personId])).length > 0;
  }

  /** Everything that the natural person holds or held, whichever id it was given under; newest first. */
  async held(personId: string, take: number): Promise<HeldRow[]> {
    return this.database.rows(
      `select ${GRANT_COLUMNS}, g.declaration_id, c.jti, c.jkt, c.terminal_id, c.person_id as holder_id
         from ${GRANT_TABLES} left join credential c on c.grant_id = g.id
        where g.natural_person_key = (select natural_person_key from person where id = $1)
        order by g.ends_at desc, g.id desc limit $2`,
      [personId, take],
    );
  }
}
