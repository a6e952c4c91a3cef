import { Injectable } from '@nestjs/common';
import type { Caller } from '../contract/caller.js';
import type { PageQuery } from '../contract/page.js';
import { Database, type Tx } from '../database/database.js';
import type { CalledOrganizationDto } from './support-calls.dto.js';
import type { DeclarationFacts } from './declaration.js';

export interface SupportCallRow {
  id: string;
  number: string;
  declaration_id: string;
  field_profile_id: string;
  response_pattern: 0 | 1 | 2;
  necessity: string;
  capacity_evidence: string;
  alternatives_tried: string[];
  shift_hours_max: number;
  called_by: string;
  called_at: Date;
  /** JSON, as it stood at the call; a supervisor sees the own line only. */
  offers: Offer[];
  selection_reason: string | null;
}

/** A registered retailer, as it stood when support was called for. A mapped type, to be a value of a record. */
export type Offer = { organization_id: string; called: boolean; agreement_valid: boolean };

export interface CallableRow {
  id: string;
  name: string;
  is_affiliated: boolean;
  registered_at: Date;
  has_agreement: boolean;
}

export interface SupportCallWithState extends SupportCallRow, DeclarationFacts {
  is_drill: boolean;
  expected_end_at: Date;
  declaration_declared_by: string;
  declaration_name: string;
  field_profile_label: string;
  organizations: { organization_id: string; name: string; seats: number; declined: boolean }[];
  /** All of these have. */
  is_declined: boolean;
}

/** A supervisor sees the own organization's line only: who else was called, and why, is not its business. $1 null = all. */
const SELECT = `
  select c.id, c.number, c.declaration_id, c.field_profile_id, c.response_pattern, c.necessity, c.capacity_evidence,
         c.alternatives_tried, c.shift_hours_max::float8 as shift_hours_max, c.called_by, c.called_at,
         case when $1::text is null then c.selection_reason end as selection_reason,
         (select coalesce(json_agg(one), '[]') from json_array_elements(c.offers::json) as one
           where $1::text is null or one ->> 'organization_id' = $1) as offers,
         d.declared_at, d.confirmed_at, d.hard_end_at, d.lifted_at, d.is_drill, d.expected_end_at,
         d.waits_for_confirmation, d.posture_level,
         d.declared_by as declaration_declared_by, d.name as declaration_name, fp.label as field_profile_label,
         (select json_agg(json_build_object('organization_id', o.organization_id, 'name', called.name, 'seats', o.seats,
                                            'declined', o.declined_at is not null) order by o.organization_id)
            from support_call_organization o join organization called on called.id = o.organization_id
           where o.support_call_id = c.id and ($1::text is null or o.organization_id = $1)) as organizations,
         not exists (select from support_call_organization o
                      where o.support_call_id = c.id and ($1::text is null or o.organization_id = $1)
                        and o.declined_at is null) as is_declined
    from support_call c
    join declaration d on d.id = c.declaration_id
    join field_profile fp on fp.id = c.field_profile_id
   where ($1::text is null or exists (
           select from support_call_organization o where o.support_call_id = c.id and o.organization_id = $1))`;

/** Of organization o, at $1. */
const HAS_AGREEMENT = `
  exists (select from entrustment_agreement a
           where a.organization_id = o.id and a.is_complete and a.valid_from <= $1
             and least(a.valid_until, a.ended_at) > $1)`;
const IS_CALLABLE = `o.kind = 'retailer' and o.ended_at is null`;

const OFFERS = `
  select o.id as organization_id, o.id = any($2::text[]) as called, ${HAS_AGREEMENT} as agreement_valid
    from organization o where ${IS_CALLABLE} order by o.id`;

const CALLABLE = `
  select o.id, o.name, o.is_affiliated, o.registered_at, ${HAS_AGREEMENT} as has_agreement
    from organization o where ${IS_CALLABLE} and (o.registered_at, o.id) < ($2, $3)
   order by o.registered_at desc, o.id desc limit $4`;

const own = (caller: Caller): string | null => (caller.role === 'supervisor' ? caller.organizationId : null);

@Injectable()
export class SupportCallsRepository {
  constructor(private readonly database: Database) {}

  async find(id: string, caller: Caller): Promise<SupportCallWithState | undefined> {
    return this.database.one(`${SELECT} and c.id = $2`, [own(caller), id]);
  }

  async page(query: PageQuery, caller: Caller): Promise<SupportCallWithState[]> {
    return this.database.rows(
      `${SELECT} and (c.called_at, c.id) < ($2, $3) order by c.called_at desc, c.id desc limit $4`,
      [own(caller), query.after.at, query.after.id, query.take],
    );
  }

  /** The call with its declaration, as an answering organization meets it; undefined if it was not called. */
  async get(tx: Tx, id: string, organizationId: string | null): Promise<SupportCallWithState | undefined> {
    return tx.one(`${SELECT} and c.id = $2`, [organizationId, id]);
  }

  async callable(tx: Tx, organizationIds: string[]): Promise<Set<string>> {
    const rows = await tx.rows<{ id: string }>(
      `select o.id from organization o where o.id = any($1) and ${IS_CALLABLE}`,
      [organizationIds],
    );
    return new Set(rows.map((row) => row.id));
  }

  /** Every registered retailer, on the same terms: was it called, and may it be (FAIR-3)? */
  async offers(tx: Tx, called: string[]): Promise<Offer[]> {
    return tx.rows<Offer>(OFFERS, [tx.now, called]);
  }

  /** The same retailers, by name, before anybody is called. */
  async callablePage(query: PageQuery, now: Date): Promise<CallableRow[]> {
    return this.database.rows(CALLABLE, [now, query.after.at, query.after.id, query.take]);
  }

  /** By the called organization, once; false when it had declined. */
  async decline(tx: Tx, id: string, organizationId: string, by: string, reason: string): Promise<boolean> {
    const changed = await tx.change(
      `update support_call_organization set declined_by = $3, declined_at = $4, decline_reason = $5
        where support_call_id = $1 and organization_id = $2 and declined_at is null`,
      [id, organizationId, by, tx.now, reason],
    );
    return changed === 1;
  }

  async insert(tx: Tx, row: SupportCallRow, organizations: CalledOrganizationDto[]): Promise<void> {
    await tx.change(
      `insert into support_call (id, number, declaration_id, field_profile_id, response_pattern, necessity,
         capacity_evidence, alternatives_tried, shift_hours_max, called_by, called_at, offers, selection_reason)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        row.id, row.number, row.declaration_id, row.field_profile_id, row.response_pattern, row.necessity,
        row.capacity_evidence, row.alternatives_tried, row.shift_hours_max, row.called_by, row.called_at,
        JSON.stringify(row.offers), row.selection_reason,
      ], // prettier-ignore
    );
    await tx.change(
      `insert into support_call_organization (support_call_id, organization_id, seats)
       select $1, * from unnest($2::text[], $3::integer[])`,
      [row.id, organizations.map((one) => one.organization_id), organizations.map((one) => one.seats)],
    );
  }
}
