import { Injectable } from '@nestjs/common';
import { invariant } from '../contract/domain-error.js';
import { Database } from '../database/database.js';
import type { TreeHead } from './note.js';

/** Reads the tree. It only grows, so what is read now of an older size is what it was then. */
@Injectable()
export class TreeRepository {
  constructor(private readonly database: Database) {}

  async head(): Promise<TreeHead> {
    const row = await this.database.one<{ size: string; root: Buffer }>('select size, root from tree_state');
    invariant(row, 'the tree has its one row');
    return { size: Number(row.size), root: row.root };
  }

  /** The tile's hashes: all of a full one, of the last one as many as there are by now; none when it is to come. */
  async tile(level: number, index: number): Promise<Buffer | undefined> {
    const row = await this.database.one<{ hashes: Buffer }>(
      `select hashes from tile where level = $1 and index = $2
       union all select hashes from tree_edge where level = $1 and index = $2`,
      [level, index],
    );
    return row?.hashes;
  }

  async entries(from: number, to: number): Promise<Buffer[]> {
    const rows = await this.database.rows<{ entry: string }>(
      'select entry from leaf where position >= $1 and position < $2 order by position',
      [from, to],
    );
    return rows.map(({ entry }) => Buffer.from(entry));
  }

  /** Undefined while the record waits for its place, and for a stranger. */
  async positionOf(recordId: string): Promise<number | undefined> {
    const row = await this.database.one<{ position: string }>(
      'select position from leaf where record_id = $1',
      [recordId],
    );
    return row && Number(row.position);
  }
}
