import type { Broker } from '../harness/broker.js';

/**
 * What the ledger and the ways to it write of themselves, and what only serves a call: sign-ins last used, replays of
 * proofs, keys of repeated calls. Whatever else is written is a change, of which law 7 wants a record.
 */
const OF_THE_HOUSE = [
  'record', 'pending', 'leaf', 'tile', 'tree_edge', 'tree_state', 'signed_checkpoint', 'checkpoint_timestamp', 'idempotency',
]; // prettier-ignore

export interface Changes {
  /** Types of the records that were written. */
  records: string[];
  /** Tables of which a row was written together with a record, in one transaction. */
  recorded: string[];
  /** Tables of which a row was written by a transaction that wrote no record. */
  unrecorded: string[];
}

/**
 * Every row bears the number of the transaction that wrote it (`xmin`): so what was written together is seen from outside.
 * A row that is gone bears nothing.
 */
export const changesSince = {
  /** → a number that every transaction from now on exceeds */
  async mark(broker: Broker): Promise<string> {
    const [row] = await broker.database.asOwner<{ now: string }>('select pg_current_xact_id()::text as now');
    return row?.now ?? '';
  },

  async read(broker: Broker, mark: string): Promise<Changes> {
    const records = await broker.database.asOwner<{ type: string; xid: string }>(
      'select type, xmin::text as xid from record where xmin::text::bigint > $1 order by id',
      [mark],
    );
    const tables = (await tablesOf(broker)).filter((name) => !OF_THE_HOUSE.includes(name));
    const each = tables.map(
      (name) => `select '${name}' as name, xmin::text as xid from ${name} where xmin::text::bigint > $1`,
    );
    const rows = await broker.database.asOwner<{ name: string; xid: string }>(each.join(' union '), [mark]);
    const withRecord = new Set(records.map(({ xid }) => xid));
    const written = (isRecorded: boolean): string[] =>
      [
        ...new Set(rows.filter(({ xid }) => withRecord.has(xid) === isRecorded).map(({ name }) => name)),
      ].sort();
    return {
      records: records.map(({ type }) => type),
      recorded: written(true),
      unrecorded: written(false),
    };
  },
};

/** Tables and partitioned tables, not the partitions themselves. */
async function tablesOf(broker: Broker): Promise<string[]> {
  const rows = await broker.database.asOwner<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and not relispartition order by 1`,
  );
  return rows.map(({ name }) => name);
}
