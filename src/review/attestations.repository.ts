import { Injectable } from '@nestjs/common';
import type { PageQuery } from '../contract/page.js';
import { Database, type Tx } from '../database/database.js';
import { ADVISORY_LOCKS } from '../database/locks.js';
import { GRANT_COLUMNS, GRANT_TABLES, type GrantFacts } from '../grants/grant.js';

const ATTESTING = ADVISORY_LOCKS.attesting;

export interface AttestationRow {
  /** Of JST, as YYYY-MM-DD. */
  day: string;
  at: Date;
  live_grants: number;
  outside: number;
  record_id: string;
}

const COLUMNS = `to_char(day, 'YYYY-MM-DD') as day, at, live_grants, outside, record_id`;
/** Real grants only: a drill's reach no data, and never mix with real ones (law 9). The old ones are long over. */
const RECENT = `not g.is_drill and g.ends_at > broker_now() - interval '7 days'`;

/**
 * The declarations in force, and the live grants, counted by SQL of its own: nothing here is shared with the
 * predicate that decides access, so that a defect in either shows as a difference.
 */
const IN_FORCE = `
  (d.lifted_at is null and d.declared_at <= $1 and $1 < d.hard_end_at and d.posture_level <> '警戒本部'
    and (d.confirmed_at is not null
      or not d.waits_for_confirmation and $1 < d.declared_at + interval '30 minutes'))`;

@Injectable()
export class AttestationsRepository {
  constructor(private readonly database: Database) {}

  async page(query: PageQuery): Promise<AttestationRow[]> {
    return this.database.rows(
      `select ${COLUMNS} from attestation where (at, day::text) < ($1, $2) order by at desc, day desc limit $3`,
      [query.after.at, query.after.id, query.take],
    );
  }

  async isMadeToday(): Promise<boolean> {
    const rows = await this.database.rows(
      `select from attestation where day = (broker_now() at time zone 'Asia/Tokyo')::date`,
    );
    return rows.length > 0;
  }

  /** Today (JST), unless it is attested already; the others wait here and then see it. */
  async lockToday(tx: Tx): Promise<string | undefined> {
    await tx.rows(`select pg_advisory_xact_lock(${ATTESTING})`);
    const row = await tx.one<{ day: string }>(
      `select to_char(t.day, 'YYYY-MM-DD') as day from (select ($1::timestamptz at time zone 'Asia/Tokyo')::date as day) t
        where not exists (select from attestation a where a.day = t.day)`,
      [tx.now],
    );
    return row?.day;
  }

  async facts(tx: Tx): Promise<GrantFacts[]> {
    return tx.rows(`select ${GRANT_COLUMNS} from ${GRANT_TABLES} where ${RECENT}`);
  }

  /** Of these grants, those whose declaration is not in force. */
  async countOutside(tx: Tx, ids: readonly string[]): Promise<number> {
    const row = await tx.one<{ outside: number }>(
      `select count(*)::integer as outside from access_grant g join declaration d on d.id = g.declaration_id
        where g.id = any($2) and not ${IN_FORCE}`,
      [tx.now, ids],
    );
    return row?.outside ?? ids.length;
  }

  async countLive(tx: Tx): Promise<number> {
    const row = await tx.one<{ live: number }>(
      `select count(*)::integer as live
         from access_grant g
         join declaration d on d.id = g.declaration_id
         join person p on p.id = g.person_id and p.organization_id = g.organization_id
         join organization o on o.id = g.organization_id
         join field_profile f on f.id = g.field_profile_id
        where ${RECENT} and ${IN_FORCE} and g.starts_at <= $1 and $1 < g.ends_at
          and g.revoked_at is null and g.handed_back_at is null
          and g.acknowledged_at is not null and g.acknowledged_at >= coalesce(g.resumed_at, '-infinity')
          and coalesce(g.suspended_at <= g.resumed_at, g.suspended_at is null)
          and coalesce(o.ended_at > $1, true) and coalesce(f.retired_at > $1, true)
          and p.role = 'operator' and coalesce(p.left_at > $1, true) and p.joined_at <= g.approved_at and not p.has_conflict
          and p.training_valid_until > $1 and p.training_for = p.employment and p.pledged_at <= $1
          and p.recertified_until > $1
          and coalesce(p.sales_duty_until + interval '90 days' <= $1, true)
          and (p.utility_staff_cleared or coalesce(p.utility_staff_until + interval '1 year' <= $1, true))
          and exists (select from entrustment_agreement a where a.organization_id = g.organization_id and a.is_complete
                        and a.registered_at <= g.approved_at and a.valid_from <= $1 and least(a.valid_until, a.ended_at) > $1)
          and (p.employer_id is null and p.employment <> 'contractor'
            or exists (select from entrustment_agreement a join organization e on e.id = p.employer_id
                        where a.organization_id = g.organization_id and a.is_complete and a.sub_contracting_permitted
                          and e.id = any(a.sub_contractors) and coalesce(e.ended_at > $1, true)
                          and a.registered_at <= g.approved_at and a.valid_from <= $1
                          and least(a.valid_until, a.ended_at) > $1))
          and not exists (select from mismatch m where m.cleared_at is null and (
                  m.resource_id = g.id and m.resource_type in ('grant', 'credential')
               or m.resource_id in (g.nomination_id, g.support_call_id, g.declaration_id, g.person_id, g.organization_id,
                                    g.field_profile_id, g.standing_plan_id, p.employer_id)
                    and m.resource_type in ('nomination', 'support_call', 'declaration', 'person', 'organization',
                                            'field_profile', 'standing_plan')
               or m.resource_type = 'terminal' and m.resource_id in (select c.terminal_id from credential c where c.grant_id = g.id)
               or m.resource_type = 'agreement' and m.resource_id in (
                    select a.id from entrustment_agreement a where a.organization_id = g.organization_id)))`,
      [tx.now],
    );
    return row?.live ?? 0;
  }

  async insert(tx: Tx, row: Omit<AttestationRow, 'at'>): Promise<void> {
    await tx.change(
      `insert into attestation (day, at, live_grants, outside, record_id) values ($1, $2, $3, $4, $5)`,
      [row.day, tx.now, row.live_grants, row.outside, row.record_id],
    );
  }
}
