import { Injectable } from '@nestjs/common';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Reference } from '../../config/secret-keys.js';
import { Settings } from '../../config/settings.js';
import type { Caller } from '../../contract/caller.js';
import { DomainError } from '../../contract/domain-error.js';
import { supplyPointId } from '../../contract/normalise.js';
import { Database } from '../../database/database.js';
import { Ledger } from '../../ledger/ledger.js';
import { ExportSlots, sendingMs } from './export-slots.js';
import { ExportWriter, type Counted, type WrittenExport } from './export-writer.js';
import { RECORDS_READ } from '../records.records.js';
import { EXPORT_MADE } from './exports.records.js';
import type { ExportCountRequest, ExportFilter, ExportRequest, RowFilter } from './exports.dto.js';

export interface ReadyExport extends WrittenExport {
  treeSize: number;
  sha256: Buffer;
  recordId: string;
  /** Whoever gives it up destroys it. */
  body: Readable;
}

/**
 * Makes a file of records. It is written to the disk and hashed first, then recorded with its hash, and only then
 * does its first byte leave: who took what is known however far the sending came.
 */
@Injectable()
export class ExportsService {
  private readonly slots = new ExportSlots();

  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly reference: Reference,
    private readonly settings: Settings,
    private readonly writer: ExportWriter,
  ) {}

  /** How many records an export would hold; to ask is a reading as well, and on record before the answer. */
  async count(caller: Caller, request: ExportCountRequest): Promise<Counted> {
    const filter = this.rowFilter(request.filter);
    const counted = await this.writer.count({ filter, treeSize: request.tree_size });
    const subject = { personId: caller.personId, organizationId: caller.organizationId };
    const details = { filter: JSON.stringify(filter), count: counted.rows };
    await this.database.transaction('none', (tx) =>
      this.ledger.append(tx, { type: RECORDS_READ, subject, details }),
    );
    return counted;
  }

  async make(caller: Caller, request: ExportRequest): Promise<ReadyExport> {
    const filter = this.rowFilter(request.filter);
    const place = this.slots.take(caller.personId);
    try {
      const folder = join(this.settings.dataFolder, 'exports');
      const written = await this.writer.write({
        folder,
        filter,
        format: request.format,
        treeSize: request.tree_size,
      });
      try {
        const sha256 = await written.spool.seal();
        const recordId = await this.note(caller, { ...written, sha256, filter, format: request.format });
        place.isWritten();
        const body = written.spool.read(place.giveBack, sendingMs(written.spool.size));
        return { ...written, sha256, recordId, body };
      } catch (error) {
        await written.spool.close();
        throw error;
      }
    } catch (error) {
      place.giveBack();
      throw error;
    }
  }

  /** In one order whatever was sent, since it stands in the file as well. */
  private rowFilter(asked: ExportFilter): RowFilter {
    const { supply_point_id: number, supply_point_ref: reference } = asked;
    const point = number === undefined ? undefined : supplyPointId(number);
    if (point === null || (point !== undefined && reference !== undefined)) {
      const detail = '供給地点特定番号は22桁です。supply_point_ref とは一緒に使えません';
      throw new DomainError('invalid_input', { faults: [{ pointer: '/filter/supply_point_id', detail }] });
    }
    const ref = point === undefined ? reference : this.reference.of('supply_point', point);
    const { declaration, grant, person, organization, type, decision, from, to } = asked;
    return {
      ...(declaration !== undefined && { declaration }),
      ...(grant !== undefined && { grant }),
      ...(person !== undefined && { person }),
      ...(organization !== undefined && { organization }),
      ...(ref !== undefined && { supply_point_ref: ref }),
      ...(type !== undefined && { type }),
      ...(decision !== undefined && { decision }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    };
  }

  private async note(
    caller: Caller,
    made: WrittenExport & { sha256: Buffer; filter: RowFilter; format: string },
  ): Promise<string> {
    const subject = { personId: caller.personId, organizationId: caller.organizationId };
    const details = {
      filter: JSON.stringify(made.filter),
      format: made.format,
      tree_size: made.treeSize,
      rows: made.rows,
      bytes: made.spool.size,
      sha256: made.sha256.toString('hex'),
    };
    const [record] = await this.database.transaction('none', (tx) =>
      this.ledger.append(tx, { type: EXPORT_MADE, subject, details }),
    );
    if (!record) throw new Error('invariant: what is appended comes back');
    return record.id;
  }
}
