import { Injectable } from '@nestjs/common';
import { ReportsDatabase } from '../../database/reports-database.js';
import type { GrantPage, GrantStep } from './grant-page.dto.js';

const list = (rows: string): string => `(select coalesce(json_agg(r), '[]') from (${rows}) r)`;
const one = (rows: string): string => `(select row_to_json(r) from (${rows}) r)`;

/** The newest version of one row at or before an instant (fact_version is written by a trigger). */
const asOf = (type: string, id: string, at: string): string => `
  select v.resource_id as id, v.version, v.at, v.change_id, v.facts from fact_version v
   where v.resource_type = '${type}' and v.resource_id = ${id} and v.at <= ${at} order by v.version desc limit 1`;

const AGREEMENTS = `
  select * from (
    select distinct on (v.resource_id) v.resource_id as id, v.version, v.at, v.change_id, v.facts from fact_version v
     where v.resource_type = 'agreement' and v.facts ->> 'organization_id' = g.organization_id and v.at <= g.approved_at
     order by v.resource_id, v.version desc) a order by a.id`;

const PROFILE_FIELDS = `
  select f.field_id as field, c.label_ja as label, f.mode
    from (${asOf('field_profile', 'g.field_profile_id', 'g.approved_at')}) p
    join field_profile_field f on f.profile_id = g.field_profile_id and f.version = (p.facts ->> 'current_version')::integer
    join field c on c.id = f.field_id order by f.field_id`;

/** Each terminal that got a credential, as it was when it got the first one. */
const TERMINALS = `
  select t.* from (
    select payload::json #>> '{details,terminal}' as terminal, min(at) as issued_at from record
     where grant_id = g.id and type ~ '^(drill\\.)?credential\\.issued$' group by 1) i
   cross join lateral (${asOf('terminal', 'i.terminal', 'i.issued_at')}) t order by i.issued_at, t.id`;

const PAGE = `
  select row_to_json(p) as page from (
    select d.number as declaration_number,
           ${one(`select n.id as nomination_id, s.id as support_call_id, s.number as support_call_number, s.necessity, n.nominated_by,
                         n.nominated_at, n.note, g.approved_by, g.standing_plan_id, g.approved_at`)} as nomination,
           ${one(asOf('person', 'g.person_id', 'g.approved_at'))} as person_at_approval,
           ${list(AGREEMENTS)} as agreements_at_approval,
           ${one(asOf('field_profile', 'g.field_profile_id', 'g.approved_at'))} as profile_at_approval,
           ${list(PROFILE_FIELDS)} as profile_fields,
           ${list(TERMINALS)} as terminals,
           (select coalesce(max(last_no), 0) from grant_use u where u.grant_id = g.id) as last_use_no,
           ${one(`select e.ended_at, e.cause, e.closed_at, e.record_id from grant_ending e where e.grant_id = g.id`)} as "end",
           ${list(`select b.target, b.at, b.is_refused, b.code, b.record_id from probe b where b.grant_id = g.id order by b.id`)} as probes,
           ${list(`select x.id, x.grant_id, x.target, x.found_at, x.resolved_at from exposure x where x.grant_id = g.id
                    order by x.found_at, x.id`)} as exposures
      from access_grant g
      join declaration d on d.id = g.declaration_id
      join nomination n on n.id = g.nomination_id
      join support_call s on s.id = g.support_call_id
     where g.id = $1) p`;

const STEPS = `
  select json_build_object('record_id', id, 'at', at, 'type', type, 'decision', decision, 'code', code, 'by', person_id, 'use_no', use_no,
           'supply_point_ref', supply_point_ref, 'details', payload::json -> 'details') as step
    from record where grant_id = $1 order by at, id`;

export type GrantPageRow = Omit<
  GrantPage,
  'grant' | 'notice' | 'steps' | 'credentials' | 'uses' | 'use_numbers'
> & {
  last_use_no: number;
};

@Injectable()
export class GrantPageRepository {
  constructor(private readonly database: ReportsDatabase) {}

  async page(id: string): Promise<GrantPageRow | undefined> {
    return (await this.database.one<{ page: GrantPageRow }>(PAGE, [id]))?.page;
  }

  /** Every record that names the grant, in its order. */
  async steps(id: string): Promise<GrantStep[]> {
    return (await this.database.rows<{ step: GrantStep }>(STEPS, [id])).map((row) => row.step);
  }
}
