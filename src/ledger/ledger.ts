import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { Tx } from '../database/database.js';
import { insertRecords, wantTimeStamps, type Run } from './ledger.repository.js';
import type { Receipts } from './receipts.js';
import {
  RANDOM_BYTES,
  writeRecord,
  type Details,
  type NewRecord,
  type Seal,
  type WrittenRecord,
} from './record.js';

/** The ledger's front: what happened is appended inside the transaction in which it happened. */
@Injectable()
export class Ledger {
  constructor(
    private readonly seal: Seal,
    private readonly receiptsOf: Receipts,
  ) {}

  /** Appends in `tx`; the record's time is the transaction's instant. */
  async append<D extends Details>(tx: Tx, ...records: NewRecord<D>[]): Promise<WrittenRecord[]> {
    const written = this.write(records, tx.now, tx.isWithoutGate);
    await insertRecords((sql, parameters) => tx.change(sql, parameters), written);
    return written;
  }

  /** The same, of what an outside time-stamp shall cover soon: a lift. */
  async appendToBeStamped<D extends Details>(tx: Tx, record: NewRecord<D>): Promise<void> {
    const written = await this.append(tx, record);
    await wantTimeStamps((sql, parameters) => tx.change(sql, parameters), written);
  }

  /** For the gate, which holds its own connection: the same, at the batch's instant. */
  async appendOn(run: Run, at: Date, records: readonly NewRecord[]): Promise<WrittenRecord[]> {
    const written = this.write(records, at);
    await insertRecords(run, written);
    return written;
  }

  /** What whoever used takes home, one for each record. Only after the commit: a receipt says that it is durable. */
  receipts(records: readonly WrittenRecord[]): string[] {
    return this.receiptsOf.issue(records);
  }

  /** The random bytes of all records are drawn at once: a draw costs as much as the hashing of a record. */
  private write(records: readonly NewRecord[], at: Date, isWithoutGate = false): WrittenRecord[] {
    const random = randomBytes(records.length * RANDOM_BYTES);
    return records.map((record, index) =>
      writeRecord(record, at, {
        seal: this.seal,
        isWithoutGate,
        salts: random.subarray(index * RANDOM_BYTES, (index + 1) * RANDOM_BYTES),
      }),
    );
  }
}
