import { Injectable } from '@nestjs/common';
import { csvOf } from './csv.js';
import { DocumentsService } from './documents.service.js';
import { evidenceOf } from './evidence.js';
import type { Rows } from './export-row.js';
import { ExportRowsRepository } from './export-rows.repository.js';
import type { Format, RowFilter } from './exports.dto.js';
import { ocsfOf } from './ocsf.js';
import { parquetOf } from './parquet.js';
import { PinnedTree } from './pinned-tree.js';
import { Spool } from './spool.js';
import { xlsxOf } from './xlsx.js';

/** What one export may take of the disk. */
const MOST_BYTES = 8 * 2 ** 30;

export interface WrittenExport {
  spool: Spool;
  treeSize: number;
  rows: number;
}

export interface Counted {
  rows: number;
  tree_size: number;
}

export interface ExportOrder {
  folder: string;
  filter: RowFilter;
  format: Format;
  /** None: the newest signed one. */
  treeSize: number | undefined;
}

type RowFormat = (rows: Rows) => AsyncIterable<string | Uint8Array>;

const ROW_FORMATS: Partial<Record<Format, RowFormat>> = {
  csv: csvOf,
  xlsx: xlsxOf,
  parquet: parquetOf,
  ocsf: ocsfOf,
};

/** Writes a file of what stood in the tree at a size: the same order, the same bytes, whenever it is given. */
@Injectable()
export class ExportWriter {
  constructor(
    private readonly records: ExportRowsRepository,
    private readonly tree: PinnedTree,
    private readonly documents: DocumentsService,
  ) {}

  /** What a file of these records would hold, and the size at which it then has to be asked for to hold just that. */
  async count({ filter, treeSize }: Pick<ExportOrder, 'filter' | 'treeSize'>): Promise<Counted> {
    const { size } = await this.tree.at(treeSize);
    return { rows: await this.records.count(filter, size), tree_size: size };
  }

  async write(order: ExportOrder): Promise<WrittenExport> {
    const checkpoint = await this.tree.at(order.treeSize);
    const rows = new CountedRows(this.records.rows(order.filter, checkpoint.size));
    const spool = await Spool.open(order.folder, MOST_BYTES);
    try {
      const format = ROW_FORMATS[order.format];
      if (format) await spool.writeAll(format(rows));
      else if (order.format === 'pdf')
        await spool.writeAll(await this.documents.write({ filter: order.filter, checkpoint, rows }));
      else await this.evidence(order, spool, { checkpoint, rows });
      return { spool, treeSize: checkpoint.size, rows: rows.count };
    } catch (error) {
      await spool.close();
      throw error;
    }
  }

  private async evidence(
    { folder, filter }: ExportOrder,
    spool: Spool,
    { checkpoint, rows }: { checkpoint: Awaited<ReturnType<PinnedTree['at']>>; rows: Rows },
  ): Promise<void> {
    const aside = await Spool.open(folder, MOST_BYTES);
    try {
      await spool.writeAll(evidenceOf({ rows, filter, checkpoint, tree: this.tree, aside }));
    } finally {
      await aside.close();
    }
  }
}

class CountedRows {
  count = 0;

  constructor(private readonly rows: Rows) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Rows extends AsyncIterable<infer Row> ? Row : never> {
    for await (const row of this.rows) {
      this.count += 1;
      yield row;
    }
  }
}
