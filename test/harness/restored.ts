import type { Broker } from './broker.js';

/**
 * Makes facts whole again that a test has spoilt, as the tables' owner: what is final, an end above all, is kept so by
 * triggers, which stand aside for this one statement and nothing else. All in one transaction.
 */
export async function restore(broker: Broker, table: string, assignments: string): Promise<void> {
  await broker.database.asOwner(`
    alter table ${table} disable trigger user;
    update ${table} set ${assignments};
    alter table ${table} enable trigger user`);
}
