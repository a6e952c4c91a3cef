import type { WrittenRecord } from './record.js';

/** Anything that runs SQL inside the business transaction: the tx of a room, or the gate's own connection. */
export type Run = (sql: string, parameters: unknown[]) => Promise<unknown>;

/**
 * Record and pending entry in one statement, for one record or thousands. A crash before the commit leaves
 * neither; after it, both: the sequencer takes the entry from `pending` later, on any instance.
 */
const APPEND = `
  with written as (
    insert into record (id, at, type, decision, code, is_drill, person_id, organization_id, declaration_id,
                        grant_id, use_no, supply_point_ref, payload, salt, sealed)
    select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::text[],
                         $8::text[], $9::text[], $10::text[], $11::integer[], $12::text[], $13::text[], $14::bytea[],
                         $15::bytea[])
  )
  insert into pending (record_id, entry) select * from unnest($1::text[], $16::text[])`;

/** Their checkpoint is stamped soon, and not when the hour is over (ledger.md §4). */
export async function wantTimeStamps(run: Run, records: readonly WrittenRecord[]): Promise<void> {
  await run('insert into time_stamp_wanted (record_id) select unnest($1::text[])', [
    records.map(({ id }) => id),
  ]);
}

export async function insertRecords(run: Run, records: readonly WrittenRecord[]): Promise<void> {
  if (records.length === 0) return;
  const column = <K extends keyof WrittenRecord>(name: K): WrittenRecord[K][] =>
    records.map((one) => one[name]);
  await run(APPEND, [
    column('id'),
    column('at'),
    column('type'),
    column('decision'),
    column('code'),
    column('isDrill'),
    column('personId'),
    column('organizationId'),
    column('declarationId'),
    column('grantId'),
    column('useNo'),
    column('supplyPointRef'),
    column('payload'),
    column('salt'),
    column('sealed'),
    column('entry'),
  ]);
}
