import { Injectable } from '@nestjs/common';
import { Reference } from '../config/secret-keys.js';
import type { Caller } from '../contract/caller.js';
import { supplyPointId } from '../contract/normalise.js';
import { DomainError } from '../contract/domain-error.js';
import { pageOf, type Page } from '../contract/page.js';
import { Database } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { RecordQuery, type RecordSearchDto, type RecordView } from './records.dto.js';
import { RECORDS_READ } from './records.records.js';
import { RecordsRepository, type RecordRow } from './records.repository.js';

/** The auditor's window on the records: by filters, newest first. What was read, by whom, is recorded first. */
@Injectable()
export class RecordsService {
  constructor(
    private readonly database: Database,
    private readonly records: RecordsRepository,
    private readonly ledger: Ledger,
    private readonly reference: Reference,
  ) {}

  async list(caller: Caller, query: RecordQuery): Promise<Page<RecordView>> {
    const rows = await this.records.page(query);
    const page = pageOf(rows, query, (row) => ({ at: row.at, id: row.id }));
    await this.note(caller, JSON.stringify(query), page.items.length);
    return { ...page, items: page.items.map(viewOf) };
  }

  /** The number of a supply point goes no further than this: what is asked, and put on record, is its reference. */
  async search(caller: Caller, dto: RecordSearchDto): Promise<Page<RecordView>> {
    const { supply_point_id: clear, ...filters } = dto;
    const said = Object.entries(filters).filter(([, value]) => value !== undefined);
    const query = Object.assign(new RecordQuery(), Object.fromEntries(said));
    if (clear !== undefined) {
      const number = supplyPointId(clear);
      if (number === null) throw fault('/supply_point_id', '22桁の数字ではありません');
      if (filters.supply_point_ref !== undefined)
        throw fault('/supply_point_ref', '供給地点は、番号と参照のどちらか一つで指定してください');
      query.supply_point_ref = this.reference.of('supply_point', number);
    }
    return this.list(caller, query);
  }

  async show(caller: Caller, id: string): Promise<RecordView> {
    const row = await this.records.find(id);
    if (!row) throw new DomainError('not_found');
    await this.note(caller, JSON.stringify({ id }), 1);
    return viewOf(row);
  }

  private async note(caller: Caller, filter: string, count: number): Promise<void> {
    const subject = { personId: caller.personId, organizationId: caller.organizationId };
    await this.database.transaction('none', (tx) =>
      this.ledger.append(tx, { type: RECORDS_READ, subject, details: { filter, count } }),
    );
  }
}

function fault(pointer: string, detail: string): DomainError {
  return new DomainError('invalid_input', { faults: [{ pointer, detail }] });
}

function viewOf({ payload, ...row }: RecordRow): RecordView {
  const { details } = JSON.parse(payload) as { details: unknown };
  return { ...row, at: row.at.toISOString(), details };
}
