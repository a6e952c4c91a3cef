import { Injectable } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { actionsFor, type Act, type ActionView } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import { Instant, Pattern } from '../contract/fields.js';
import { PageQuery, pageOf, type Page } from '../contract/page.js';
import { Database } from '../database/database.js';

export class AsOfQuery extends PageQuery {
  @ApiPropertyOptional()
  @Instant({ about: 'この日時の時点で（省略はいま）', example: '2026-11-23T12:00:00+09:00', optional: true })
  as_of?: Date;

  @Pattern({
    about: 'この識別子のものだけ',
    example: 'operator-a-01',
    pattern: /^[A-Za-z][A-Za-z0-9_-]{1,63}$/,
    optional: true,
  })
  id?: string;

  @Pattern({
    about: 'この会社のものだけ（会社に属するもの）',
    example: 'retailer-a',
    pattern: /^[a-z][a-z0-9-]{1,39}$/,
    optional: true,
  })
  organization?: string;
}

/** What can be done with a row; nothing with how it once was. */
export function actionsNow(caller: Caller, { as_of }: AsOfQuery, acts: () => Act[]): ActionView[] {
  return as_of === undefined ? actionsFor(caller, acts()) : [];
}

/** Kinds of rows that decide access; each of their states is kept (table fact_version, written by a trigger). */
export type ResourceType =
  | 'organization'
  | 'person'
  | 'terminal'
  | 'agreement'
  | 'field_profile'
  | 'standing_plan'
  | 'passkey'
  | 'person_identity';

/** A row as it stood from `at` on; `facts` has its columns, times as text. */
export interface Version<F> {
  resource_id: string;
  version: number;
  at: Date;
  change_id: string | null;
  facts: F;
}

/** Any past instant can be asked (law 5): the newest version of each row at or before it. */
const AS_OF = `
  select v.resource_id, v.version, v.at, v.change_id, v.facts
    from (select distinct on (resource_id) * from fact_version
           where resource_type = $1 and at <= coalesce($2, broker_now())
             and ($3::text is null or facts ->> 'organization_id' = $3)
             and ($7::text is null or resource_id = $7)
             and ($8::text is null or facts ->> 'organization_id' = $8)
           order by resource_id, version desc) v
   where (v.at, v.resource_id) < ($4, $5) order by v.at desc, v.resource_id desc limit $6`;

@Injectable()
export class VersionsRepository {
  constructor(private readonly database: Database) {}

  /** A page of rows as of an instant, newest change first; of one organization, or of all (null). */
  async page<F, V>(
    type: ResourceType,
    query: AsOfQuery,
    organizationId: string | null,
    view: (version: Version<F>) => V,
  ): Promise<Page<V>> {
    const rows = await this.database.rows<Version<F>>(AS_OF, [
      type,
      query.as_of ?? null,
      organizationId,
      query.after.at,
      query.after.id,
      query.take,
      query.id ?? null,
      query.organization ?? null,
    ]);
    const page = pageOf(rows, query, (row) => ({ at: row.at, id: row.resource_id }));
    return { ...page, items: page.items.map(view) };
  }
}
