import { Injectable } from '@nestjs/common';
import type { Caller } from '../contract/caller.js';
import type { PageQuery } from '../contract/page.js';
import { invariant } from '../contract/domain-error.js';
import { Database, type Tx } from '../database/database.js';

export interface DeclarationRow {
  id: string;
  number: string;
  name: string;
  hazard_types: string[];
  target_area: string[];
  posture_level: string;
  legal_basis: string;
  necessity_statement: string;
  rule_version: string;
  is_drill: boolean;
  expected_end_at: Date;
  declared_by: string;
  declared_at: Date;
  confirmed_by: string | null;
  confirmed_at: Date | null;
  hard_end_at: Date;
  lifted_by: string | null;
  lifted_at: Date | null;
  lift_reason: string | null;
  waits_for_confirmation: boolean;
  /** Person ids: who was told when it was declared. */
  told: string[];
  /** Extensions and changes of the area so far, as JSON has them. */
  amendments: AmendmentJson[];
  /** Of the people above, by id. */
  people_names: Record<string, string>;
}

/** As it is first written down. */
export type NewDeclaration = Omit<DeclarationRow, 'amendments' | 'people_names'>;

export interface AmendmentJson {
  kind: 'extend' | 'grow' | 'shrink';
  at: string;
  amended_by: string;
  change_id: string | null;
  hard_end_at: string | null;
  target_area: string[] | null;
  reason: string;
  outage_households: number | null;
}

export interface NewAmendment {
  kind: AmendmentJson['kind'];
  by: string;
  changeId: string | null;
  hardEndAt?: Date;
  targetArea?: readonly string[];
  reason: string;
  outageHouseholds?: number;
}

const COLUMNS = `d.id, d.number, d.name, d.hazard_types, d.target_area, d.posture_level, d.legal_basis,
  d.necessity_statement, d.rule_version, d.is_drill, d.expected_end_at, d.declared_by, d.declared_at, d.confirmed_by,
  d.confirmed_at, d.hard_end_at, d.lifted_by, d.lifted_at, d.lift_reason,
  d.waits_for_confirmation, d.told,
  coalesce((select json_agg(json_build_object('kind', a.kind, 'at', a.at, 'amended_by', a.amended_by, 'change_id', a.change_id,
                      'hard_end_at', a.hard_end_at, 'target_area', a.target_area, 'reason', a.reason,
                      'outage_households', a.outage_households) order by a.ordinal)
              from declaration_amendment a where a.declaration_id = d.id), '[]') as amendments,
  (select json_object_agg(p.id, p.name) from person p
    where p.id = any(d.told || array[d.declared_by, d.confirmed_by, d.lifted_by]
                            || array(select a.amended_by from declaration_amendment a where a.declaration_id = d.id)))
    as people_names`;

/** Officers and compliance officers of the utility, who hear of every declaration (ART-5). */
const TOLD = `select id from person where organization_kind = 'utility' and role in ('officer', 'compliance_officer')
  and (left_at is null or left_at > $1) order by id`;

/** A supervisor sees the declarations with a call to the own organization; $1 is null for everybody else. */
const VISIBLE = `($1::text is null or exists (
  select from support_call c join support_call_organization o on o.support_call_id = c.id
  where c.declaration_id = d.id and o.organization_id = $1))`;

const ownOrganization = (caller: Caller): string | null =>
  caller.role === 'supervisor' ? caller.organizationId : null;

@Injectable()
export class DeclarationsRepository {
  constructor(private readonly database: Database) {}

  async find(id: string, caller: Caller): Promise<DeclarationRow | undefined> {
    return this.database.one(`select ${COLUMNS} from declaration d where ${VISIBLE} and d.id = $2`, [
      ownOrganization(caller),
      id,
    ]);
  }

  async page(query: PageQuery, caller: Caller): Promise<DeclarationRow[]> {
    return this.database.rows(
      `select ${COLUMNS} from declaration d where ${VISIBLE} and (d.declared_at, d.id) < ($2, $3)
       order by d.declared_at desc, d.id desc limit $4`,
      [ownOrganization(caller), query.after.at, query.after.id, query.take],
    );
  }

