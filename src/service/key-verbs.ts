import { readdir } from 'node:fs/promises';
import { readLedgerKey } from '../config/ledger-key.js';
import { readSecretKeys, writeTokenKeys } from '../config/secret-keys.js';
import type { Settings } from '../config/settings.js';
import { rotate, TokenKeyRing } from '../credentials/token-keys.js';
import { connect } from '../database/connect.js';
import { ensureDatabase } from '../database/embedded/embedded-roles.js';
import { startEmbeddedServer } from '../database/embedded/embedded-server.js';
import { StartError } from '../database/embedded/start-error.js';
import { holdOnlyService } from './only-service.js';
import { withDatabase } from './start-failure.js';

/** The keys of a new installation. Beside keys or records that exist, a fresh key would be a loss: refused. */
export async function makeKeys(settings: Settings): Promise<string[]> {
  const folder = settings.keysFolder;
  const there = await readdir(folder).catch(() => []);
  if (there.length > 0) {
    throw new StartError(`${folder} is not empty (${there.join(', ')}): what is missing belongs to a backup`);
  }
  await readSecretKeys({ folder }, true);
  if (settings.ledgerKeyFile === undefined) await readLedgerKey({ folder }, true);
  return [`made the keys in ${folder}: back them up now, no record can be opened without them`];
}

/**
 * A fresh token key beside the one in use. Its times are the database's, as every instance reads them (law 8): of
 * the service's own database, or of the embedded one, which is started for the question if it does not run.
 */
export async function rotateTokenKeys(settings: Settings): Promise<string[]> {
  const places = { folder: settings.keysFolder };
  const { tokenKeys } = await readSecretKeys(places, false);
  const ring = await rotate(new TokenKeyRing(tokenKeys), await databaseTime(settings));
  await writeTokenKeys(places, ring.stored);
  const youngest = ring.stored.at(-1);
  const from = new Date((youngest?.signs_from ?? 0) * 1000).toISOString();
  return [`token key ${youngest?.kid}: published now, signs from ${from}`];
}

async function databaseTime(settings: Settings): Promise<Date> {
  const { databaseUrl, dataFolder } = settings;
  if (databaseUrl !== undefined) return brokerNow('DATABASE_URL', databaseUrl);
  const server = await startEmbeddedServer({ dataFolder });
  try {
    const { appUrl } = await ensureDatabase(server, 'kashikagi');
    return await brokerNow('the embedded database', appUrl);
  } finally {
    // One that ran already, or that a service has taken over meanwhile, is that service's.
    const mine = server.reused
      ? undefined
      : await holdOnlyService(server.adminUrl, dataFolder).catch(() => undefined);
    if (mine) await server.stop().then(mine);
  }
}

async function brokerNow(setting: string, url: string): Promise<Date> {
  return withDatabase(setting, url, async () => {
    const connections = await connect(url);
    try {
      const [row] = await connections.query<{ now: Date }[]>('select broker_now() as now');
      if (!row) throw new StartError('the database tells no time');
      return row.now;
    } finally {
      await connections.destroy();
    }
  });
}
