import { Pool, type PoolClient } from 'pg';
import { BOUNDS, loadOfPool, type PoolLoad } from './connect.js';
import { GATE_LOCK } from './database.js';
import { SilenceWatch } from './silence.js';

/** Two batches are in flight; the third connection is for the one that is being replaced. */
export const GATE_CONNECTIONS = 3;

/** A statement of the gate: named, so that PostgreSQL plans it once a connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export type RunStatement = <T extends object>(statement: Statement, parameters: unknown[]) => Promise<T[]>;

/**
 * Every statement of the gate finds its rows by a key, so it is planned so, once a connection, whatever the
 * tables held at that moment: a plan made while a table was empty would read all of it when it is full.
 */
const BY_KEY = [
  'plan_cache_mode = force_generic_plan',
  'enable_seqscan = off',
  'enable_hashjoin = off',
  'enable_mergejoin = off',
  'jit = off',
];
const BEGIN = [
  'begin isolation level read committed',
  ...BY_KEY.map((setting) => `set local ${setting}`),
].join('; ');
const LOCK: Record<'shared' | 'without', string | null> = {
  shared: `select pg_advisory_xact_lock_shared(${GATE_LOCK})`,
  without: null,
};

/**
 * The gate's own connections, apart from the rooms' pool: a storm of ordinary requests cannot keep a decision
 * waiting for a connection, and the other way round.
 */
export class GateConnections {
  private readonly pool: Pool;
  private readonly watch: SilenceWatch;

  constructor(
    url: string,
    size: number,
    /** For the control of the race test alone: shows that without the lock a use can stand after its end. */
    private readonly stance: 'shared' | 'without' = 'shared',
  ) {
    this.watch = new SilenceWatch(url);
    const { onConnect } = this.watch;
    this.pool = new Pool({
      connectionString: url,
      max: size,
      application_name: 'kashikagi gate',
      ...BOUNDS,
      onConnect,
    });
    // A connection that breaks is replaced; without a listener it would end the process, idle (the pool's event)
    // or at work (the connection's own: the statement under way fails as well, and that is what is answered).
    this.pool.on('error', () => undefined);
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** One READ COMMITTED transaction; the lock is a statement of its own, before any fact is read. */
  async transaction<T>(work: (run: RunStatement) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    const run: RunStatement = async <R extends object>(
      { name, text }: Statement,
      values: unknown[],
    ): Promise<R[]> => (await client.query<R>({ name, text, values })).rows;
    let failed: Error | undefined;
    try {
      const lock = LOCK[this.stance];
      // One round trip; as a simple query, each statement of it still takes a snapshot of its own.
      await client.query(lock === null ? BEGIN : `${BEGIN}; ${lock}`);
      const answer = await work(run);
      await client.query('commit');
      return answer;
    } catch (error) {
      failed = error instanceof Error ? error : new Error(String(error));
      await rollBack(client);
      throw error;
    } finally {
      // A connection that failed is not given to the next: its state is not known.
      client.release(failed);
    }
  }

  get load(): PoolLoad {
    return loadOfPool(this.pool);
  }

  async close(): Promise<void> {
    this.watch.stop();
    await this.pool.end();
  }
}

async function rollBack(client: PoolClient): Promise<void> {
  await client.query('rollback').catch(() => undefined);
}
