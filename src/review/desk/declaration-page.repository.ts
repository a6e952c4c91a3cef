import { Injectable } from '@nestjs/common';
import { ReportsDatabase } from '../../database/reports-database.js';
import type { DeclarationPage } from './declaration-page.dto.js';

/** A list of rows as JSON; times with their offset, nothing an empty list. */
const list = (rows: string): string => `(select coalesce(json_agg(r), '[]') from (${rows}) r)`;
/** Counts by a text: `{text: count}`. */
const counts = (rows: string): string =>
  `(select coalesce(json_object_agg(r.name, r.count), '{}') from (${rows}) r)`;

const AMENDMENTS = `
  select a.kind, a.at, c.proposed_by, a.amended_by, a.change_id, a.hard_end_at, a.target_area, a.reason, a.outage_households
    from declaration_amendment a left join change c on c.id = a.change_id where a.declaration_id = d.id order by a.ordinal`;

const ORGANIZATIONS = `
  select w.organization_id, o.is_affiliated, w.seats, w.declined_at, w.decline_reason,
         (select count(*) from nomination n join nomination_person q on q.nomination_id = n.id
           where n.support_call_id = s.id and n.organization_id = w.organization_id) as nominated,
         (select count(*) from access_grant g where g.support_call_id = s.id and g.organization_id = w.organization_id) as granted
    from support_call_organization w join organization o on o.id = w.organization_id
   where w.support_call_id = s.id order by w.organization_id`;

const CALLS = `
  select s.id, s.number, s.called_at, s.called_by, s.response_pattern, s.field_profile_id as field_profile, s.necessity,
         s.capacity_evidence, s.alternatives_tried, s.shift_hours_max, s.selection_reason, s.offers::json as offers,
         ${list(ORGANIZATIONS)} as organizations
    from support_call s where s.declaration_id = d.id order by s.called_at, s.id`;

const NOMINATIONS = `
  select n.id, n.support_call_id, n.organization_id, n.nominated_by, n.nominated_at, n.starts_at, n.ends_at, n.decision, n.decided_by,
         n.standing_plan_id, n.decided_at, n.decision_reason,
         (select count(*) from nomination_person q where q.nomination_id = n.id and q.verdict = 'eligible') as eligible,
         ${counts(`select q.code as name, count(*) from nomination_person q
                    where q.nomination_id = n.id and q.verdict = 'refused' group by q.code order by 1`)} as refused
    from nomination n join support_call s on s.id = n.support_call_id where s.declaration_id = d.id order by n.nominated_at, n.id`;

const GRANTS = `
  (select row_to_json(r) from (
     select count(*) as given, count(g.acknowledged_at) as acknowledged, count(*) - count(e.grant_id) as not_closed,
            ${counts(`select x.cause as name, count(*) from grant_ending x join access_grant y on y.id = x.grant_id
                       where y.declaration_id = d.id group by x.cause order by 1`)} as by_cause
       from access_grant g left join grant_ending e on e.grant_id = g.id where g.declaration_id = d.id) r)`;

/** Every use and every refusal of one: the purpose stands inside the payload. */
const USES = `
  select type, decision, code, payload::json #>> '{details,purpose}' as purpose, count(*)
    from record where declaration_id = d.id and type ~ '^(drill\\.)?use\\.' group by 1, 2, 3, 4 order by 1, 2, 3, 4`;

const PAGE = `
  select row_to_json(p) as page from (
    select d.id, d.number, d.name, d.hazard_types, d.posture_level, d.legal_basis, d.necessity_statement, d.rule_version, d.is_drill,
           d.declared_area, d.target_area, d.declared_by, d.declared_at, d.confirmed_by, d.confirmed_at, d.expected_end_at, d.hard_end_at,
           d.lifted_by, d.lifted_at, d.lift_reason, d.waits_for_confirmation, d.told,
           ${list(AMENDMENTS)} as amendments, ${list(CALLS)} as calls, ${list(NOMINATIONS)} as nominations, ${GRANTS} as grants,
           ${list(USES)} as uses,
           ${list(`select i.id, i.at, i.field_id as field, i.released_at from incident i where i.declaration_id = d.id order by i.at, i.id`)} as incidents,
           ${list(`select x.id, x.grant_id, x.target, x.found_at, x.resolved_at from exposure x join access_grant g on g.id = x.grant_id
                    where g.declaration_id = d.id order by x.found_at, x.id`)} as exposures,
           (select row_to_json(r) from (select completed_at, record_id from certificate z where z.declaration_id = d.id) r) as certificate
      from declaration d where d.id = $1) p`;

@Injectable()
export class DeclarationPageRepository {
  constructor(private readonly database: ReportsDatabase) {}

  async page(id: string): Promise<DeclarationPage | undefined> {
    return (await this.database.one<{ page: DeclarationPage }>(PAGE, [id]))?.page;
  }
}
