import { Injectable } from '@nestjs/common';
import { LedgerDatabase } from '../database/database.js';
import type { Checkpoint } from './note.js';

/** Whoever holds the row for longer is waited for in the next turn, so that a stop is never kept waiting. */
const WAITS_MS = 2_000;

export interface SignedCheckpoint extends Checkpoint {
  vkey: string;
}

/** A log that signs no more: its last checkpoint, and the origin of the one that followed. */
export interface RetiredLog {
  origin: string;
  vkey: string;
  signedSize: number;
  note: string;
  successor: string;
}

/** The last signed checkpoint, as every instance sees it. */
@Injectable()
export class CheckpointsRepository {
  constructor(private readonly database: LedgerDatabase) {}

  async last(): Promise<SignedCheckpoint | undefined> {
    const row = await this.database.one<Omit<SignedCheckpoint, 'size'> & { size: string }>(
      'select origin, vkey, size, root, note from signed_checkpoint',
    );
    return row && { ...row, size: Number(row.size) };
  }

  /** The logs before this one, the latest first. */
  async retired(): Promise<RetiredLog[]> {
    const rows = await this.database.rows<Omit<RetiredLog, 'signedSize'> & { signed_size: string }>(
      'select origin, vkey, signed_size, note, successor from retired_log order by ordinal desc',
    );
    return rows.map(({ signed_size: size, ...row }) => ({ ...row, signedSize: Number(size) }));
  }

  /** The same, with what the witnesses have put under this very text by now. */
  async published(): Promise<Checkpoint | undefined> {
    const row = await this.database.one<Omit<Checkpoint, 'size'> & { size: string }>(
      `select s.origin, s.size, s.root, s.note || coalesce((
         select string_agg(c.line, '' order by c.vkey collate "C") from cosignature c
         where c.origin = s.origin and c.note = s.note), '') as note
       from signed_checkpoint s`,
    );
    return row && { ...row, size: Number(row.size) };
  }

  /**
   * Compare-and-swap on the size that was last signed (undefined: nothing was): false when another instance was first.
   * The first one fixes origin and key for good.
   */
  async replace(last: number | undefined, next: SignedCheckpoint): Promise<boolean> {
    const { origin, vkey, size, root, note } = next;
    return this.database.transaction('none', async (tx) => {
      await tx.rows(`select set_config('lock_timeout', $1, true)`, [String(WAITS_MS)]);
      const changed =
        last === undefined
          ? await tx.change(
              `insert into signed_checkpoint (origin, vkey, size, root, note, signed_at)
               values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
              [origin, vkey, size, root, note, tx.now],
            )
          : await tx.change(
              `update signed_checkpoint set size = $2, root = $3, note = $4, signed_at = $5 where size = $1`,
              [last, size, root, note, tx.now],
            );
      return changed === 1;
    });
  }
}
