import { Injectable } from '@nestjs/common';
import { ReportsDatabase } from '../../database/reports-database.js';
import type { SampledUse, ViewerLine } from './reports.dto.js';

export interface Span {
  from: Date | null;
  to: Date;
}

/** Uses of real data, permitted and refused; a drill's have types of their own (law 9). */
export const USES = `type in ('use.lookup', 'use.match', 'use.reveal', 'use.evaluation') and ($1::timestamptz is null or at >= $1) and at < $2`;
/** As the payload is written, which is what the ledger holds; the reading of the JSON decides. */
const OF_OTHERS = `payload like '%"is_other_retailers_customer":true%'
  and payload::json #>> '{details,is_other_retailers_customer}' = 'true'`;

/** The order is that of a hash of seed and id: whoever has the ids can draw the same sample without us. */
const SAMPLE = `
  select json_build_object('record_id', id, 'at', at, 'type', type, 'decision', decision, 'code', code, 'person_id', person_id,
           'organization_id', organization_id, 'declaration_id', declaration_id, 'grant_id', grant_id,
           'supply_point_ref', supply_point_ref, 'details', payload::json -> 'details') as item
    from record where ${USES} order by sha256(convert_to($3 || ' ' || id, 'UTF8')), id limit $4`;

const VIEWERS = `
  with seen as (
    select person_id, organization_id, supply_point_ref, at, payload::json #>> '{details,purpose}' as purpose
      from record where ${USES} and decision = 'permit' and ${OF_OTHERS}),
  purposes as (
    select person_id, organization_id, json_object_agg(purpose, count order by purpose) as purposes
      from (select person_id, organization_id, coalesce(purpose, '') as purpose, count(*) from seen group by 1, 2, 3) p group by 1, 2)
  select json_build_object('person_id', s.person_id, 'organization_id', s.organization_id, 'uses', s.uses, 'points', s.points,
           'first_at', s.first_at, 'last_at', s.last_at, 'purposes', p.purposes) as item
    from (select person_id, organization_id, count(*) as uses, count(distinct supply_point_ref) as points, min(at) as first_at, max(at) as last_at
            from seen group by 1, 2) s
    join purposes p using (person_id, organization_id) order by s.uses desc, s.person_id`;

@Injectable()
export class UsesRepository {
  constructor(private readonly database: ReportsDatabase) {}

  async count({ from, to }: Span): Promise<number> {
    const row = await this.database.one<{ count: number }>(
      `select count(*)::float8 as count from record where ${USES}`,
      [from, to],
    );
    return row?.count ?? 0;
  }

  async sample({ from, to }: Span, seed: string, n: number): Promise<SampledUse[]> {
    const rows = await this.database.rows<{ item: SampledUse }>(SAMPLE, [from, to, seed, n]);
    return rows.map((row) => row.item);
  }

  /** EMG-5: everybody who was ever given data of another retailer's customer. */
  async viewers({ from, to }: Span): Promise<ViewerLine[]> {
    return (await this.database.rows<{ item: ViewerLine }>(VIEWERS, [from, to])).map((row) => row.item);
  }

  /** Permitted uses whose record does not say whose customer it was: a code was missing on either side. */
  async unknown({ from, to }: Span): Promise<number> {
    const row = await this.database.one<{ count: number }>(
      `select count(*)::float8 as count from record where ${USES} and decision = 'permit' and supply_point_ref is not null
          and payload like '%"is_other_retailers_customer":null%'`,
      [from, to],
    );
    return row?.count ?? 0;
  }
}
