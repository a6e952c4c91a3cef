import { Injectable } from '@nestjs/common';
import type { PageQuery } from '../../contract/page.js';
import { Database, type Tx } from '../../database/database.js';
import type { OpenWindowDto } from './terminal-windows.dto.js';
import type { WindowRow } from './terminal-window.js';

export type ListedWindow = Omit<
  WindowRow,
  'code_hash' | 'opened_in_session' | 'opener_name' | 'opener_organization_id'
> & {
  opened_at: Date;
  jkt: string | null;
  change_id: string | null;
};

@Injectable()
export class TerminalWindowsRepository {
  constructor(private readonly database: Database) {}

  async page(query: PageQuery): Promise<ListedWindow[]> {
    return this.database.rows(
      `select id, organization_id, serial, custodian_person_id, room_id, opened_by, opened_at, expires_at, guesses, proven_at, jkt,
              change_id
         from terminal_window where (opened_at, id) < ($1, $2) order by opened_at desc, id desc limit $3`,
      [query.after.at, query.after.id, query.take],
    );
  }

  async insert(
    tx: Tx,
    row: { id: string; openedBy: string; sessionId: string; expiresAt: Date; codeHash: Buffer },
    dto: OpenWindowDto,
  ): Promise<void> {
    await tx.change(
      `insert into terminal_window (id, organization_id, serial, custodian_person_id, room_id, opened_by, opened_at, expires_at,
                                    code_hash, opened_in_session)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        row.id, dto.organization_id, dto.serial, dto.custodian_person_id, dto.room, row.openedBy, tx.now, row.expiresAt,
        row.codeHash, row.sessionId,
      ], // prettier-ignore
    );
  }

  /** Two that try at once meet here. */
  async lock(tx: Tx, id: string): Promise<WindowRow | undefined> {
    return tx.one(
      `select w.id, w.organization_id, w.serial, w.custodian_person_id, w.room_id, w.opened_by, w.expires_at, w.code_hash,
              w.guesses, w.proven_at, w.opened_in_session, p.name as opener_name, p.organization_id as opener_organization_id
         from terminal_window w join person p on p.id = w.opened_by where w.id = $1 for update of w`,
      [id],
    );
  }

  async countGuess(tx: Tx, id: string): Promise<void> {
    await tx.change(`update terminal_window set guesses = guesses + 1 where id = $1`, [id]);
  }

  async close(tx: Tx, id: string, jkt: string, changeId: string): Promise<boolean> {
    const changed = await tx.change(
      `update terminal_window set jkt = $2, proven_at = $3, change_id = $4 where id = $1 and proven_at is null and expires_at > $3`,
      [id, jkt, tx.now, changeId],
    );
    return changed === 1;
  }
}
