import { Injectable } from '@nestjs/common';
import type { MasterRows } from './master-data.js';
import type { Tx } from '../database/database.js';
import type { Agreement, AgreementGround } from './agreement.js';

const COLUMNS = `id, organization_id, number, valid_from, valid_until, ended_at, clauses, legal_ground, chosen_by, chosen_reason,
  sub_contracting_permitted, sub_contractors`;

const GROUND = `
  select exists (select from organization where id = $2 and kind = 'retailer' and ended_at is null) as is_retailer,
         exists (select from entrustment_agreement where number = $3 and id <> $1) as is_number_taken,
         array(select named from unnest($4::text[]) as named
                where not exists (select from organization o
                                   where o.id = named and o.kind = 'contractor' and o.ended_at is null)) as strangers`;

@Injectable()
export class AgreementsRepository implements MasterRows<Agreement> {
  async get(tx: Tx, id: string): Promise<Agreement | undefined> {
    return tx.one(`select ${COLUMNS} from entrustment_agreement where id = $1 for update`, [id]);
  }

  async ground(tx: Tx, row: Agreement): Promise<AgreementGround | undefined> {
    return tx.one(GROUND, [row.id, row.organization_id, row.number, row.sub_contractors]);
  }

  async insert(tx: Tx, row: Agreement, changeId: string): Promise<void> {
    await tx.change(
      `insert into entrustment_agreement (id, organization_id, number, valid_from, valid_until, clauses, legal_ground, chosen_by,
         chosen_reason, sub_contracting_permitted, sub_contractors, change_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        row.id, row.organization_id, row.number, row.valid_from, row.valid_until, row.clauses, row.legal_ground,
        row.chosen_by, row.chosen_reason, row.sub_contracting_permitted, row.sub_contractors, changeId,
      ], // prettier-ignore
    );
  }

  async update(tx: Tx, row: Agreement, changeId: string): Promise<boolean> {
    const changed = await tx.change(
      `update entrustment_agreement
          set valid_until = $2, clauses = $3, legal_ground = $4, chosen_by = $5, chosen_reason = $6, sub_contracting_permitted = $7,
              sub_contractors = $8, change_id = $9
        where id = $1 and ended_at is null`,
      [
        row.id, row.valid_until, row.clauses, row.legal_ground, row.chosen_by, row.chosen_reason,
        row.sub_contracting_permitted, row.sub_contractors, changeId,
      ], // prettier-ignore
    );
    return changed === 1;
  }

  async retire(tx: Tx, id: string, changeId: string): Promise<boolean> {
    const changed = await tx.change(
      `update entrustment_agreement set ended_at = $2, change_id = $3 where id = $1 and ended_at is null`,
      [id, tx.now, changeId],
    );
    return changed === 1;
  }
}
