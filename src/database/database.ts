import type { DataSource, QueryRunner } from 'typeorm';
import { invariant } from '../contract/domain-error.js';
import type { Connections } from './connect.js';
import { ADVISORY_LOCKS } from './locks.js';
import { clearWay, ENDING_WAITS_MS } from './way-clearing.js';

/** What decisions share and endings take alone (architecture: the gate). One number, for every instance. */
export const GATE_LOCK = ADVISORY_LOCKS.gate;

/**
 * How a transaction stands to the gate:
 * `shared`: passes side by side with other decisions; waits only for an ending under way.
 * `alone`: an ending; waits for the decisions under way and holds back new ones for a moment.
 * `ahead`: the same by headquarters or the monitors, on connections that nobody else's endings ever take.
 * `approval`: gives grants, one approval after the other; not at the gate, since a new grant is dead until it is
 * acknowledged, and 2,000 of them must not keep a lift waiting.
 * `none`: ends nothing, and opens nothing that a later step does not check again.
 */
export type GateStance = 'none' | 'shared' | 'alone' | 'ahead' | 'approval';

type Row = object;

/** One open transaction. It is always an argument: an injected connection would not be part of it. */
export class Tx {
  constructor(
    private readonly runner: QueryRunner,
    /** `broker_now()` after the lock was granted: the one instant of everything this transaction writes. */
    readonly now: Date,
    /** An ending that could not get the gate's lock in time; its records say so. */
    readonly isWithoutGate = false,
  ) {}

  async rows<T extends Row>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    const result = await this.runner.query(sql, parameters, true);
    return result.records as T[];
  }

  async one<T extends Row>(sql: string, parameters: unknown[] = []): Promise<T | undefined> {
    const rows = await this.rows<T>(sql, parameters);
    invariant(rows.length <= 1, 'one row or none');
    return rows[0];
  }

  /** A guarded UPDATE, INSERT or DELETE: how many rows it changed. */
  async change(sql: string, parameters: unknown[] = []): Promise<number> {
    const result = await this.runner.query(sql, parameters, true);
    return result.affected ?? 0;
  }
}

interface Lock {
  statement: string;
  key: number;
}
/** SQLSTATE of a lock_timeout that ran out. */
const LOCK_NOT_AVAILABLE = '55P03';

const LOCKS: Record<GateStance, Lock | undefined> = {
  none: undefined,
  shared: { statement: 'select pg_advisory_xact_lock_shared($1)', key: GATE_LOCK },
  alone: { statement: 'select pg_advisory_xact_lock($1)', key: GATE_LOCK },
  ahead: { statement: 'select pg_advisory_xact_lock($1)', key: GATE_LOCK },
  approval: { statement: 'select pg_advisory_xact_lock($1)', key: ADVISORY_LOCKS.approval },
};

/** Who reads all of something is bounded by nothing but silence, whatever bounds a question of that connection. */
const READS_ALL = 'set transaction read only; set local statement_timeout = 0';

/** The app role's connections: reads, and transactions in READ COMMITTED. */
export class Database {
  constructor(protected readonly connections: Connections) {}

