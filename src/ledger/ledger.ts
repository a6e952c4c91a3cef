import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { insertRecords, type Run } from './ledger.repository.js';
import { writeRecord, type Details, type NewRecord, type Seal, type WrittenRecord } from './record.js';

/** The ledger's front: what happened is appended inside the transaction in which it happened. */
@Injectable()
export class Ledger {
  constructor(private readonly seal: Seal) {}

  /** Appends in `tx`; the record's time is the transaction's instant. */
  async append<D extends Details>(tx: Tx, ...records: NewRecord<D>[]): Promise<WrittenRecord[]> {
    const written = records.map((record) => writeRecord(record, tx.now, this.seal));
    await insertRecords((sql, parameters) => tx.change(sql, parameters), written);
    return written;
  }

  /** For the gate, which holds its own connection: the same, at the batch's instant. */
  async appendOn(run: Run, at: Date, records: readonly NewRecord[]): Promise<WrittenRecord[]> {
    const written = records.map((record) => writeRecord(record, at, this.seal));
    await insertRecords(run, written);
    return written;
  }
}
