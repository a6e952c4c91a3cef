import { Client } from 'pg';
import type { Broker } from './broker.js';

const WAITING = `
  select distinct l.pid from pg_locks l join pg_stat_activity a on a.pid = l.pid
   where not l.granted and a.datname = current_database()`;

/**
 * Makes a race certain: the table is held still, as its owner, until as many transactions as there are requests
 * stand waiting (for the table, or for one another); then all go on at once. Reads of the table pass, so that what
 * was only looked at before is looked at too early. `meanwhile` gets the waiting backends.
 */
export async function meet<T>(
  broker: Broker,
  table: string,
  requests: (() => Promise<T>)[],
  meanwhile: (pids: number[]) => Promise<void> = () => Promise.resolve(),
): Promise<T[]> {
  const holder = new Client({ connectionString: broker.database.ownerUrl });
  await holder.connect();
  try {
    await holder.query('begin');
    await holder.query(`lock table ${table} in exclusive mode`);
    let isOver = false;
    const answers = Promise.all(requests.map((request) => request())).finally(() => (isOver = true));
    // Awaited below; a failure before that must not be an unhandled one.
    answers.catch(() => undefined);
    let pids: number[] = [];
    while (pids.length < requests.length) {
      if (isOver) throw new Error(`they never met at ${table}: ${JSON.stringify(await answers)}`);
      const rows = await broker.database.asOwner<{ pid: number }>(WAITING);
      pids = rows.map((row) => row.pid);
    }
    await meanwhile(pids);
    await holder.query('rollback');
    return await answers;
  } finally {
    await holder.end();
  }
}

/**
 * Takes an exclusive advisory lock of the service away, for controls: in this database a function of the same name
 * stands before PostgreSQL's own and lets the given keys pass. Connections that exist are closed, so that the
 * next ones see it. `keep` are the keys that still lock.
 */
export async function withoutAdvisoryLocks(broker: Broker, keep: readonly number[]): Promise<void> {
  await broker.database.asOwner(`
    create function public.pg_advisory_xact_lock(key bigint) returns void language plpgsql as $$
    begin
      if key = any (array[${keep.join(', ')}]::bigint[]) then perform pg_catalog.pg_advisory_xact_lock(key); end if;
    end $$`);
  await broker.database.asOwner(
    `alter database ${broker.database.name} set search_path = public, pg_catalog`,
  );
  await endBackends(`datname = '${broker.database.name}'`);
}

/** Ends backends as the administrator: to the service, its connection broke. */
export async function endBackends(which: string): Promise<void> {
  const admin = new Client({ connectionString: process.env['TEST_ADMIN_URL'] });
  await admin.connect();
  try {
    await admin.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid <> pg_backend_pid() and (${which})`,
    );
  } finally {
    await admin.end();
  }
}
