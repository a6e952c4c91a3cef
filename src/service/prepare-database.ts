import type { Settings } from '../config/settings.js';
import { ensureDatabase, ensureSeparateDatabase } from '../database/embedded/embedded-roles.js';
import { startEmbeddedServer, type EmbeddedServer } from '../database/embedded/embedded-server.js';
import { StartError } from '../database/embedded/start-error.js';
import { migrationsFolder } from '../database/migration-files.js';
import { migrate } from '../database/migrator.js';
import { ensureRoles } from '../database/roles.js';
import { loadDemonstration } from '../demonstration/demonstration.js';
import { holdOnlyService } from './only-service.js';
import { withDatabase } from './start-failure.js';
import type { Undo } from './undo.js';

export interface PreparedDatabase {
  /** As kashikagi_app. */
  serviceUrl: string;
  /** The sample wheeling system's own database; undefined with a real wheeling system. */
  wheelingUrl: string | undefined;
}

export function usesEmbeddedServer(settings: Settings): boolean {
  return settings.databaseUrl === undefined || settings.wheeling.kind === 'sample';
}

/**
 * The databases, ready to serve: embedded ones are made and migrated; an outside one is migrated only when its
 * owner's URL is given (elsewhere `kashikagi migrate` has done it). The service itself never holds the owner's URL.
 */
export async function prepareDatabase(
  settings: Settings,
  log: (line: string) => void,
  undo: Undo,
): Promise<PreparedDatabase> {
  const server = usesEmbeddedServer(settings) ? await embeddedServer(settings, log, undo) : undefined;
  const urls = await serviceUrls(settings, server);
  if (urls.ownerUrl !== undefined) await migrateAsOwner(urls.ownerUrl, settings, log);
  const wheelingUrl =
    server && settings.wheeling.kind === 'sample'
      ? await ensureSeparateDatabase(server, 'sample_wheeling', 'sample_wheeling')
      : undefined;
  return { serviceUrl: urls.serviceUrl, wheelingUrl };
}

/** The lock comes before the undo step: a server that another service holds is not ours to stop. */
export async function embeddedServer(
  settings: Settings,
  log: (line: string) => void,
  undo: Undo,
): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ dataFolder: settings.dataFolder, log });
  const giveBack = await holdOnlyService(server.adminUrl, settings.dataFolder);
  undo.add(async () => {
    await server.stop();
    await giveBack();
  });
  return server;
}

async function serviceUrls(
  settings: Settings,
  server: EmbeddedServer | undefined,
): Promise<{ serviceUrl: string; ownerUrl: string | undefined }> {
  if (settings.databaseUrl !== undefined) {
    return { serviceUrl: settings.databaseUrl, ownerUrl: settings.databaseOwnerUrl };
  }
  if (server === undefined) throw new StartError('no database');
  const { appUrl, ownerUrl } = await ensureDatabase(server, 'kashikagi');
  return { serviceUrl: appUrl, ownerUrl };
}

async function migrateAsOwner(
  ownerUrl: string,
  settings: Settings,
  log: (line: string) => void,
): Promise<void> {
  const name = settings.databaseUrl === undefined ? 'the embedded database' : 'DATABASE_OWNER_URL';
  const applied = await withDatabase(name, ownerUrl, async () => {
    await ensureRoles(ownerUrl);
    return migrate(ownerUrl, migrationsFolder());
  });
  if (applied.length > 0) log(`migrated: ${applied.join(', ')}`);
  if (settings.isDemonstration && (await loadDemonstration(ownerUrl))) log('loaded the demonstration data');
}
