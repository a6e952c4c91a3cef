import type { LoggerService } from '@nestjs/common';
import { AcceptedClocks } from '../clock/shipped-clock.js';
import { readSecretKeys, type SecretKeyPlaces } from '../config/secret-keys.js';
import type { Settings } from '../config/settings.js';
import { connect } from '../database/connect.js';
import { StartError } from '../database/embedded/start-error.js';
import { GateConnections } from '../database/gate-connections.js';
import { migrationsFolder, requireSchema } from '../database/migration-files.js';
import { assertServiceRole } from '../database/roles.js';
import { serve, type Server } from '../http/server.js';
import { createConnector } from '../wheeling/wheeling.connector.js';
import { prepareDatabase } from './prepare-database.js';
import { refuseSecondService, removeRunFile, writeRunFile } from './run-file.js';
import { startSampleProcess } from './sample-process.js';

const MAX_ANSWER_BYTES = 64 * 1024;
/** Two batches are in flight; the third connection is for the one that is being replaced. */
const GATE_CONNECTIONS = 3;

export interface RunningService {
  url: string;
  stop(): Promise<void>;
}

/** Undo steps, run in the opposite order of what they undo; each is tried, whatever became of the others. */
class Undo {
  private readonly steps: (() => Promise<unknown>)[] = [];

  add(step: () => Promise<unknown>): void {
    this.steps.unshift(step);
  }

  async run(log: (line: string) => void): Promise<void> {
    for (const step of this.steps.splice(0)) {
      await step().catch((error: unknown) =>
        log(`while stopping: ${error instanceof Error ? error.message : 'error'}`),
      );
    }
  }
}

/**
 * Starts everything a service needs, and stops it in the opposite order: the service drains before its
 * database stops. A start that fails half-way stops what it had started.
 */
export async function startService(settings: Settings, logger: LoggerService): Promise<RunningService> {
  const log = (line: string): void => logger.log(line, 'start');
  const undo = new Undo();
  try {
    await refuseSecondService(settings.dataFolder);
    const server = await startParts(settings, logger, undo);
    const url = settings.publicUrl ?? server.address;
    return { url, stop: () => undo.run(log) };
  } catch (error) {
    await undo.run(log);
    throw error;
  }
}

async function startParts(settings: Settings, logger: LoggerService, undo: Undo): Promise<Server> {
  const log = (line: string): void => logger.log(line, 'start');
  const prepared = await prepareDatabase(settings, log);
  const { server: embedded, wheelingUrl: wheelingDatabase } = prepared;
  if (embedded) undo.add(() => embedded.stop());

  const sampling = wheelingDatabase === undefined ? undefined : startSampleProcess(wheelingDatabase);
  // Awaited below; a failure before that must not be an unhandled one.
  sampling?.catch(() => undefined);
  undo.add(async () => (await sampling?.catch(() => undefined))?.stop());

  const connections = await connect(prepared.serviceUrl);
  undo.add(() => connections.destroy());
  const query = <T extends object>(sql: string, parameters?: unknown[]): Promise<T[]> =>
    connections.query<T[]>(sql, parameters);
  await requireSchema(query, migrationsFolder());
  for (const warning of await assertServiceRole(query, { production: settings.isProduction })) log(warning);

  const places: SecretKeyPlaces = { folder: settings.keysFolder };
  const [used] = await query<{ is_used: boolean }>('select exists (select from record limit 1) as is_used');
  const keys = await readSecretKeys(places, settings.isDemonstration && used?.is_used === false);

  const gateConnections = new GateConnections(prepared.serviceUrl, GATE_CONNECTIONS);
  undo.add(() => gateConnections.close());
  const wheelingUrl = settings.wheeling.kind === 'http' ? settings.wheeling.url : (await sampling)?.url;
  if (wheelingUrl === undefined) throw new StartError('no wheeling system');
  const wheeling = createConnector({
    url: wheelingUrl,
    timeoutMs: settings.wheelingTimeoutMs,
    maxConcurrent: settings.wheelingConcurrency,
    maxAnswerBytes: MAX_ANSWER_BYTES,
  });
  undo.add(() => Promise.resolve(wheeling.close()));

  const runtime = {
    settings,
    connections,
    gateConnections,
    keys,
    readTokenKeys: async () => (await readSecretKeys(places, false)).tokenKeys,
    wheeling,
    acceptedClocks: new AcceptedClocks(),
  };
  const { host, port, publicUrl } = settings;
  const server = await serve(runtime, { logger, host, port, publicUrl });
  undo.add(() => server.close());

  undo.add(() => removeRunFile(settings.dataFolder));
  await writeRunFile(settings.dataFolder, {
    url: publicUrl ?? server.address,
    wheeling_url: wheelingUrl,
    ledger_vkey: null,
    pid: process.pid,
    started_at: server.startedAt.toISOString(),
  });
  return server;
}
