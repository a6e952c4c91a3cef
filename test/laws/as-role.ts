import { Client } from 'pg';
import type { Broker } from '../harness/broker.js';

/** Runs statements one by one as the service's own role; → the SQLSTATE of each, `done` where it went through. */
export async function triedAsApp(broker: Broker, statements: readonly string[]): Promise<string[]> {
  const client = new Client({ connectionString: await broker.database.urlOf('kashikagi_app') });
  await client.connect();
  try {
    const outcomes: string[] = [];
    for (const statement of statements) outcomes.push(await outcomeOf(client.query(statement)));
    return outcomes;
  } finally {
    await client.end();
  }
}

/** The same as the owner of the tables: what the schema itself refuses to everybody. */
export async function triedAsOwner(broker: Broker, statements: readonly string[]): Promise<string[]> {
  const outcomes: string[] = [];
  for (const statement of statements) outcomes.push(await outcomeOf(broker.database.asOwner(statement)));
  return outcomes;
}

async function outcomeOf(running: Promise<unknown>): Promise<string> {
  return running.then(
    () => 'done',
    (error: unknown) => String((error as { code?: string }).code),
  );
}

/** SQLSTATEs as PostgreSQL names them. */
export const SQLSTATE = {
  insufficientPrivilege: '42501',
  foreignKey: '23503',
  check: '23514',
  restrict: '23001',
};
