import type { LoggerService } from '@nestjs/common';
import { AcceptedClocks } from '../clock/shipped-clock.js';
import { readLedgerKey } from '../config/ledger-key.js';
import { readSecretKeys } from '../config/secret-keys.js';
import type { Settings } from '../config/settings.js';
import { connect } from '../database/connect.js';
import { StartError } from '../database/embedded/start-error.js';
import { GATE_CONNECTIONS, GateConnections } from '../database/gate-connections.js';
import { migrationsFolder, requireSchema } from '../database/migration-files.js';
import { assertServiceRole } from '../database/roles.js';
import type { Query } from '../database/query.js';
import type { Runtime } from '../house.module.js';
import { serve, type Server } from '../http/server.js';
import { Heartbeats } from '../ledger/heartbeats.js';
import { CheckpointSigner } from '../ledger/note.js';
import { serveOperations } from '../operations/operations-server.js';
import { ReplayJob } from '../review/replay/replay.job.js';
import { createConnector, type WheelingConnector } from '../wheeling/wheeling.connector.js';
import { WheelingConnectors } from '../wheeling/wheeling.connectors.js';
import { prepareDatabase, usesEmbeddedServer } from './prepare-database.js';
import { refuseAnsweringService, refuseSecondService, removeRunFile, writeRunFile } from './run-file.js';
import { startSampleProcess, type SampleProcess } from './sample-process.js';
import { listening, refuseTakenPort, withDatabase } from './start-failure.js';
import { Undo } from './undo.js';

const MAX_ANSWER_BYTES = 64 * 1024;
const DRAIN_LIMIT_MS = 15_000;
const IDLE_CLOSE_MS = 50;

export interface RunningService {
  url: string;
  /** On this machine, whatever the public URL is. */
  listensAt: string;
  stop(): Promise<void>;
}

/**
 * Starts everything a service needs, and stops it in the opposite order: the service drains before its
 * database stops. A start that fails half-way stops what it had started.
 */
export async function startService(settings: Settings, logger: LoggerService): Promise<RunningService> {
  const log = (line: string): void => {
    logger.log(line, 'start');
  };
  const undo = new Undo();
  try {
    await refuseBeforeAnything(settings);
    const server = await startParts(settings, logger, undo);
    const url = settings.publicUrl ?? server.address;
    return { url, listensAt: server.address, stop: () => undo.run(log) };
  } catch (error) {
    await undo.run(log);
    throw error;
  }
}

/** A service that runs already, a port that is taken: told before a database is made, started or taken over. */
async function refuseBeforeAnything(settings: Settings): Promise<void> {
  const { dataFolder, host, port, operations } = settings;
  await (usesEmbeddedServer(settings) ? refuseAnsweringService : refuseSecondService)(dataFolder);
  await refuseTakenPort({ host, port });
  if (operations) await refuseTakenPort({ ...operations, setting: OPERATIONS_PORT });
}

const OPERATIONS_PORT = 'KASHIKAGI_OPERATIONS_PORT';

