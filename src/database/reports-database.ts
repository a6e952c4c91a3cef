import type { QueryRunner } from 'typeorm';
import { DomainError } from '../contract/domain-error.js';
import { Database } from './database.js';
import { whoAsks } from './who-asks.js';

const CANCEL = 'select pg_cancel_backend($1)';
/** SQLSTATE of a statement that its time or somebody cut off. */
const QUERY_CANCELED = '57014';
const RETRY_AFTER_SECONDS = 5;

/**
 * Questions that may read millions of records, on connections of their own that can write nothing. One that takes too long,
 * or whose asker has gone, is cut off at the server. `cursor` and `snapshot` read all there is and have no such bound.
 * Errors: `reports_busy`, `report_too_long`, `asker_gone`.
 */
export class ReportsDatabase extends Database {
  override async rows<T extends object>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    const asker = whoAsks.getStore();
    const runner = this.connections.reads.createQueryRunner();
    try {
      return await this.asked<T>(runner, [sql, parameters], asker);
    } catch (error) {
      throw toldOf(error, asker);
    } finally {
      await runner.release();
    }
  }

  private async asked<T>(
    runner: QueryRunner,
    question: [sql: string, parameters: unknown[]],
    asker: AbortSignal | undefined,
  ): Promise<T[]> {
    const { processID } = (await runner.connect()) as { processID: number };
    asker?.throwIfAborted();
    let cancelled: Promise<unknown> | undefined;
    const cancel = (): void => {
      cancelled = this.connections.guard.query(CANCEL, [processID]).catch(() => undefined);
    };
    asker?.addEventListener('abort', cancel, { once: true });
    try {
      return (await runner.query(...question)) as T[];
    } finally {
      asker?.removeEventListener('abort', cancel);
      // Before the connection is another question's: that one is not meant.
      await cancelled;
    }
  }
}

function toldOf(error: unknown, asker: AbortSignal | undefined): unknown {
  if (asker?.aborted === true) return new DomainError('asker_gone');
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === QUERY_CANCELED) return new DomainError('report_too_long');
  if (typeof message === 'string' && message.startsWith('timeout exceeded when trying to connect'))
    return new DomainError('reports_busy', { retryAfter: RETRY_AFTER_SECONDS });
  return error;
}
