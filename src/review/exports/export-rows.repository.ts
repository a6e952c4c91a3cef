import { Injectable } from '@nestjs/common';
import { ReportsDatabase } from '../../database/reports-database.js';
import { exportRow, type ExportRow } from './export-row.js';
import { conditionsOf } from '../records.repository.js';
import type { RowFilter } from './exports.dto.js';

const FETCHED = 500;

/**
 * Records that stand in the tree below a size, in the order of their positions, whichever way the server finds
 * fastest: one cursor in one read-only snapshot, so that memory is bounded and nothing shifts in between.
 */
@Injectable()
export class ExportRowsRepository {
  constructor(private readonly database: ReportsDatabase) {}

  /** How many `rows` would give. */
  async count(filter: RowFilter, treeSize: number): Promise<number> {
    const parameters: unknown[] = [treeSize];
    const conditions = conditionsOf(filter, (value) => `$${parameters.push(value)}`);
    const sql = `select count(*) from leaf join record on record.id = leaf.record_id
      where ${['position < $1', ...conditions].join(' and ')}`;
    const [row] = await this.database.rows<{ count: string }>(sql, parameters);
    return Number(row?.count);
  }

  async *rows(filter: RowFilter, treeSize: number): AsyncGenerator<ExportRow> {
    const parameters: unknown[] = [treeSize];
    const conditions = conditionsOf(filter, (value) => `$${parameters.push(value)}`);
    const sql = `select position, payload, salt from leaf join record on record.id = leaf.record_id
      where ${['position < $1', ...conditions].join(' and ')} order by position`;
    const pages = this.database.cursor<Parameters<typeof exportRow>[0]>(sql, parameters, FETCHED);
    for await (const page of pages) yield* page.map(exportRow);
  }
}
