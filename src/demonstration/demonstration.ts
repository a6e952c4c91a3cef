import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { packageRoot } from '../config/package-root.js';
import { hashClientSecret } from '../credentials/client-secret.js';

/** The demonstration's resource server; its secret stands in the documentation and opens sample data only. */
const CLIENT = { id: 'demo-rs', secret: 'demo-rs-secret', label: 'デモの資源サーバ' };

/** Loads the sample people into an empty house, once, in one transaction, as the owner. → whether it did */
export async function loadDemonstration(ownerUrl: string): Promise<boolean> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('lock table organization in share row exclusive mode');
    const { rows } = await client.query<{ is_empty: boolean }>(
      'select not exists (select from organization) as is_empty',
    );
    if (rows[0]?.is_empty !== true) {
      await client.query('rollback');
      return false;
    }
    await client.query(await readFile(join(packageRoot(), 'src', 'demonstration', 'sample.sql'), 'utf8'));
    const secretHash = await hashClientSecret(CLIENT.secret);
    await client.query('insert into system_client (id, label, secret_hash) values ($1, $2, $3)', [
      CLIENT.id,
      CLIENT.label,
      secretHash,
    ]);
    await client.query('commit');
    return true;
  } finally {
    await client.end();
  }
}
