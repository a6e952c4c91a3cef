import { Injectable } from '@nestjs/common';
import { invariant } from '../contract/domain-error.js';
import { LedgerDatabase, type Tx } from '../database/database.js';
import { ADVISORY_LOCKS } from '../database/locks.js';
import type { TreeHead } from './note.js';
import type { StoredTile } from './right-edge.js';

/** Which instance gives positions now. It elects; the row of `tree_state` is what keeps two apart. */
const SEQUENCER_LOCK = ADVISORY_LOCKS.sequencer;
/** Whoever waits longer for the fence looks again later: nothing is lost by it, and a stop is never kept waiting. */
const WAITS_MS = 2_000;

export interface Waiting {
  id: bigint;
  recordId: string;
  entry: string;
}

/** The sequencer's statements, one method each, in the order in which they run. */
@Injectable()
export class SequencerRepository {
  constructor(private readonly database: LedgerDatabase) {}

  async isAnythingWaiting(): Promise<boolean> {
    return (await this.database.one('select id from pending order by id limit 1')) !== undefined;
  }

  /**
   * For the length of one batch: a leader that is paused between two holds up nobody, and one that is paused inside
   * is cut off by the server's limit for idle transactions.
   */
  async elect(tx: Tx): Promise<boolean> {
    const row = await tx.one<{ is_leader: boolean }>(
      `select set_config('lock_timeout', $2, true), pg_try_advisory_xact_lock($1) as is_leader`,
      [SEQUENCER_LOCK, String(WAITS_MS)],
    );
    return row?.is_leader === true;
  }

  /** The fence. A statement of its own: what is read after it is read after the wait. */
  async lockTree(tx: Tx): Promise<TreeHead> {
    const row = await tx.one<{ size: string; root: Buffer }>('select size, root from tree_state for update');
    invariant(row, 'the tree has its one row');
    return { size: Number(row.size), root: row.root };
  }

  async edge(tx: Tx): Promise<StoredTile[]> {
    const rows = await tx.rows<{ level: number; index: string; hashes: Buffer }>(
      'select level, index, hashes from tree_edge order by level',
    );
    return rows.map((row) => ({ ...row, index: Number(row.index) }));
  }

  /** In the order of their ids: RETURNING has none. */
  async take(tx: Tx, atMost: number): Promise<Waiting[]> {
    const rows = await tx.rows<{ id: string; record_id: string; entry: string }>(
      `delete from pending where id = any (array(select id from pending order by id limit $1))
       returning id, record_id, entry`,
      [atMost],
    );
    return rows
      .map((row) => ({ id: BigInt(row.id), recordId: row.record_id, entry: row.entry }))
      .sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** `hashes`: the leaves' hashes, one behind the other. */
  async place(tx: Tx, from: number, taken: readonly Waiting[], hashes: Buffer): Promise<number> {
    return tx.change(
      `insert into leaf (position, record_id, entry, hash)
       select $1::bigint + n - 1, record_id, entry, substring($4::bytea from (n::integer - 1) * 32 + 1 for 32)
         from unnest($2::text[], $3::text[]) with ordinality as taken (record_id, entry, n)`,
      [from, taken.map((one) => one.recordId), taken.map((one) => one.entry), hashes],
    );
  }

  async storeTiles(tx: Tx, tiles: readonly StoredTile[]): Promise<void> {
    for (const { level, index, hashes } of tiles) {
      await tx.change('insert into tile (level, index, hashes) values ($1, $2, $3)', [level, index, hashes]);
    }
  }

  async storeEdge(tx: Tx, tiles: readonly StoredTile[]): Promise<void> {
    for (const { level, index, hashes } of tiles) {
      await tx.change(
        `insert into tree_edge (level, index, hashes) values ($1, $2, $3)
         on conflict (level) do update set index = excluded.index, hashes = excluded.hashes`,
        [level, index, hashes],
      );
    }
  }

  /** Compare-and-swap: false when the tree is not any more what it was at the fence. */
  async advance(tx: Tx, from: number, to: TreeHead): Promise<boolean> {
    const moved = await tx.change('update tree_state set size = $2, root = $3 where size = $1', [
      from,
      to.size,
      to.root,
    ]);
    return moved === 1;
  }
}
