import { Injectable } from '@nestjs/common';
import type { MasterRows } from './master-data.js';
import type { Tx } from '../database/database.js';
import type { Organization, OrganizationGround, RetirementGround } from './organization.js';

const COLUMNS = `id, kind, name, is_affiliated, is_legally_separated, retailer_code, works_for, ended_at`;

const GROUND = `
  select exists (select from organization where retailer_code = $2 and id <> $1) as is_code_taken,
         array(select named from unnest($3::text[]) as named
                where not exists (select from organization o
                                   where o.id = named and o.kind in ('utility', 'retailer') and o.ended_at is null)) as strangers,
         (select bool_or(kind = 'utility') and bool_or(kind = 'retailer') from organization where id = any($3)) is true
           and exists (select from person p
                        where p.employer_id = $1 and p.role <> 'operator' and p.left_at is null) as has_administrators_of_both_sides`;

const RETIREMENT_GROUND = `
  select o.id, o.kind = 'utility' and (
           exists (select from declaration d where d.lifted_at is null and d.hard_end_at > broker_now())
           or not exists (select from organization u where u.kind = 'utility' and u.id <> o.id and u.ended_at is null)) as is_needed,
         exists (select from person p where p.organization_id = o.id and p.role = 'headquarters' and p.left_at is null)
           and (select count(*) from person p join organization u on u.id = p.organization_id
                 where p.role = 'headquarters' and p.left_at is null and u.ended_at is null and u.id <> o.id) < 2
           as is_last_of_headquarters
    from organization o where o.id = any($1)`;

@Injectable()
export class OrganizationsRepository implements MasterRows<Organization> {
  async get(tx: Tx, id: string): Promise<Organization | undefined> {
    return tx.one(`select ${COLUMNS} from organization where id = $1 for update`, [id]);
  }

  async ground(
    tx: Tx,
    { id, retailer_code, works_for }: Organization,
  ): Promise<OrganizationGround | undefined> {
    return tx.one(GROUND, [id, retailer_code, works_for]);
  }

  async retirementGrounds(
    reader: Pick<Tx, 'rows'>,
    ids: readonly string[],
  ): Promise<Map<string, RetirementGround>> {
    const rows = await reader.rows<RetirementGround & { id: string }>(RETIREMENT_GROUND, [ids]);
    return new Map(rows.map((row) => [row.id, row]));
  }

  async insert(tx: Tx, row: Organization, changeId: string): Promise<void> {
    await tx.change(
      `insert into organization (id, kind, name, is_affiliated, is_legally_separated, retailer_code, works_for,
         registered_at, change_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        row.id, row.kind, row.name, row.is_affiliated, row.is_legally_separated, row.retailer_code, row.works_for,
        tx.now, changeId,
      ], // prettier-ignore
    );
  }

  async update(tx: Tx, row: Organization, changeId: string): Promise<boolean> {
    const changed = await tx.change(
      `update organization set name = $2, is_affiliated = $3, is_legally_separated = $4, retailer_code = $5, works_for = $6,
              change_id = $7
        where id = $1 and ended_at is null`,
      [
        row.id, row.name, row.is_affiliated, row.is_legally_separated, row.retailer_code, row.works_for, changeId,
      ], // prettier-ignore
    );
    return changed === 1;
  }

  async retire(tx: Tx, id: string, changeId: string): Promise<boolean> {
    const changed = await tx.change(
      `update organization set ended_at = $2, change_id = $3 where id = $1 and ended_at is null`,
      [id, tx.now, changeId],
    );
    return changed === 1;
  }
}
