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

/**
 * The rooms' connections, as the app role, in four pools: a flood of one kind keeps no other kind waiting. An
 * approval of 2,000 people may hold a connection for a second; a sign-in and a lift must not stand behind it.
 */
export class Connections {
  constructor(
    readonly reads: DataSource,
    readonly changes: DataSource,
    readonly endings: DataSource,
    readonly ledger: DataSource,
    private readonly watch: SilenceWatch,
  ) {}

  /** The same, on the ledger's own: no storm of requests keeps the tree from growing, and the other way round. */
  get ofLedger(): Connections {
    return new Connections(this.ledger, this.ledger, this.ledger, this.ledger, this.watch);
  }

  query<T>(sql: string, parameters?: unknown[]): Promise<T> {
    return this.reads.query<T>(sql, parameters);
  }

  /** How busy each pool is. */
  get load(): Record<string, PoolLoad> {
    const { reads, changes, endings, ledger } = this;
    return {
      reads: loadOf(reads),
      changes: loadOf(changes),
      endings: loadOf(endings),
      ledger: loadOf(ledger),
    };
  }

  async destroy(): Promise<void> {
    this.watch.stop();
    const sources = [this.reads, this.changes, this.endings, this.ledger];
    await Promise.all(sources.map((source) => source.destroy()));
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

/** The ledger's two: one for the sequencer, one for the publisher. */
/** By this name an ending knows another one, and lets it finish. */
export const ENDINGS = 'kashikagi endings';
const POOLS = { reads: 6, changes: 4, endings: 2, ledger: 2 };

/** No entities, no synchronize: the schema is the migrations' alone. */
export async function connect(url: string): Promise<Connections> {
  const watch = new SilenceWatch(url);
  try {
    const [reads, changes, endings, ledger] = await Promise.all([
      open(url, watch, POOLS.reads),
      open(url, watch, POOLS.changes),
      open(url, watch, POOLS.endings, ENDINGS),
      open(url, watch, POOLS.ledger),
    ]);
    return new Connections(reads, changes, endings, ledger, watch);
  } catch (error) {
    watch.stop();
    throw error;
  }
}

async function open(
  url: string,
  { onConnect }: SilenceWatch,
  poolSize: number,
  name = 'kashikagi',
): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    url,
    poolSize,
    applicationName: name,
    extra: { ...BOUNDS, onConnect },
    logging: false,
    synchronize: false,
    entities: [],
    // An idle connection that the server closed is replaced; it must not end the process.
    poolErrorHandler: () => undefined,
  });
  return source.initialize();
}
