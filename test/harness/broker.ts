import 'reflect-metadata';
import type { LoggerService } from '@nestjs/common';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrokerClock } from '../../src/clock/broker-clock.js';
import { AcceptedClocks } from '../../src/clock/shipped-clock.js';
import { packageRoot } from '../../src/config/package-root.js';
import { readLedgerKey } from '../../src/config/ledger-key.js';
import { readSecretKeys } from '../../src/config/secret-keys.js';
import { Settings } from '../../src/config/settings.js';
import { PublicUrl } from '../../src/contract/public-url.js';
import { connect } from '../../src/database/connect.js';
import { GateConnections } from '../../src/database/gate-connections.js';
import { ReadinessCheck } from '../../src/http/readiness.js';
import { serve, type Server } from '../../src/http/server.js';
import { createConnector, type WheelingConnector } from '../../src/wheeling/wheeling.connector.js';
import { WheelingConnectors } from '../../src/wheeling/wheeling.connectors.js';
import { Storm } from '../stories/storm.js';
import { TestDatabase } from './test-database.js';

const MOVED =
  /^select pg_catalog\.date_trunc\('milliseconds', pg_catalog\.clock_timestamp\(\) \+ interval '-?\d+ ms'\)\|sql\|s\|/;

/** Takes the shipped clock, and the moved ones of `Broker.moveClock`, for ours. */
class TestClocks extends AcceptedClocks {
  override accepts(text: string): boolean {
    return super.accepts(text) || MOVED.test(text);
  }
}

/** Keeps every line that the service logs, so that a test can search them. */
export class KeptLog implements LoggerService {
  readonly lines: string[] = [];
  log = (...parts: unknown[]): void => void this.lines.push(parts.map(String).join(' '));
  warn = this.log;
  error = this.log;
}

export interface BrokerOptions {
  instances?: number;
  /** `without`: the control of the race test, a gate that takes no lock. */
  gateStance?: 'shared' | 'without';
  /** Environment over the demonstration's settings, e.g. KASHIKAGI_CONFIG. */
  environment?: Record<string, string>;
  /** Members of the demonstration's settings that are otherwise here. */
  settings?: Record<string, unknown>;
  wheelingUrl?: string;
  /** False: drills have no data. Else the sample's own, below `wheelingUrl`. */
  hasDrillData?: boolean;
  wheelingTimeoutMs?: number;
  /** How long a report may take. */
  reportMs?: number;
  /** False: only the clock that was shipped is taken for ours. */
  acceptMovedClock?: boolean;
}

/** The real service on a database of its own: real PostgreSQL, real HTTP, one or several instances. */
export class Broker {
  private offsetMs = 0;
  readonly log = new KeptLog();
  readonly storm: Storm;
  readonly url: string;

  private constructor(
    readonly database: TestDatabase,
    readonly instances: Server[],
    readonly wheelingUrl: string,
    private readonly closers: (() => Promise<unknown>)[],
    log: KeptLog,
  ) {
    this.log = log;
    this.url = instances[0]?.address ?? '';
    this.storm = new Storm(this.url, () => this.now());
  }

  static async start(options: BrokerOptions = {}): Promise<Broker> {
    const database = await TestDatabase.create();
    const folder = await mkdtemp(join(tmpdir(), 'kashikagi-keys-'));
    const log = new KeptLog();
    const closers: (() => Promise<unknown>)[] = [
      () => database.drop(),
      () => rm(folder, { recursive: true }),
    ];
    const wheelingUrl = options.wheelingUrl ?? process.env['TEST_WHEELING_URL'] ?? '';
    const instances: Server[] = [];
    for (let n = 0; n < (options.instances ?? 1); n += 1) {
      const server = await startInstance(database, folder, wheelingUrl, options, { log, closers });
      // Several instances behind one public address: the first one's.
      server.app.get(PublicUrl).set(instances[0]?.address ?? server.address);
      instances.push(server);
    }
    return new Broker(database, instances, wheelingUrl, closers, log);
  }