  async get(tx: Tx, id: string): Promise<DeclarationRow | undefined> {
    return tx.one(`select ${COLUMNS} from declaration d where d.id = $1`, [id]);
  }

  async insert(tx: Tx, row: NewDeclaration): Promise<void> {
    await tx.change(
      `insert into declaration (id, number, name, hazard_types, target_area, posture_level, legal_basis,
         necessity_statement, rule_version, is_drill, expected_end_at, declared_by, declared_at, hard_end_at,
         waits_for_confirmation, told, declared_area)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $5)`,
      [
        row.id, row.number, row.name, row.hazard_types, row.target_area, row.posture_level, row.legal_basis,
        row.necessity_statement, row.rule_version, row.is_drill, row.expected_end_at, row.declared_by,
        row.declared_at, row.hard_end_at, row.waits_for_confirmation, row.told,
      ], // prettier-ignore
    );
  }

  /** → milliseconds within the last 24 hours in which one person's word opened a place of the area. */
  async openedUnconfirmed(tx: Tx, area: readonly string[], isDrill: boolean): Promise<number> {
    const row = await tx.one<{ opened: number }>(
      `select (extract(epoch from opened_unconfirmed($1, $2, $3)) * 1000)::float8 as opened`,
      [area, isDrill, tx.now],
    );
    return row?.opened ?? 0;
  }

  /** Who is told of a declaration now: person ids. */
  async told(tx: Tx): Promise<string[]> {
    return (await tx.rows<{ id: string }>(TOLD, [tx.now])).map((row) => row.id);
  }

  /** The row, locked: two amendments at once meet here, and the second reads what the first wrote. */
  async lock(tx: Tx, id: string): Promise<DeclarationRow | undefined> {
    await tx.rows(`select id from declaration where id = $1 for no key update`, [id]);
    return this.get(tx, id);
  }

  /** The amendment first: the table takes a longer end or a wider area only if one of two persons says so. */
  async amend(tx: Tx, id: string, amendment: NewAmendment): Promise<void> {
    const { kind, by, changeId, hardEndAt, targetArea, reason, outageHouseholds } = amendment;
    await tx.change(
      `insert into declaration_amendment (declaration_id, ordinal, kind, at, amended_by, change_id, hard_end_at, target_area,
         reason, outage_households)
       select $1, coalesce(max(ordinal), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9
         from declaration_amendment where declaration_id = $1`,
      [
        id,
        kind,
        tx.now,
        by,
        changeId,
        hardEndAt ?? null,
        targetArea ?? null,
        reason,
        outageHouseholds ?? null,
      ],
    );
    const changed = await tx.change(
      `update declaration set hard_end_at = coalesce($2, hard_end_at), expected_end_at = greatest(expected_end_at, $2),
              target_area = coalesce($3, target_area)
        where id = $1 and lifted_at is null and hard_end_at > $4`,
      [id, hardEndAt ?? null, targetArea ?? null, tx.now],
    );
    invariant(changed === 1, 'the locked declaration is in force');
  }

  /** Only while it is in force, unconfirmed, and by another person than the declarer. */
  async confirm(tx: Tx, id: string, by: string, hardEndAt: Date): Promise<boolean> {
    const changed = await tx.change(
      `update declaration set confirmed_by = $2, confirmed_at = $3, hard_end_at = $4
       where id = $1 and confirmed_at is null and lifted_at is null and declared_by <> $2 and hard_end_at > $3`,
      [id, by, tx.now, hardEndAt],
    );
    return changed === 1;
  }

  async lift(tx: Tx, id: string, by: string, reason: string): Promise<boolean> {
    const changed = await tx.change(
      `update declaration set lifted_by = $2, lifted_at = $3, lift_reason = $4 where id = $1 and lifted_at is null`,
      [id, by, tx.now, reason],
    );
    return changed === 1;
  }

  /** The next number of a series: 1, 2, 3 …; a rolled-back transaction gives its number back. */
  async nextNumber(tx: Tx, series: string): Promise<number> {
    const row = await tx.one<{ last: number }>(
      `insert into number_series (series, last) values ($1, 1)
       on conflict (series) do update set last = number_series.last + 1 returning last`,
      [series],
    );
    return row?.last ?? 1;
  }
}
