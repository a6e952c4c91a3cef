import { Injectable } from '@nestjs/common';
import { DomainError } from '../contract/domain-error.js';
import { GuardDatabase, type Tx } from '../database/database.js';

/** Behind by more than this, nothing new is granted. */
const MOST_SECONDS = 60;

const OLDEST = `select extract(epoch from clock_timestamp() - added_at)::float8 as age from pending order by id limit 1`;

/** How far the tree is behind what happened. */
@Injectable()
export class LedgerLag {
  constructor(private readonly database: GuardDatabase) {}

  /** The age of the oldest entry that waits for its place; 0 when none waits. */
  async lagSeconds(): Promise<number> {
    return ageOf(await this.database.one<{ age: number }>(OLDEST));
  }

  async isBehind(tx?: Tx): Promise<boolean> {
    const seconds = tx ? ageOf(await tx.one<{ age: number }>(OLDEST)) : await this.lagSeconds();
    return seconds > MOST_SECONDS;
  }

  /**
   * Before new grants only. What is under way goes on, since each use is durable before its data leaves; and no
   * ending ever asks (law 10).
   */
  async refuseNewGrantsWhenBehind(tx: Tx): Promise<void> {
    if (await this.isBehind(tx)) throw new DomainError('ledger_behind');
  }
}

const ageOf = (row: { age: number } | undefined): number => Math.max(0, row?.age ?? 0);
