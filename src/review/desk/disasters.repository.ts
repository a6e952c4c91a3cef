import { Injectable } from '@nestjs/common';
import { ReportsDatabase } from '../../database/reports-database.js';
import type { RetailerCounts } from './fairness.js';
import type { InForce } from './frequency.js';
import type { ExtractLine } from './reports.dto.js';
import type { Span } from './uses.repository.js';

const ENDED_AT = `least(d.lifted_at, d.hard_end_at)`;
/** Real ones that were in force: an anticipatory posture, and one that waited in vain for its second person, opened nothing. */
const WERE_IN_FORCE = `not d.is_drill and d.posture_level <> '警戒本部' and (d.confirmed_at is not null or not d.waits_for_confirmation)`;

const DECLARATIONS = `
  select extract(epoch from greatest(d.declared_at, case when d.waits_for_confirmation then d.confirmed_at else d.declared_at end))::float8 * 1000 as "from",
         extract(epoch from least(${ENDED_AT}, broker_now()))::float8 * 1000 as "to",
         (select array_agg(distinct left(code, 2)) from unnest(d.declared_area || d.target_area) as code) as prefectures
    from declaration d where ${WERE_IN_FORCE} order by d.declared_at`;

/** From the acknowledgement to the end that was kept, or that the rows say now. */
const BEGAN = `greatest(g.starts_at, g.acknowledged_at)`;
const OVER = `least(g.ends_at, g.revoked_at, g.handed_back_at, ${ENDED_AT}, (select e.ended_at from grant_ending e where e.grant_id = g.id), broker_now())`;
const GRANTS = `
  select extract(epoch from ${BEGAN})::float8 * 1000 as "from", extract(epoch from ${OVER})::float8 * 1000 as "to"
    from access_grant g join declaration d on d.id = g.declaration_id
   where not g.is_drill and g.acknowledged_at is not null and ${BEGAN} < ${OVER}`;

/** FAIR-2, for real disasters whose call fell into the span. */
const FAIRNESS = `
  with calls as (
    select s.* from support_call s join declaration d on d.id = s.declaration_id
     where not d.is_drill and ($1::timestamptz is null or s.called_at >= $1) and s.called_at < $2),
  offers as (
    select o.value ->> 'organization_id' as id, count(*) as offered from calls c cross join json_array_elements(c.offers::json) as o group by 1),
  called as (
    select w.organization_id as id, count(*) as called, count(w.declined_at) as declined
      from support_call_organization w join calls c on c.id = w.support_call_id group by 1),
  nominated as (
    select n.organization_id as id, count(*) filter (where n.decision = 'denied') as denied,
           percentile_cont(0.5) within group (order by extract(epoch from n.decided_at - n.nominated_at) / 60)
             filter (where n.decision in ('approved', 'denied')) as minutes
      from nomination n join calls c on c.id = n.support_call_id group by 1),
  people as (
    select n.organization_id as id, coalesce(q.code, '') as code, count(*) from nomination_person q
      join nomination n on n.id = q.nomination_id join calls c on c.id = n.support_call_id group by 1, 2),
  granted as (
    select g.organization_id as id, count(*) as approved, sum(extract(epoch from g.ends_at - g.starts_at)) / 3600 as shift_hours,
           sum(greatest(0, extract(epoch from ${OVER} - ${BEGAN}))) / 3600 as live_hours,
           max((select count(*) from field_profile_field f join field_profile p on p.id = f.profile_id and p.current_version = f.version
                 where p.id = g.field_profile_id)) as fields
      from access_grant g join calls c on c.id = g.support_call_id join declaration d on d.id = g.declaration_id group by 1)
  select json_build_object('organization_id', o.id, 'is_affiliated', o.is_affiliated, 'called', coalesce(l.called, 0),
           'offered', coalesce(f.offered, 0), 'declined', coalesce(l.declined, 0),
           'nominated', coalesce((select sum(p.count) from people p where p.id = o.id), 0), 'approved', coalesce(g.approved, 0),
           'refused', coalesce((select json_object_agg(p.code, p.count order by p.code) from people p where p.id = o.id and p.code <> ''), '{}'),
           'denied', coalesce(n.denied, 0), 'minutes_to_decision', round(n.minutes::numeric, 1),
           'shift_hours', round(coalesce(g.shift_hours, 0), 2), 'live_hours', round(coalesce(g.live_hours, 0), 2), 'profile_fields', g.fields) as item
    from organization o
    left join offers f on f.id = o.id left join called l on l.id = o.id left join nominated n on n.id = o.id left join granted g on g.id = o.id
   where o.kind = 'retailer' order by o.id`;

/** FAIR-5: numbers, areas, times, organizations and counts; no person, no free text, no customer. */
const EXTRACT = `
  select json_build_object('number', d.number, 'hazard_types', d.hazard_types, 'area', d.target_area, 'declared_at', d.declared_at,
           'ended_at', case when ${ENDED_AT} <= broker_now() then ${ENDED_AT} end,
           'organizations', coalesce((
             select json_agg(json_build_object('organization_id', o.id, 'name', o.name, 'grants', n.grants, 'uses', n.uses) order by o.id)
               from (select g.organization_id, count(*) as grants, coalesce(sum(u.last_no), 0) as uses
                       from access_grant g left join grant_use u on u.grant_id = g.id where g.declaration_id = d.id group by 1) n
               join organization o on o.id = n.organization_id), '[]')) as item
    from declaration d where ${WERE_IN_FORCE} order by d.declared_at, d.number`;

@Injectable()
export class DisastersRepository {
  constructor(private readonly database: ReportsDatabase) {}

  async declarations(): Promise<InForce[]> {
    return this.database.rows(DECLARATIONS);
  }

  async grants(): Promise<Pick<InForce, 'from' | 'to'>[]> {
    return this.database.rows(GRANTS);
  }

  async fairness({ from, to }: Span): Promise<RetailerCounts[]> {
    return (await this.database.rows<{ item: RetailerCounts }>(FAIRNESS, [from, to])).map((row) => row.item);
  }

  async extract(): Promise<ExtractLine[]> {
    return (await this.database.rows<{ item: ExtractLine }>(EXTRACT)).map((row) => row.item);
  }
}
