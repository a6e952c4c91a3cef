import { Client } from 'pg';
import { StartError } from '../database/embedded/start-error.js';
import { whereItRuns } from './run-file.js';

/** Any number that nothing else locks in the cluster's database `postgres`: the letters "only". */
const ONLY_LOCK = 0x6f6e6c79;

/**
 * One service an embedded server: a second one would stop the database under the first. The lock is the session's,
 * so it is gone in the moment its process is, however that ends; a file would outlive it.
 * → gives the lock back. Error: StartError when a service holds it.
 */
export async function holdOnlyService(adminUrl: string, dataFolder: string): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: adminUrl, application_name: 'kashikagi: the only service' });
  // The database went away: there is nothing left to fight over, and the data calls answer 503 by themselves.
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ is_ours: boolean }>('select pg_try_advisory_lock($1) as is_ours', [
    ONLY_LOCK,
  ]);
  if (rows[0]?.is_ours !== true) {
    await client.end();
    throw new StartError(`a service runs on ${dataFolder} already${await whereItRuns(dataFolder)}`);
  }
  return () => client.end();
}