  async rows<T extends Row>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return this.connections.query<T[]>(sql, parameters);
  }

  async one<T extends Row>(sql: string, parameters: unknown[] = []): Promise<T | undefined> {
    const rows = await this.rows<T>(sql, parameters);
    return rows[0];
  }

  /**
   * The rows of a query that may be millions, `size` at a time, in one read-only snapshot. Whoever reads keeps going:
   * a reader that waits for longer than the bound of idle transactions loses it.
   */
  async *cursor<T extends Row>(sql: string, parameters: unknown[], size: number): AsyncGenerator<T[]> {
    const runner = this.connections.reads.createQueryRunner();
    try {
      await runner.connect();
      await runner.startTransaction('REPEATABLE READ');
      await runner.query(READS_ALL);
      // All rows are read: the plan that is the fastest for all, not the one for the first of them.
      await runner.query('set local cursor_tuple_fraction = 1');
      await runner.query(`declare pages no scroll cursor for ${sql}`, parameters);
      for (;;) {
        const page = (await runner.query(`fetch ${size} from pages`)) as T[];
        if (page.length === 0) break;
        yield page;
      }
    } finally {
      await rollBack(runner);
      await runner.release();
    }
  }

  get load(): Connections['load'] {
    return this.connections.load;
  }

  /** The database's time, in milliseconds' precision. */
  async now(): Promise<Date> {
    const row = await this.one<{ now: Date }>('select broker_now() as now');
    invariant(row, 'broker_now() answers');
    return row.now;
  }

  /**
   * Runs `work` in one transaction. The lock is taken first and the facts are read in later statements:
   * a statement that waits for the lock would see a snapshot from before the wait.
   */
  async transaction<T>(stance: GateStance, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (stance !== 'alone' && stance !== 'ahead')
      return this.run(this.connections.changes, LOCKS[stance], work);
    const source = stance === 'ahead' ? this.connections.endings : this.connections.returns;
    try {
      return await this.ending(source, LOCKS[stance], work);
    } catch (error) {
      if (!(error instanceof GateHeldError)) throw error;
      // Somebody keeps the gate shut, and nobody may: the end does not wait for it (law 10), and the record says so.
      return this.ending(source, undefined, work);
    }
  }

  /** Reads of one instant, in as many statements as it takes: each sees what the first one saw. Nothing can be written. */
  async snapshot<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.connections.reads.createQueryRunner();
    try {
      await runner.connect();
      await runner.startTransaction('REPEATABLE READ');
      await runner.query(READS_ALL);
      const [clock] = (await runner.query('select broker_now() as now')) as { now: Date }[];
      invariant(clock, 'broker_now() answers');
      const answer = await work(new Tx(runner, clock.now));
      await runner.commitTransaction();
      return answer;
    } catch (error) {
      await rollBack(runner);
      throw error;
    } finally {
      await runner.release();
    }
  }

  private async ending<T>(
    source: DataSource,
    lock: Lock | undefined,
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> {
    return this.run(source, lock, work, async (runner) => {
      const client = (await runner.connect()) as { processID: number };
      await runner.query(`set local lock_timeout = ${ENDING_WAITS_MS}`);
      return clearWay(this.connections, client.processID);
    });
  }

  private async run<T>(
    source: DataSource,
    lock: Lock | undefined,
    work: (tx: Tx) => Promise<T>,
    prepare?: (runner: QueryRunner) => Promise<() => void>,
  ): Promise<T> {
    const runner = source.createQueryRunner();
    let stop: (() => void) | undefined;
    try {
      await runner.connect();
      await runner.startTransaction('READ COMMITTED');
      stop = await prepare?.(runner);
      if (lock !== undefined) await takeLock(runner, lock);
      const [clock] = (await runner.query('select broker_now() as now')) as { now: Date }[];
      invariant(clock, 'broker_now() answers');
      const answer = await work(new Tx(runner, clock.now, prepare !== undefined && lock === undefined));
      await runner.commitTransaction();
      return answer;
    } catch (error) {
      await rollBack(runner);
      throw error;
    } finally {
      stop?.();
      await runner.release();
    }
  }
}

/** The same, on the connections that are the ledger's alone. */
export class LedgerDatabase extends Database {}

/** The same; what it reads stands behind no list and no report: whose session, which client, which time. */
export class GuardDatabase extends Database {}

class GateHeldError extends Error {}

/** Where the connection is gone, the server has rolled back already; what is told is why the work failed, not that. */
async function rollBack(runner: QueryRunner): Promise<void> {
  if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
}

async function takeLock(runner: QueryRunner, { statement, key }: Lock): Promise<void> {
  try {
    await runner.query(statement, [key]);
  } catch (error) {
    if ((error as { code?: unknown }).code === LOCK_NOT_AVAILABLE) throw new GateHeldError();
    throw error;
  }
}
