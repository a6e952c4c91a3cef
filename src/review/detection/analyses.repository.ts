import { Injectable } from '@nestjs/common';
import type { PageQuery } from '../../contract/page.js';
import type { Tx } from '../../database/database.js';
import { ReportsDatabase } from '../../database/reports-database.js';
import { ADVISORY_LOCKS } from '../../database/locks.js';
import { USES } from '../desk/uses.repository.js';
import type { Sign } from './sign.js';
import type { UseRow } from './use.js';

export interface AnalysisRow {
  id: string;
  kind: 'daily' | 'on_demand';
  /** Of Japan, YYYY-MM-DD; null for those that were asked for. */
  day: string | null;
  from_at: Date;
  to_at: Date;
  made_at: Date;
  rules_version: string;
  uses: number;
  signs: number;
  owner_person_id: string | null;
  /** YYYY-MM-DD. */
  due_date: string | null;
  /** Whether the due day of Japan is over without a conclusion. */
  is_overdue: boolean;
  concluded_at: Date | null;
  conclusion: string | null;
  record_id: string;
}

export type NewAnalysis = Omit<AnalysisRow, 'made_at' | 'is_overdue' | 'concluded_at' | 'conclusion'>;

const FETCHED = 5_000;
/** A day is looked at so long after its end: a use bears the time at which it was decided, and is seen when that has committed. */
const SETTLED_AFTER = `interval '10 minutes'`;
/** When the due day of an analysis `x` is over in Japan. */
export const ANALYSIS_DUE_END = `((x.due_date + 1)::timestamp at time zone 'Asia/Tokyo')`;

const ROW = `
  select x.id, x.kind, to_char(x.day, 'YYYY-MM-DD') as day, x.from_at, x.to_at, x.made_at, x.rules_version, x.uses, x.signs,
         x.owner_person_id, to_char(x.due_date, 'YYYY-MM-DD') as due_date,
         coalesce(x.concluded_at is null and broker_now() >= ${ANALYSIS_DUE_END}, false) as is_overdue,
         x.concluded_at, x.conclusion, x.record_id
    from analysis x`;

@Injectable()
export class AnalysesRepository {
  constructor(private readonly database: ReportsDatabase) {}

  /** The uses of a span in the order of time, through a cursor: a page of them is in memory at once. */
  uses(from: Date, to: Date): AsyncGenerator<UseRow[]> {
    return this.database.cursor<UseRow>(
      `select r.id, r.at, r.type, r.decision, r.code, r.person_id, r.organization_id, r.declaration_id, r.grant_id,
              r.supply_point_ref, r.payload, g.starts_at, g.ends_at
         from (select * from record where ${USES} and person_id is not null) r
         left join access_grant g on g.id = r.grant_id
        order by r.at, r.id`,
      [from, to],
      FETCHED,
    );
  }

  /**
   * The day of Japan that the daily analysis is to look at next: the one after the last, or yesterday; null when that is not
   * over for ten minutes. A day on which the service did not run is made up for.
   */
  async nextDay(tx: Tx): Promise<string | null> {
    await tx.rows(`select pg_advisory_xact_lock(${ADVISORY_LOCKS.analysing})`);
    const row = await tx.one<{ day: string | null }>(
      `select to_char(case when day < today then day end, 'YYYY-MM-DD') as day
         from (select coalesce((select max(day) + 1 from analysis where kind = 'daily'), today - 1) as day, today
                 from (select (($1::timestamptz - ${SETTLED_AFTER}) at time zone 'Asia/Tokyo')::date as today) t) n`,
      [tx.now],
    );
    return row?.day ?? null;
  }

  /** Of the auditors who are here, the one with the fewest analyses to conclude. */
  async nextOwner(tx: Tx): Promise<string | null> {
    const row = await tx.one<{ id: string }>(
      `select p.id from person p left join analysis x on x.owner_person_id = p.id and x.concluded_at is null
        where p.role = 'auditor' and coalesce(p.left_at > $1, true) group by p.id order by count(x.id), p.id limit 1`,
      [tx.now],
    );
    return row?.id ?? null;
  }

  async mayOwn(tx: Tx, personId: string): Promise<boolean> {
    const rows = await tx.rows(
      `select from person where id = $1 and role = 'auditor' and coalesce(left_at > $2, true)`,
      [personId, tx.now],
    );
    return rows.length > 0;
  }

  async insert(tx: Tx, row: NewAnalysis, signs: readonly Sign[]): Promise<void> {
    await tx.change(
      `insert into analysis (id, kind, day, from_at, to_at, made_at, rules_version, uses, signs, owner_person_id, due_date, record_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [row.id, row.kind, row.day, row.from_at, row.to_at, tx.now, row.rules_version, row.uses, row.signs, row.owner_person_id,
        row.due_date, row.record_id], // prettier-ignore
    );
    await tx.change(
      `insert into analysis_sign (analysis_id, n, rule, subject_type, subject_id, person_id, organization_id, declaration_id, uses,
                                  first_at, last_at, records)
       select $1, one.n, one.rule, one.subject_type, one.subject_id, one.person_id, one.organization_id, one.declaration_id, one.uses,
              one.first_at, one.last_at, one.records
         from jsonb_to_recordset($2::jsonb) as one (n integer, rule text, subject_type text, subject_id text, person_id text,
              organization_id text, declaration_id text, uses integer, first_at timestamptz, last_at timestamptz, records text[])`,
      [row.id, JSON.stringify(signs.map(signRow))],
    );
  }

  async page(query: PageQuery): Promise<AnalysisRow[]> {
    return this.database.rows(
      `${ROW} where (x.made_at, x.id) < ($1, $2) order by x.made_at desc, x.id desc limit $3`,
      [query.after.at, query.after.id, query.take],
    );
  }

  async find(id: string): Promise<AnalysisRow | undefined> {
    return this.database.one(`${ROW} where x.id = $1`, [id]);
  }

  async lock(tx: Tx, id: string): Promise<AnalysisRow | undefined> {
    return tx.one(`${ROW} where x.id = $1 for update of x`, [id]);
  }

  async signsOf(id: string): Promise<SignRow[]> {
    return this.database.rows(
      `select rule, subject_type, subject_id, person_id, organization_id, declaration_id, uses, first_at, last_at, records
         from analysis_sign where analysis_id = $1 order by n`,
      [id],
    );
  }

  async give(tx: Tx, id: string, owner: string): Promise<void> {
    await tx.change(`update analysis set owner_person_id = $2 where id = $1`, [id, owner]);
  }

  async conclude(tx: Tx, id: string, conclusion: string, by: string): Promise<void> {
    await tx.change(
      `update analysis set conclusion = $2, concluded_by = $3, concluded_at = $4 where id = $1`,
      [id, conclusion, by, tx.now],
    );
  }
}

export interface SignRow {
  rule: Sign['rule'];
  subject_type: string;
  subject_id: string;
  person_id: string | null;
  organization_id: string | null;
  declaration_id: string | null;
  uses: number;
  first_at: Date;
  last_at: Date;
  records: string[];
}

function signRow(sign: Sign, index: number): Record<string, unknown> {
  return {
    n: index + 1,
    rule: sign.rule,
    subject_type: sign.subjectType,
    subject_id: sign.subjectId,
    person_id: sign.personId,
    organization_id: sign.organizationId,
    declaration_id: sign.declarationId,
    uses: sign.uses,
    first_at: new Date(sign.firstAt),
    last_at: new Date(sign.lastAt),
    records: sign.records,
  };
}
