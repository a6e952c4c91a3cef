import { Injectable } from '@nestjs/common';
import type { Caller } from '../contract/caller.js';
import type { PageQuery } from '../contract/page.js';
import { Database, type Tx } from '../database/database.js';
import { groundMismatched, type Decider } from '../nominations/nominations.repository.js';
import { GRANT_COLUMNS, GRANT_TABLES, type GrantFacts } from './grant.js';

export interface GrantRow extends GrantFacts {
  nomination_id: string;
  declaration_id: string;
  support_call_id: string;
  organization_id: string;
  field_profile_id: string;
  is_drill: boolean;
  approved_by: string | null;
  standing_plan_id: string | null;
  suspended_by: string | null;
  /** All who suspended it since the last resumption. */
  suspenders: string[];
  approved_at: Date;
  notice_version: string | null;
  person_name: string;
  organization_name: string;
  declaration_name: string;
  field_profile_label: string;
}

export interface NewGrant {
  id: string;
  personId: string;
}

const ROW = `
  select ${GRANT_COLUMNS}, g.nomination_id, g.declaration_id, g.support_call_id, g.organization_id,
         g.field_profile_id, g.is_drill, g.approved_by, g.standing_plan_id, g.approved_at, g.suspended_by, g.suspenders,
         g.notice_version, p.name as person_name, o.name as organization_name, d.name as declaration_name,
         fp.label as field_profile_label
    from ${GRANT_TABLES}
   where ($1::text is null or g.organization_id = $1) and ($2::text is null or g.person_id = $2)`;

const own = (caller: Caller): [string | null, string | null] => [
  caller.role === 'supervisor' ? caller.organizationId : null,
  caller.role === 'operator' ? caller.personId : null,
];

@Injectable()
export class GrantsRepository {
  constructor(private readonly database: Database) {}

  async find(id: string, caller: Caller): Promise<GrantRow | undefined> {
    return this.database.one(`${ROW} and g.id = $3`, [...own(caller), id]);
  }

  /** What a person was ever given, newest first. */
  async ofPerson(personId: string, take: number): Promise<GrantRow[]> {
    return this.database.rows(`${ROW} order by g.approved_at desc, g.id desc limit $3`, [
      null,
      personId,
      take,
    ]);
  }

  async page(query: PageQuery, caller: Caller): Promise<GrantRow[]> {
    return this.database.rows(
      `${ROW} and (g.approved_at, g.id) < ($3, $4) order by g.approved_at desc, g.id desc limit $5`,
      [...own(caller), query.after.at, query.after.id, query.take],
    );
  }

  /**
   * The grant with its facts, its row locked against another change of the same grant; not against the gate's
   * foreign keys, which only ask that the row stays.
   */
  async lock(tx: Tx, id: string): Promise<GrantRow | undefined> {
    await tx.rows(`select id from access_grant where id = $1 for no key update`, [id]);
    return this.get(tx, id);
  }

  /** For an ending, which stands at the gate alone: nobody else changes a grant meanwhile. */
  async get(tx: Pick<Tx, 'one'>, id: string): Promise<GrantRow | undefined> {
    return tx.one(`${ROW} and g.id = $3`, [null, null, id]);
  }

  /** Where a grant belongs, for records that only name it. */
  async placeOf(tx: Tx, id: string): Promise<{ organization_id: string; is_drill: boolean } | undefined> {
    return tx.one(`select organization_id, is_drill from access_grant where id = $1`, [id]);
  }

  async isGroundMismatched(tx: Tx, nominationId: string, planId: string | null): Promise<boolean> {
    const row = await tx.one<{ is_mismatched: boolean }>(
      `select ${groundMismatched('$2::text')} as is_mismatched
         from nomination n join support_call c on c.id = n.support_call_id where n.id = $1`,
      [nominationId, planId],
    );
    return row?.is_mismatched !== false;
  }

  async insert(tx: Tx, nominationId: string, by: Decider, grants: readonly NewGrant[]): Promise<void> {
    await tx.change(
      `insert into access_grant (id, nomination_id, support_call_id, declaration_id, person_id, natural_person_key,
         organization_id, field_profile_id, is_drill, starts_at, ends_at, nominated_by, approved_by, standing_plan_id, approved_at)
       select one.id, n.id, c.id, d.id, p.id, p.natural_person_key, n.organization_id, c.field_profile_id, d.is_drill,
              n.starts_at, n.ends_at, n.nominated_by, $2, $3, $4
         from unnest($5::text[], $6::text[]) as one (id, person_id)
         join person p on p.id = one.person_id
         join nomination n on n.id = $1
         join support_call c on c.id = n.support_call_id
         join declaration d on d.id = c.declaration_id`,
      [
        nominationId, by.personId ?? null, by.planId ?? null, tx.now, grants.map((one) => one.id),
        grants.map((one) => one.personId),
      ], // prettier-ignore
    );
  }

  /** After a resumption of the same millisecond it comes later all the same. */
  async acknowledge(tx: Tx, id: string, personId: string, noticeVersion: string): Promise<boolean> {
    const changed = await tx.change(
      `update access_grant set acknowledged_at = greatest($3, resumed_at), notice_version = $4
        where id = $1 and person_id = $2 and (acknowledged_at is null or acknowledged_at < resumed_at)`,
      [id, personId, tx.now, noticeVersion],
    );
    return changed === 1;
  }

  /**
   * Later than any resumption and suspension before it, also within one millisecond: the latest counts. Who suspended
   * since the last resumption is kept by a trigger.
   */
  async suspend(tx: Tx, id: string, by: string, reason: string): Promise<boolean> {
    const changed = await tx.change(
      `update access_grant set suspended_at = greatest($2, resumed_at + interval '1 ms', suspended_at + interval '1 ms'),
              suspended_by = $3, suspend_reason = $4
        where id = $1`,
      [id, tx.now, by, reason],
    );
    return changed === 1;
  }

  /** Later than any acknowledgement before it: that one no longer counts. */
  async resume(tx: Tx, id: string, by: string, reason: string): Promise<boolean> {
    const changed = await tx.change(
      `update access_grant set resumed_at = greatest($2, suspended_at, acknowledged_at + interval '1 ms'), resumed_by = $3,
              resume_reason = $4
        where id = $1 and suspended_at is not null and (resumed_at is null or resumed_at < suspended_at)`,
      [id, tx.now, by, reason],
    );
    return changed === 1;
  }
}
