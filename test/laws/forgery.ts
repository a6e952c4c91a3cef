import type { Broker } from '../harness/broker.js';
import type { Person } from '../stories/actors.js';
import { expectStatus } from '../stories/storm.js';

export interface Replayed extends Record<string, unknown> {
  id: string;
  records: number;
  rows: number;
  found: number;
  cleared: number;
  open: number;
}

/** As the tables' owner, with every trigger of the table out of the way. */
export async function forge(
  broker: Broker,
  table: string,
  sql: string,
  parameters: unknown[] = [],
): Promise<void> {
  await broker.database.asOwner(`alter table ${table} disable trigger user`);
  await broker.database.asOwner(sql, parameters);
  await broker.database.asOwner(`alter table ${table} enable trigger user`);
}

/** An auditor has the tables compared with the ledger, and what is open after it: `type id: what`. */
export async function replay(broker: Broker, auditor: Person): Promise<{ made: Replayed; open: string[] }> {
  const made = expectStatus(await auditor.post<Replayed>('/api/v1/replays', {}), 201);
  return { made, open: await openMismatches(broker) };
}

export async function openMismatches(broker: Broker): Promise<string[]> {
  const rows = await broker.database.asOwner<{ line: string }>(
    `select resource_type || ' ' || resource_id || ': ' || what as line from mismatch where cleared_at is null`,
  );
  return rows.map(({ line }) => line).sort();
}
