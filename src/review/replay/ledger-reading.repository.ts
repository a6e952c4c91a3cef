import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import type { KeptRecord } from './record-check.js';
import type { Leaf } from './tree-check.js';

const BATCH = 5_000;

const RECORD = `r.id, r.at, r.type, r.decision, r.code, r.is_drill, r.person_id, r.organization_id, r.declaration_id, r.grant_id,
  r.use_no, r.supply_point_ref, r.payload, r.salt, r.sealed is not null as has_sealed, l.hash as leaf_hash, q.entry`;
const FROM = `record r left join leaf l on l.record_id = r.id left join pending q on q.record_id = r.id`;
/** The order of the tree; what waits comes after it, as it will be placed. */
const IN_ORDER = `order by l.position nulls last, q.id`;

/** Literals, so that the partial index can be taken: see the migration's `record_step`. */
const STEP = `r.decision = 'done' and r.declaration_id is not null and r.type not like '%credential.%'`;

export interface TreeHeads {
  size: number;
  root: Buffer;
  signed_size: number | null;
  signed_root: Buffer | null;
}

/** The ledger's tables, read through from end to end at one instant; a batch is in memory at a time. */
@Injectable()
export class LedgerReadingRepository {
  async heads(tx: Tx): Promise<TreeHeads> {
    const [row] = await tx.rows<{
      size: string;
      root: Buffer;
      signed_size: string | null;
      signed_root: Buffer | null;
    }>(
      `select t.size, t.root, s.size as signed_size, s.root as signed_root from tree_state t left join signed_checkpoint s on true`,
    );
    if (row === undefined) return { size: 0, root: Buffer.alloc(0), signed_size: null, signed_root: null };
    const signed = row.signed_size === null ? null : Number(row.signed_size);
    return { size: Number(row.size), root: row.root, signed_size: signed, signed_root: row.signed_root };
  }

  async *leaves(tx: Tx): AsyncGenerator<Leaf[]> {
    type Row = Omit<Leaf, 'position'> & { position: string };
    for await (const rows of stream<Row>(tx, `select position, entry, hash from leaf order by position`))
      yield rows.map((row) => ({ ...row, position: Number(row.position) }));
  }

  /** In whatever order is the cheapest. */
  records(tx: Tx): AsyncGenerator<KeptRecord[]> {
    return stream(tx, `select ${RECORD} from ${FROM}`);
  }

  /** Those of the types, without and with `drill.`, in the order of the tree. */
  steps(tx: Tx, types: readonly string[]): AsyncGenerator<KeptRecord[]> {
    const names = types.flatMap((type) => [type, `drill.${type}`]).map((type) => `'${type}'`);
    return stream(
      tx,
      `select ${RECORD} from ${FROM} where r.decision = 'done' and r.type in (${names.join(', ')}) ${IN_ORDER}`,
    );
  }

  /** The steps of some declarations, in the order of the tree; their credentials are not among them. */
  stepsOf(tx: Tx, declarationIds: readonly string[]): AsyncGenerator<KeptRecord[]> {
    return stream(
      tx,
      `select ${RECORD} from ${FROM} where ${STEP} and r.declaration_id = any($1) ${IN_ORDER}`,
      [declarationIds],
    );
  }

  /** What was issued and released of the credentials that could be used now. */
  stepsOfCredentials(tx: Tx): AsyncGenerator<KeptRecord[]> {
    return stream(
      tx,
      `select ${RECORD} from credential c join ${FROM} on true
        where c.expires_at > $1 and r.grant_id = c.grant_id and r.at >= c.issued_at and r.decision = 'done'
          and r.type in ('credential.issued', 'credential.released', 'drill.credential.issued', 'drill.credential.released')
        ${IN_ORDER}`,
      [tx.now],
    );
  }

  /** Leaves whose record is gone, and not with a purge. */
  lost(tx: Tx): AsyncGenerator<{ position: string; record_id: string }[]> {
    return stream(
      tx,
      `select l.position, l.record_id from leaf l where not exists (select from record r where r.id = l.record_id)
          and not exists (select from purged_position p where l.position between p.first_position and p.last_position)`,
    );
  }
}

/** Through a cursor. It is planned for all of its rows, not for the first ones. */
export async function* stream<T extends object>(
  tx: Tx,
  sql: string,
  parameters: unknown[] = [],
): AsyncGenerator<T[]> {
  await tx.rows('set local cursor_tuple_fraction = 1');
  await tx.rows(`declare reading no scroll cursor for ${sql}`, parameters);
  for (;;) {
    const rows = await tx.rows<T>(`fetch ${BATCH} from reading`);
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH) break;
  }
  await tx.rows('close reading');
}
