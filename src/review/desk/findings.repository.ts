import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { ReportsDatabase } from '../../database/reports-database.js';
import { OWNERS, type FindingType, type Severity, type SubjectType } from './finding.js';
import type { FindingQuery } from './findings.dto.js';

export interface FindingRow {
  id: string;
  subject_type: SubjectType;
  subject_id: string;
  type: FindingType;
  severity: Severity;
  text: string;
  owner_person_id: string;
  /** YYYY-MM-DD. */
  due_date: string;
  /** The midnight of Japan at which that day is over. */
  due_end: Date;
  found_by: string;
  found_at: Date;
  assigned_at: Date;
  answer: string | null;
  answered_at: Date | null;
  closing_reason: string | null;
  closed_at: Date | null;
}

export type NewFinding = Pick<
  FindingRow,
  'id' | 'subject_type' | 'subject_id' | 'type' | 'severity' | 'text' | 'owner_person_id' | 'due_date'
>;

/** When the due day of a finding `x` is over in Japan. */
export const DUE_END = `((x.due_date + 1)::timestamp at time zone 'Asia/Tokyo')`;

const ROW = `
  select x.id, x.subject_type, x.subject_id, x.type, x.severity, x.text, x.owner_person_id, to_char(x.due_date, 'YYYY-MM-DD') as due_date,
         ${DUE_END} as due_end, x.found_by, x.found_at, x.assigned_at, x.answer, x.answered_at, x.closing_reason, x.closed_at
    from finding x`;
const STATE = `case when x.closed_at is not null then 'closed' when x.answered_at is not null then 'answered' else 'open' end`;

const SUBJECT: Record<SubjectType, string> = {
  declaration: 'select from declaration where id = $1',
  grant: 'select from access_grant where id = $1',
  person: 'select from person where id = $1',
  record: 'select from record where id = $1',
  supply_point_ref: 'select from record where supply_point_ref = $1 limit 1',
  organization: 'select from organization where id = $1',
};

@Injectable()
export class FindingsRepository {
  constructor(private readonly database: ReportsDatabase) {}

  async page(query: FindingQuery): Promise<FindingRow[]> {
    const { state = null, owner = null, subject = null, after, take } = query;
    return this.database.rows(
      `${ROW} where ($1::text is null or ${STATE} = $1) and ($2::text is null or x.owner_person_id = $2)
          and ($3::text is null or x.subject_id = $3) and (x.found_at, x.id) < ($4, $5)
        order by x.found_at desc, x.id desc limit $6`,
      [state, owner, subject, after.at, after.id, take],
    );
  }

  /** About the person, or the person's to answer; newest first. */
  async ofPerson(personId: string, take: number): Promise<FindingRow[]> {
    return this.database.rows(
      `${ROW} where x.owner_person_id = $1 or x.subject_type = 'person' and x.subject_id = $1
        order by x.found_at desc, x.id desc limit $2`,
      [personId, take],
    );
  }

  async find(id: string): Promise<FindingRow | undefined> {
    return this.database.one(`${ROW} where x.id = $1`, [id]);
  }

  async lock(tx: Tx, id: string): Promise<FindingRow | undefined> {
    return tx.one(`${ROW} where x.id = $1 for update of x`, [id]);
  }

  async isThere(tx: Tx, type: SubjectType, id: string): Promise<boolean> {
    return (await tx.rows(SUBJECT[type], [id])).length > 0;
  }

  async mayOwn(tx: Tx, personId: string): Promise<boolean> {
    const rows = await tx.rows(
      `select from person where id = $1 and role = any($2) and (left_at is null or left_at > $3)`,
      [personId, OWNERS, tx.now],
    );
    return rows.length > 0;
  }

  async insert(tx: Tx, finding: NewFinding, by: string): Promise<void> {
    const { id, subject_type, subject_id, type, severity, text, owner_person_id, due_date } = finding;
    await tx.change(
      `insert into finding (id, subject_type, subject_id, type, severity, text, owner_person_id, due_date, found_by, changed_by, found_at, assigned_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $10)`,
      [id, subject_type, subject_id, type, severity, text, owner_person_id, due_date, by, tx.now],
    );
  }

  /** `assigned_at` moves with the owner only. */
  async amend(
    tx: Tx,
    id: string,
    to: Pick<FindingRow, 'severity' | 'owner_person_id' | 'due_date'>,
    by: string,
  ): Promise<number> {
    return tx.change(
      `update finding set severity = $2, due_date = $3, owner_person_id = $4, changed_by = $5,
              assigned_at = case when owner_person_id = $4 then assigned_at else $6 end
        where id = $1 and closed_at is null`,
      [id, to.severity, to.due_date, to.owner_person_id, by, tx.now],
    );
  }

  async answer(tx: Tx, id: string, answer: string, by: string): Promise<number> {
    return tx.change(
      `update finding set answer = $2, answered_at = $3, changed_by = $4 where id = $1 and closed_at is null`,
      [id, answer, tx.now, by],
    );
  }

  async close(tx: Tx, id: string, reason: string, by: string): Promise<number> {
    return tx.change(
      `update finding set closing_reason = $2, closed_at = $3, changed_by = $4
        where id = $1 and closed_at is null and answered_at is not null`,
      [id, reason, tx.now, by],
    );
  }
}
