import { Injectable } from '@nestjs/common';
import { invariant } from '../contract/domain-error.js';
import type { PageQuery } from '../contract/page.js';
import { Database, type Tx } from '../database/database.js';
import { ADVISORY_LOCKS } from '../database/locks.js';
import { GRANT_COLUMNS, GRANT_TABLES, type GrantFacts } from '../grants/grant.js';
import type { LiveGrant, OrganizationCount } from './attestation.js';
import type { AttestationKind } from './attestations.dto.js';
import { COUNTED_LIVE, IN_FORCE } from './live-count.js';
import type { NewProbe } from './exposures.repository.js';

const ATTESTING = ADVISORY_LOCKS.attesting;

export interface AttestationRow {
  /** Of JST, as YYYY-MM-DD. */
  day: string;
  ordinal: number;
  kind: AttestationKind;
  requested_by: string | null;
  at: Date;
  live_grants: number;
  outside: number;
  counted_apart: number | null;
  /** JSON of CoveredSystemView[]. */
  covers: string;
  does_not_cover: readonly string[];
  record_id: string;
}

export type ListedRow = AttestationRow & {
  organizations: OrganizationCount[];
  tried: number;
  refused: number;
  untried: number;
};

const COLUMNS = `to_char(a.day, 'YYYY-MM-DD') as day, a.ordinal, a.kind, a.requested_by, a.at, a.live_grants, a.outside, a.counted_apart,
  a.covers, a.does_not_cover, a.record_id`;
/** Real grants only: a drill's reach no data, and never mix with real ones (law 9). The old ones are long over. */
const RECENT = `not g.is_drill and g.ends_at > broker_now() - interval '7 days'`;

const LISTED = `
  select ${COLUMNS}, coalesce(o.organizations, '[]') as organizations, p.tried, p.refused, p.untried
    from attestation a
    left join lateral (
      select json_agg(json_build_object('organization_id', organization_id, 'live_grants', live_grants, 'outside', outside)
                      order by organization_id) as organizations
        from attestation_organization where day = a.day and ordinal = a.ordinal) o on true
    left join lateral (
      select (count(*) filter (where not is_untried))::integer as tried, (count(*) filter (where is_refused))::integer as refused,
             (count(*) filter (where is_untried))::integer as untried
        from (select is_refused, not is_refused and code in ('not_tried', 'unavailable') as is_untried
                from attestation_probe where day = a.day and ordinal = a.ordinal) probes) p on true`;

@Injectable()
export class AttestationsRepository {
  constructor(private readonly database: Database) {}

  async page(query: PageQuery): Promise<ListedRow[]> {
    return this.database.rows(
      `${LISTED} where (a.at, a.record_id) < ($1, $2) order by a.at desc, a.record_id desc limit $3`,
      [query.after.at, query.after.id, query.take],
    );
  }

  async get(tx: Tx, recordId: string): Promise<ListedRow | undefined> {
    return tx.one(`${LISTED} where a.record_id = $1`, [recordId]);
  }

  async isMadeToday(): Promise<boolean> {
    const rows = await this.database.rows(
      `select from attestation where day = (broker_now() at time zone 'Asia/Tokyo')::date and kind = 'daily'`,
    );
    return rows.length > 0;
  }

  /** Today (JST), its next number, and whether its daily one is made; the others wait here and then see it. */
  async lockToday(tx: Tx): Promise<{ day: string; ordinal: number; is_made: boolean }> {
    await tx.rows(`select pg_advisory_xact_lock(${ATTESTING})`);
    const row = await tx.one<{ day: string; ordinal: number; is_made: boolean }>(
      `select to_char(t.day, 'YYYY-MM-DD') as day, coalesce(max(a.ordinal), 0) + 1 as ordinal,
              coalesce(bool_or(a.kind = 'daily'), false) as is_made
         from (select ($1::timestamptz at time zone 'Asia/Tokyo')::date as day) t
         left join attestation a on a.day = t.day group by t.day`,
      [tx.now],
    );
    invariant(row, 'one day');
    return row;
  }

  async facts(tx: Tx): Promise<GrantFacts[]> {
    return tx.rows(`select ${GRANT_COLUMNS} from ${GRANT_TABLES} where ${RECENT}`);
  }

  /** These grants, whose they are, and whether their declaration is not in force. */
  async placed(tx: Tx, ids: readonly string[]): Promise<LiveGrant[]> {
    return tx.rows(
      `select g.id as grant_id, g.organization_id, not ${IN_FORCE} as is_outside
         from access_grant g join declaration d on d.id = g.declaration_id where g.id = any($2)`,
      [tx.now, ids],
    );
  }

  async retailers(tx: Tx): Promise<string[]> {
    const rows = await tx.rows<{ id: string }>(
      `select id from organization where kind = 'retailer' and coalesce(ended_at > $1, true) order by id`,
      [tx.now],
    );
    return rows.map(({ id }) => id);
  }

  /** Ids of closed grants that had a credential, drawn at random; real ones, which a drill's would only dilute. */
  async sampleOfRetired(take: number): Promise<string[]> {
    const rows = await this.database.rows<{ id: string }>(
      `select g.id from grant_ending e join access_grant g on g.id = e.grant_id join credential c on c.grant_id = g.id
        where not g.is_drill order by random() limit $1`,
      [take],
    );
    return rows.map(({ id }) => id);
  }

  async countLive(tx: Tx): Promise<number> {
    const row = await tx.one<{ live: number }>(
      `select count(*)::integer as live
         from access_grant g
         join declaration d on d.id = g.declaration_id
         join person p on p.id = g.person_id
         join organization o on o.id = g.organization_id
         join field_profile f on f.id = g.field_profile_id
        where ${RECENT} and ${COUNTED_LIVE}`,
      [tx.now],
    );
    return row?.live ?? 0;
  }

  async insert(
    tx: Tx,
    row: Omit<AttestationRow, 'at'>,
    organizations: readonly OrganizationCount[],
    probes: readonly NewProbe[],
  ): Promise<void> {
    await tx.change(
      `insert into attestation (day, ordinal, kind, requested_by, at, live_grants, outside, counted_apart, covers,
                                does_not_cover, record_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [row.day, row.ordinal, row.kind, row.requested_by, tx.now, row.live_grants, row.outside, row.counted_apart,
        row.covers, row.does_not_cover, row.record_id], // prettier-ignore
    );
    await tx.change(
      `insert into attestation_organization (day, ordinal, organization_id, live_grants, outside)
       select $1, $2, one.* from unnest($3::text[], $4::integer[], $5::integer[]) as one`,
      [
        row.day,
        row.ordinal,
        organizations.map((one) => one.organization_id),
        organizations.map((one) => one.live_grants),
        organizations.map((one) => one.outside),
      ],
    );
    await tx.change(
      `insert into attestation_probe (day, ordinal, grant_id, target, is_refused, code, record_id)
       select $1, $2, one.* from unnest($3::text[], $4::text[], $5::boolean[], $6::text[], $7::text[]) as one`,
      [
        row.day,
        row.ordinal,
        probes.map((one) => one.grantId),
        probes.map((one) => one.target),
        probes.map((one) => one.isRefused),
        probes.map((one) => one.code),
        probes.map((one) => one.recordId),
      ],
    );
  }
}
