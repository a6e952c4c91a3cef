import type { Tx } from '../database/database.js';
import type { Waiting } from './sequencer.repository.js';

/** What is known of a log before it is retired. */
export interface SignedRow {
  origin: string;
  vkey: string;
  note: string;
}

export interface NewRetiredLog {
  origin: string;
  vkey: string;
  signedSize: number;
  note: string;
  foundSize: number;
  foundRoot: Buffer;
  successor: string;
  recordId: string;
  why: string;
}

/** A retired log, and the record that names it. */
export interface Retired {
  origin: string;
  vkey: string;
  successor: string;
  id: string;
  payload: string;
  salt: Buffer;
}

/** The statements that begin a new log, as the tables' owner: the service's role has no right to any of them. */
export class SuccessionRepository {
  async signed(tx: Tx): Promise<SignedRow | undefined> {
    return tx.one<SignedRow>('select origin, vkey, note from signed_checkpoint');
  }

  /** The latest log that was retired, with the record that names it. */
  async latest(tx: Tx): Promise<Retired | undefined> {
    return tx.one(
      `select l.origin, l.vkey, l.successor, r.id, r.payload, r.salt
         from retired_log l join record r on r.id = l.record_id order by l.ordinal desc limit 1`,
    );
  }

  async isUsed(tx: Tx, origin: string): Promise<boolean> {
    return (
      (await tx.one('select from retired_log where origin = $1 or successor = $1', [origin])) !== undefined
    );
  }

  async entries(tx: Tx, from: number, to: number): Promise<Buffer[]> {
    const rows = await tx.rows<{ entry: string }>(
      'select entry from leaf where position >= $1 and position < $2 order by position',
      [from, to],
    );
    return rows.map(({ entry }) => Buffer.from(entry));
  }

  /** Empties the tree's tables; what stood in them stays in reach until the commit. */
  async clear(tx: Tx): Promise<void> {
    await tx.rows(
      'create temporary table found_leaf on commit drop as select position, record_id, entry from leaf',
    );
    await tx.rows('create unique index on found_leaf (position)');
    await tx.rows('truncate leaf, tile, tree_edge');
    await tx.rows('delete from signed_checkpoint');
  }

  async found(tx: Tx, from: number, to: number): Promise<Waiting[]> {
    const rows = await tx.rows<{ position: string; record_id: string; entry: string }>(
      'select position, record_id, entry from found_leaf where position >= $1 and position < $2 order by position',
      [from, to],
    );
    return rows.map((row) => ({ id: BigInt(row.position), recordId: row.record_id, entry: row.entry }));
  }

  /** The naming record does not wait: it has its place. */
  async takeFromWaiting(tx: Tx, recordId: string): Promise<void> {
    await tx.change('delete from pending where record_id = $1', [recordId]);
  }

  async retire(tx: Tx, log: NewRetiredLog): Promise<void> {
    await tx.change(
      `insert into retired_log (ordinal, origin, vkey, signed_size, note, found_size, found_root, successor, record_id, why,
                                retired_at)
       select coalesce(max(ordinal), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 from retired_log`,
      [log.origin, log.vkey, log.signedSize, log.note, log.foundSize, log.foundRoot, log.successor, log.recordId, log.why, tx.now], // prettier-ignore
    );
  }
}
