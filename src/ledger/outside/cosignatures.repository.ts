import { Injectable } from '@nestjs/common';
import { LedgerDatabase } from '../../database/database.js';
import type { Checkpoint } from '../note.js';

export interface Cosigned {
  size: number;
  /** The checkpoint without cosignatures. */
  note: string;
  line: string;
}

/** What each witness cosigned last. */
@Injectable()
export class CosignaturesRepository {
  constructor(private readonly database: LedgerDatabase) {}

  async last(origin: string, vkey: string): Promise<Cosigned | undefined> {
    const row = await this.database.one<Omit<Cosigned, 'size'> & { size: string }>(
      'select size, note, line from cosignature where origin = $1 and vkey = $2',
      [origin, vkey],
    );
    return row && { ...row, size: Number(row.size) };
  }

  /** Of all witnesses, by their keys: what each cosigned last, if that lies within a size. */
  async of(origin: string, size: number): Promise<Cosigned[]> {
    const rows = await this.database.rows<Omit<Cosigned, 'size'> & { size: string }>(
      'select size, note, line from cosignature where origin = $1 and size <= $2 order by vkey',
      [origin, size],
    );
    return rows.map((row) => ({ ...row, size: Number(row.size) }));
  }

  /** An answer that comes late, behind that of another instance, changes nothing. */
  async keep(vkey: string, { origin, size, note }: Checkpoint, line: string): Promise<void> {
    await this.database.transaction('none', (tx) =>
      tx.change(
        `insert into cosignature (origin, vkey, size, note, line, taken_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (origin, vkey) do update set size = excluded.size, note = excluded.note, line = excluded.line,
           taken_at = excluded.taken_at where cosignature.size <= excluded.size`,
        [origin, vkey, size, note, line, tx.now],
      ),
    );
  }
}
