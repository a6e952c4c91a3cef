import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { SilenceWatch } from './silence.js';

export interface PoolLoad {
  inUse: number;
  /** Work that waits for a connection. */
  waiting: number;
}

export const loadOfPool = ({ totalCount, idleCount, waitingCount }: Pool): PoolLoad => ({
  inUse: totalCount - idleCount,
  waiting: waitingCount,
});

/** TypeORM's pool is the one of pg. */
const loadOf = (source: DataSource): PoolLoad =>
  loadOfPool((source.driver as unknown as { master: Pool }).master);

/** The rooms' pools, each with its number of connections: one instance takes their sum, and the gate's beside it. */
export const POOLS = {
  /** What every request needs before anything else: whose session, which client, which time; and what helps an ending. */
  guard: 4,
  /** Lists and pages of everyday work. */
  reads: 3,
  /** What may read millions of records: the auditors' questions, analyses, exports, the comparison with the ledger. */
  reports: 4,
  changes: 4,
  /** Endings by headquarters and the monitors. */
  endings: 2,
  /** All other endings: they wait for one another, and nobody of headquarters waits for them. */
  returns: 2,
  /** One for the sequencer, one for the publisher. */
  ledger: 2,
};

type PoolName = keyof typeof POOLS;

/**
 * The rooms' connections, as the app role, in pools of their own: a flood of one kind keeps no other kind waiting. An
 * approval of 2,000 people may hold a connection for a second, a report for half a minute; a sign-in and a lift must
 * not stand behind them.
 */
export class Connections {
  constructor(
    private readonly pools: Record<PoolName, DataSource>,
    private readonly watch: SilenceWatch,
    /** From where reads are answered. */
    readonly reads = pools.reads,
    readonly changes = pools.changes,
  ) {}

  get guard(): DataSource {
    return this.pools.guard;
  }

  get endings(): DataSource {
    return this.pools.endings;
  }

  get returns(): DataSource {
    return this.pools.returns;
  }

  /** The same, on the ledger's own: no storm of requests keeps the tree from growing, and the other way round. */
  get ofLedger(): Connections {
    return this.from('ledger', 'ledger');
  }

  /** The same; reads stand behind no list and no report. */
  get ofGuard(): Connections {
    return this.from('guard', 'changes');
  }

  /** The same; reads may be long, are bounded, and can write nothing. */
  get ofReports(): Connections {
    return this.from('reports', 'changes');
  }

  query<T>(sql: string, parameters?: unknown[]): Promise<T> {
    return this.reads.query<T>(sql, parameters);
  }

  /** How busy each pool is. */
  get load(): Record<PoolName, PoolLoad> {
    const loads = Object.entries(this.pools).map(([name, pool]) => [name, loadOf(pool)] as const);
    return Object.fromEntries(loads) as Record<PoolName, PoolLoad>;
  }

  async destroy(): Promise<void> {
    this.watch.stop();
    await Promise.all(Object.values(this.pools).map((pool) => pool.destroy()));
  }

  private from(reads: PoolName, changes: PoolName): Connections {
    return new Connections(this.pools, this.watch, this.pools[reads], this.pools[changes]);
  }
}

/**
 * Whatever the server's own settings are: a process that stops in the middle of a transaction gives its locks back
 * within seconds, so that no ending waits for it; and who cannot get a connection hears so.
 */
export const BOUNDS = {
  idle_in_transaction_session_timeout: 10_000,
  connectionTimeoutMillis: 5_000,
  // An ending after a quiet hour must not first sign in to the database.
  idleTimeoutMillis: 0,
  // A path that is gone is noticed on both sides before somebody needs it, and its place at the server is given back.
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  options:
    '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=5 -c tcp_user_timeout=20000',
};

/** By this name an ending knows another one, and lets it finish. */
export const ENDINGS = 'kashikagi endings';

const NAMES: Partial<Record<PoolName, string>> = {
  endings: ENDINGS,
  returns: ENDINGS,
  reports: 'kashikagi reports',
};

/** How long one answer for a person may take to find. */
export const REPORT_MS = 30_000;

/**
 * No entities, no synchronize: the schema is the migrations' alone.
 * @param reportMs for tests of what is too long
 */
export async function connect(url: string, reportMs = REPORT_MS): Promise<Connections> {
  const watch = new SilenceWatch(url);
  // Where nothing is written no commit waits for a standby, so a statement can be cut off without a doubt of what it did.
  const bounds = `-c default_transaction_read_only=on -c statement_timeout=${reportMs}`;
  try {
    const opened = Object.entries(POOLS).map(async ([name, size]) => {
      const options = name === 'reports' ? `${BOUNDS.options} ${bounds}` : BOUNDS.options;
      return [name, await open(url, watch, size, { name: NAMES[name as PoolName], options })] as const;
    });
    return new Connections(
      Object.fromEntries(await Promise.all(opened)) as Record<PoolName, DataSource>,
      watch,
    );
  } catch (error) {
    watch.stop();
    throw error;
  }
}

async function open(
  url: string,
  { onConnect }: SilenceWatch,
  poolSize: number,
  { name = 'kashikagi', options }: { name: string | undefined; options: string },
): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    url,
    poolSize,
    applicationName: name,
    extra: { ...BOUNDS, options, onConnect },
    logging: false,
    synchronize: false,
    entities: [],
    // An idle connection that the server closed is replaced; it must not end the process.
    poolErrorHandler: () => undefined,
  });
  return source.initialize();
}
