import { grantsOnSchema } from './schema-snapshot-grants.js';
import { foundations, functions } from './schema-snapshot-objects.js';
import type { SnapshotClient } from './schema-snapshot-parts.js';
import { tables } from './schema-snapshot-tables.js';
import { views } from './schema-snapshot-views.js';

const HEAD =
  '-- The schema public as the catalogues describe it. Generated: change it by a migration, then by "npm run schema".';

/** Names, times and numbers are written in the session's settings; these make them the same everywhere. */
const SETTINGS = `
  set local search_path = public;
  set local timezone = 'UTC';
  set local datestyle = 'ISO, YMD';
  set local intervalstyle = 'postgres';
  set local extra_float_digits = 1;
  set local bytea_output = 'hex';
  set local quote_all_identifiers = off`;

/**
 * The whole schema `public` as readable SQL, for people and for diffs; it is not meant to be run. The same migrations
 * give the same text on every PostgreSQL from 15 to 18, in every month, whatever the session's settings are.
 * Not told: rules, extended statistics, default privileges, what an aggregate does. Shown grants are those of PUBLIC and the roles of the product; an owner is named when it is not kashikagi_owner.
 * `client` is one connection (no pool) outside a transaction, of a role that may read the catalogues (any may).
 */
export async function schemaSnapshot(client: SnapshotClient): Promise<string> {
  await client.query('begin isolation level repeatable read read only');
  try {
    await client.query(SETTINGS);
    const schema = await grantsOnSchema(client);
    const parts = [...(await foundations(client)), ...(await tables(client)), ...(await views(client))];
    return (
      [HEAD, schema.join('\n'), ...parts, ...(await functions(client))]
        .filter((part) => part !== '')
        .join('\n\n') + '\n'
    );
  } finally {
    await client.query('rollback');
  }
}