async function startParts(settings: Settings, logger: LoggerService, undo: Undo): Promise<Server> {
  const log = (line: string): void => {
    logger.log(line, 'start');
  };
  const { serviceUrl, wheelingUrl: wheelingDatabase } = await prepareDatabase(settings, log, undo);
  const sampling = wheelingDatabase === undefined ? undefined : startSampleProcess(wheelingDatabase);
  // Awaited below; a failure before that must not be an unhandled one.
  sampling?.catch(() => undefined);
  undo.add(async () => (await sampling?.catch(() => undefined))?.stop());

  const name = settings.databaseUrl === undefined ? 'the embedded database' : 'DATABASE_URL';
  const connections = await withDatabase(name, serviceUrl, () => connect(serviceUrl));
  undo.add(() => connections.destroy());
  const query = <T extends object>(sql: string, parameters?: unknown[]): Promise<T[]> =>
    connections.query<T[]>(sql, parameters);
  await withDatabase(name, serviceUrl, async () => {
    await requireSchema(query, migrationsFolder());
    const warnings = await assertServiceRole(query, { production: settings.isProduction });
    for (const warning of warnings) logger.warn(warning, 'start');
  });

  const keys = await readKeys(settings, query);
  const gateConnections = new GateConnections(serviceUrl, GATE_CONNECTIONS);
  undo.add(() => gateConnections.close());
  const urls = wheelingUrls(settings, await sampling);
  const connectorTo = (url: string): WheelingConnector =>
    createConnector({
      url,
      timeoutMs: settings.wheelingTimeoutMs,
      maxConcurrent: settings.wheelingConcurrency,
      maxAnswerBytes: MAX_ANSWER_BYTES,
    });
  const wheelings = new WheelingConnectors(
    connectorTo(urls.real),
    urls.drill === null ? null : connectorTo(urls.drill),
  );
  undo.add(() => Promise.resolve(wheelings.close()));

  const acceptedClocks = new AcceptedClocks();
  const runtime = { settings, connections, gateConnections, ...keys, wheelings, acceptedClocks };
  const { host, port, publicUrl } = settings;
  const server = await listening(serve(runtime, { logger, host, port, publicUrl }), { host, port });
  const heartbeats = server.app.get(Heartbeats);
  // After the last request was answered: what is recorded then still belongs to the time in service.
  undo.add(() => heartbeats.stop());
  undo.add(() => drained(server));
  await heartbeats.start();
  await server.app.get(ReplayJob, { strict: false }).start();

  const operationsUrl = await openOperations(server, settings, undo);
  undo.add(() => removeRunFile(settings.dataFolder));
  await writeRunFile(settings.dataFolder, {
    url: publicUrl ?? server.address,
    listening_url: server.address,
    wheeling_url: urls.real,
    drill_wheeling_url: urls.drill,
    operations_url: operationsUrl,
    ledger_vkey: server.app.get(CheckpointSigner).vkey,
    pid: process.pid,
    started_at: server.startedAt.toISOString(),
  });
  return server;
}

/** → where; null: nowhere. */
async function openOperations(server: Server, settings: Settings, undo: Undo): Promise<string | null> {
  const { operations } = settings;
  if (operations === null) return null;
  const place = { ...operations, setting: OPERATIONS_PORT };
  const opened = await listening(serveOperations(server.app, operations), place);
  undo.add(() => opened.close());
  return opened.url;
}

/** Keys are made for a demonstration that has no use for older ones: without records, and without a checkpoint. */
async function readKeys(
  settings: Settings,
  query: Query,
): Promise<Pick<Runtime, 'keys' | 'ledgerKey' | 'readTokenKeys'>> {
  const [found] = await query<{ is_used: boolean; is_signed: boolean }>(
    'select exists (select from record) as is_used, exists (select from signed_checkpoint) as is_signed',
  );
  const { keysFolder: folder, ledgerKeyFile, isDemonstration } = settings;
  return {
    keys: await readSecretKeys({ folder }, isDemonstration && found?.is_used === false),
    ledgerKey: await readLedgerKey({ folder, ledgerKeyFile }, isDemonstration && found?.is_signed === false),
    readTokenKeys: async () => (await readSecretKeys({ folder }, false)).tokenKeys,
  };
}

/** Where the real data is, and where the drill's own; null: drills have none. */
function wheelingUrls(
  { wheeling, drillWheeling }: Settings,
  sample: SampleProcess | undefined,
): { real: string; drill: string | null } {
  const real = wheeling.kind === 'http' ? wheeling.url : sample?.url;
  const drills = { sample: sample?.drillUrl ?? null, none: null };
  if (real === undefined) throw new StartError('no wheeling system');
  return { real, drill: drillWheeling.kind === 'http' ? drillWheeling.url : drills[drillWheeling.kind] };
}

/**
 * Requests under way get their answers. Each is bounded by the wheeling system's and the database's own limits;
 * who has sent half a request, or reads none of the answer, must not hold up the end of the service.
 */
async function drained(server: Server): Promise<void> {
  const http = server.app.getHttpServer();
  // A connection that has its answer would be kept alive for the next request, which never gets one.
  const idle = setInterval(() => http.closeIdleConnections(), IDLE_CLOSE_MS);
  const limit = setTimeout(() => http.closeAllConnections(), DRAIN_LIMIT_MS);
  await server.close();
  clearInterval(idle);
  clearTimeout(limit);
}
