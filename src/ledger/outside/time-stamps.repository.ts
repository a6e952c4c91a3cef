import { Injectable } from '@nestjs/common';
import { LedgerDatabase } from '../../database/database.js';
import type { Checkpoint } from '../note.js';
import type { Stamp } from './time-stamp-reply.js';

export interface KeptStamp {
  size: number;
  /** The bytes that were stamped. */
  note: string;
  /** TimeStampResp, DER. */
  token: Buffer;
  policy: string;
  stamped_at: Date;
  taken_at: Date;
}

export interface DueFacts {
  /** Undefined: none was ever taken of this log. */
  lastSize: number | undefined;
  lastAt: Date | undefined;
  now: Date;
  /** A lift stands in the checkpoint and in no stamped one. */
  isWanted: boolean;
}

/** The time-stamps that were taken, and the records that want one soon. */
@Injectable()
export class TimeStampsRepository {
  constructor(private readonly database: LedgerDatabase) {}

  async facts({ origin, size }: Checkpoint): Promise<DueFacts> {
    const row = await this.database.one<{ now: Date; size: string | null; at: Date | null; wanted: boolean }>(
      `select broker_now() as now, t.size, t.taken_at as at,
              exists (select from time_stamp_wanted w join leaf l on l.record_id = w.record_id
                      where l.position < $2) as wanted
       from (select) one left join lateral
         (select size, taken_at from checkpoint_timestamp where origin = $1 order by size desc limit 1) t on true`,
      [origin, size],
    );
    if (!row) throw new Error('invariant: one row');
    const { now, wanted: isWanted } = row;
    const lastSize = row.size === null ? undefined : Number(row.size);
    return { lastSize, lastAt: row.at ?? undefined, now, isWanted };
  }

  /** The same checkpoint stamped by two instances at once: the first one stays. */
  async keep({ origin, size, note }: Checkpoint, reply: Buffer, stamp: Stamp): Promise<void> {
    await this.database.transaction('none', async (tx) => {
      await tx.change(
        `insert into checkpoint_timestamp (origin, size, note, token, policy, stamped_at, taken_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
        [origin, size, note, reply, stamp.policy, stamp.at, tx.now],
      );
      await tx.change(
        `delete from time_stamp_wanted w using leaf l where l.record_id = w.record_id and l.position < $1`,
        [size],
      );
    });
  }

  /** Of a log, of checkpoints up to a size, oldest first; of a time alone, those taken in it and the newest of all. */
  async upTo(origin: string, size: number, within?: { from: Date; to: Date }): Promise<KeptStamp[]> {
    const rows = await this.database.rows<Omit<KeptStamp, 'size'> & { size: string }>(
      `select size, note, token, policy, stamped_at, taken_at from checkpoint_timestamp
       where origin = $1 and size <= $2
         and ($3::timestamptz is null or taken_at >= $3 and taken_at < $4
              or size = (select max(size) from checkpoint_timestamp where origin = $1 and size <= $2))
       order by size`,
      [origin, size, within?.from ?? null, within?.to ?? null],
    );
    return rows.map((row) => ({ ...row, size: Number(row.size) }));
  }
}
