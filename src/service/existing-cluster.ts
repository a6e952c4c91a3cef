import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../config/settings.js';
import { StartError } from '../database/embedded/start-error.js';

/** Whether there is a database to ask: an outside one, or an embedded one that was made before. Makes nothing. */
export async function hasDatabase({
  databaseUrl,
  dataFolder,
}: Pick<Settings, 'databaseUrl' | 'dataFolder'>): Promise<boolean> {
  if (databaseUrl !== undefined) return true;
  const there = await Promise.all(
    ['postgres', 'postgres-location'].map((name) => stat(join(dataFolder, name)).catch(() => undefined)),
  );
  return there.some((found) => found !== undefined);
}

/** For verbs that read or change what a service has made: on an empty folder they would make an empty cluster. Error: StartError. */
export async function requireDatabase(settings: Settings): Promise<void> {
  if (await hasDatabase(settings)) return;
  throw new StartError(
    `${settings.dataFolder}: まだ何もありません。先にサービスを起動してください（npm start） / ` +
      'nothing here yet: start the service first (npm start)',
  );
}