  /** The drill's own data (law 9). */
  get drillWheelingUrl(): string {
    return `${this.wheelingUrl}/drill`;
  }

  /** The database's time, as the test has set it. */
  now(): number {
    return Date.now() + this.offsetMs;
  }

  /** Moves the one clock, as the database's owner, by milliseconds from now on (law 8). */
  async moveClock(ms: number): Promise<void> {
    this.offsetMs += ms;
    await this.database.asOwner(`
      create or replace function broker_now() returns timestamptz language sql stable parallel safe
        as 'select pg_catalog.date_trunc(''milliseconds'', pg_catalog.clock_timestamp() + interval ''${this.offsetMs} ms'')'`);
    await Promise.all(this.instances.map((one) => one.app.get(BrokerClock).sync()));
  }

  /** The raw records, newest last. */
  records<T extends object = Record<string, unknown>>(
    where = 'true',
    parameters: unknown[] = [],
  ): Promise<T[]> {
    return this.database.asOwner<T>(`select * from record where ${where} order by at, id`, parameters);
  }

  async stop(): Promise<void> {
    for (const close of [...this.closers].reverse()) await close();
  }
}

async function settingsFile(folder: string, more: Record<string, unknown>): Promise<string> {
  const shipped = await readFile(join(packageRoot(), 'config', 'demonstration.json'), 'utf8');
  const path = join(folder, 'settings.json');
  await writeFile(path, JSON.stringify({ ...(JSON.parse(shipped) as object), ...more }));
  return path;
}

async function startInstance(
  database: TestDatabase,
  keysFolder: string,
  wheelingUrl: string,
  options: BrokerOptions,
  ground: { log: KeptLog; closers: (() => Promise<unknown>)[] },
): Promise<Server> {
  // A data folder for each, as on machines of their own.
  const folders = { KASHIKAGI_KEYS: keysFolder, KASHIKAGI_DATA: await mkdtemp(join(keysFolder, 'data-')) };
  const file = options.settings && { KASHIKAGI_CONFIG: await settingsFile(keysFolder, options.settings) };
  const settings = Settings.read({ KASHIKAGI_PORT: '0', ...folders, ...file, ...options.environment });
  const url = await database.urlOf('kashikagi_app');
  const connections = await connect(url, options.reportMs);
  ground.closers.push(() => connections.destroy());
  const gateConnections = new GateConnections(url, 3, options.gateStance ?? 'shared');
  ground.closers.push(() => gateConnections.close());
  const keys = await readSecretKeys({ folder: keysFolder }, true);
  const ledgerKey = await readLedgerKey({ folder: keysFolder }, true);
  const connectorTo = (to: string): WheelingConnector =>
    createConnector({
      url: to,
      timeoutMs: options.wheelingTimeoutMs ?? settings.wheelingTimeoutMs,
      maxConcurrent: settings.wheelingConcurrency,
      maxAnswerBytes: 64 * 1024,
    });
  const drill = options.hasDrillData === false ? null : connectorTo(`${wheelingUrl}/drill`);
  const wheelings = new WheelingConnectors(connectorTo(wheelingUrl), drill);
  ground.closers.push(() => Promise.resolve(wheelings.close()));
  const runtime = {
    settings,
    connections,
    gateConnections,
    keys,
    ledgerKey,
    readTokenKeys: async () => (await readSecretKeys({ folder: keysFolder }, false)).tokenKeys,
    wheelings,
    acceptedClocks: options.acceptMovedClock === false ? new AcceptedClocks() : new TestClocks(),
  };
  const server = await serve(runtime, {
    logger: ground.log,
    host: '127.0.0.1',
    port: 0,
    publicUrl: settings.publicUrl,
  });
  ground.closers.push(() => server.close());
  // A test that changes something and asks at once hears how it is then.
  server.app.get(ReadinessCheck, { strict: false }).kept.keptMs = 0;
  return server;
}
