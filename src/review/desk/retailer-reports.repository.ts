import { Injectable } from '@nestjs/common';
import { ReportsDatabase } from '../../database/reports-database.js';
import type { ViewedLine } from './retailer-reports.dto.js';
import { USES, type Span } from './uses.repository.js';

/** A code that a retailer had, and from when until when; open ends are null. */
export interface HeldCode {
  code: string | null;
  from: Date | null;
  until: Date | null;
}
export interface HeldReference {
  reference: string;
  from: Date | null;
  until: Date | null;
}

/** What happened before the registration is the retailer's that registered with the code. */
const CODES = `
  select v.facts ->> 'retailer_code' as code, case when v.version > 1 then v.at end as "from",
         lead(v.at) over (order by v.version) as until
    from fact_version v where v.resource_type = 'organization' and v.resource_id = $1 order by v.version`;

const FIELDS = `case when s.details ->> 'field' is not null then json_build_array(s.details ->> 'field')
  when json_typeof(s.details -> 'fields') = 'array' then s.details -> 'fields' else '[]'::json end`;

/** $3 the retailer, $4–$6 its references with their times. What the record froze decides, not what is so now. */
const VIEWED = `
  with held as (select * from unnest($4::text[], $5::timestamptz[], $6::timestamptz[]) as h (reference, since, until)),
  uses as (
    select at, type, organization_id, supply_point_ref, payload::json -> 'details' as details
      from record where ${USES} and decision = 'permit' and organization_id <> $3 and payload like '%"customer_of":"%'),
  seen as (
    select to_char(s.at at time zone 'Asia/Tokyo', 'YYYY-MM-DD') as day, s.organization_id, coalesce(s.details ->> 'purpose', '') as purpose,
           s.type, s.supply_point_ref, ${FIELDS} as fields
      from uses s join held h on s.details ->> 'customer_of' = h.reference
       and (h.since is null or s.at >= h.since) and (h.until is null or s.at < h.until)
     where s.details ->> 'is_other_retailers_customer' is distinct from 'false'),
  fields as (
    select day, organization_id, purpose, type, array_agg(distinct f.value order by f.value) as fields
      from seen cross join lateral json_array_elements_text(seen.fields) as f group by 1, 2, 3, 4)
  select s.day, s.organization_id, o.name as organization_name, s.purpose, s.type, count(*)::float8 as uses,
         count(distinct s.supply_point_ref)::float8 as points, coalesce(f.fields, '{}') as fields
    from seen s join organization o on o.id = s.organization_id left join fields f using (day, organization_id, purpose, type)
   group by s.day, s.organization_id, o.name, s.purpose, s.type, f.fields order by 1, 2, 4, 5`;

const UNKNOWN = `
  select count(*)::float8 as count from record where ${USES} and decision = 'permit' and supply_point_ref is not null
     and payload not like '%"customer_of":"%' and payload not like '%"is_last_resort":true%'`;

@Injectable()
export class RetailerReportsRepository {
  constructor(private readonly database: ReportsDatabase) {}

  async retailer(id: string): Promise<{ name: string } | undefined> {
    return this.database.one(`select name from organization where id = $1 and kind = 'retailer'`, [id]);
  }

  async codes(id: string): Promise<HeldCode[]> {
    return this.database.rows(CODES, [id]);
  }

  async viewed(id: string, { from, to }: Span, held: readonly HeldReference[]): Promise<ViewedLine[]> {
    const columns = [
      held.map((one) => one.reference),
      held.map((one) => one.from),
      held.map((one) => one.until),
    ];
    return this.database.rows(VIEWED, [from, to, id, ...columns]);
  }

  /** Permitted uses of a point whose record does not say whose customer it was: no retailer's report has them. */
  async unknown({ from, to }: Span): Promise<number> {
    return (await this.database.one<{ count: number }>(UNKNOWN, [from, to]))?.count ?? 0;
  }
}
