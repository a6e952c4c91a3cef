import type { Tx } from '../../database/database.js';

/**
 * Digests of the version that a row has just got, for the record of what made it: by these the tables are compared with
 * the ledger. What makes them stands in the room changes, above this one; the house puts it in here.
 */
export abstract class ToldVersions {
  abstract ofNewest(
    tx: Tx,
    type: 'passkey',
    id: string,
  ): Promise<{ type: string; id: string; version: number; digest: string }[]>;
}

export type ToldVersion = Awaited<ReturnType<ToldVersions['ofNewest']>>[number];
