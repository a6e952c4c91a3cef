import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import type { ResourceType } from '../../changes/versions.repository.js';
import type { ActualRow } from './compare.js';
import { KEY_OF_ITS_PERSON, type Table } from './expected.js';
import { stream } from './ledger-reading.repository.js';

interface Source {
  row: string;
  from: string;
  /** Of the declarations $1. */
  ofDeclarations?: string;
}

/** Child rows as members: all of their columns but the parent's id. */
const children = (table: string, parent: string, on: string, order: string): string =>
  `(select coalesce(jsonb_agg(to_jsonb(m) - '${parent}' order by ${order}), '[]') from ${table} m where m.${parent} = ${on})`;

const SOURCES: Record<Table, Source> = {
  declaration: {
    row: `to_jsonb(d) || jsonb_build_object('amendments', ${children('declaration_amendment', 'declaration_id', 'd.id', 'm.ordinal')})`,
    from: 'declaration d',
    ofDeclarations: 'd.id = any($1)',
  },
  support_call: {
    row: `to_jsonb(d) || jsonb_build_object('offers', d.offers::jsonb,
      'declaration_ends_at', (select e.hard_end_at from declaration e where e.id = d.declaration_id),
      'organizations', ${children('support_call_organization', 'support_call_id', 'd.id', 'm.organization_id collate "C"')})`,
    from: 'support_call d',
    ofDeclarations: 'd.declaration_id = any($1)',
  },
  nomination: {
    row: `to_jsonb(d) || jsonb_build_object('people', ${children('nomination_person', 'nomination_id', 'd.id', 'm.ordinal')})`,
    from: 'nomination d',
    ofDeclarations: 'd.support_call_id in (select id from support_call where declaration_id = any($1))',
  },
  access_grant: {
    row: `to_jsonb(d) || jsonb_build_object('natural_person_key',
      case when exists (select from person p where p.id = d.person_id and p.natural_person_key = d.natural_person_key)
           then '${KEY_OF_ITS_PERSON}' else 'of another' end)`,
    from: 'access_grant d',
    ofDeclarations: 'd.declaration_id = any($1)',
  },
  credential: {
    row: 'to_jsonb(d)',
    from: `(select grant_id as id, c.* from credential c) d`,
    // One that has run out opens nothing, whatever it says: those alone are looked at each minute.
    ofDeclarations: 'd.expires_at > $1',
  },
  incident: { row: 'to_jsonb(d)', from: 'incident d' },
};

const MASTER: Record<ResourceType, string> = {
  organization: 'organization',
  person: 'person',
  terminal: 'terminal',
  agreement: 'entrustment_agreement',
  field_profile: 'field_profile',
  standing_plan: 'standing_plan',
  passkey: 'passkey',
  person_identity: 'person_identity',
};
export const MASTER_TYPES = Object.keys(MASTER) as ResourceType[];

export interface RowAgainstVersion {
  id: string;
  is_row_gone: boolean;
  is_without_version: boolean;
  /** Columns that differ from the newest version, in their types: a version's times may be written in any time zone. */
  differing: string[];
}

/** The rows that decide access, as they stand at one instant. */
@Injectable()
export class TablesRepository {
  /** Times are compared as instants, so the zone that they are written in does not matter. */
  async *all(tx: Tx, table: Table): AsyncGenerator<{ id: string; row: ActualRow }[]> {
    const { row, from } = SOURCES[table];
    yield* stream<{ id: string; row: ActualRow }>(tx, `select d.id, ${row} as row from ${from}`);
  }

  async *ofDeclarations(
    tx: Tx,
    table: Exclude<Table, 'incident'>,
    declarationIds: readonly string[],
  ): AsyncGenerator<{ id: string; row: ActualRow }[]> {
    const { row, from, ofDeclarations } = SOURCES[table];
    const parameter = table === 'credential' ? tx.now : declarationIds;
    yield* stream<{ id: string; row: ActualRow }>(
      tx,
      `select d.id, ${row} as row from ${from} where ${ofDeclarations ?? 'false'}`,
      [parameter],
    );
  }

  /** In force by what the rows say: a forged one is among them. */
  async declarationsInForce(tx: Tx): Promise<string[]> {
    const rows = await tx.rows<{ id: string }>(
      `select id from declaration where lifted_at is null and hard_end_at > $1`,
      [tx.now],
    );
    return rows.map((row) => row.id);
  }

  /** Each row of master data against its newest version; those alone that differ. */
  async *againstVersions(tx: Tx, type: ResourceType): AsyncGenerator<RowAgainstVersion[]> {
    const table = MASTER[type];
    yield* stream<RowAgainstVersion>(
      tx,
      `select * from (
         select coalesce(t.id, v.resource_id) as id, t.id is null as is_row_gone, v.resource_id is null as is_without_version,
                case when t.id is null or v.resource_id is null then '{}' else array(
                  select name from jsonb_object_keys(v.facts) name
                   where n.stands -> name is distinct from n.told -> name order by name) end as differing
           from (select one as whole, one.id from ${table} one) t
           full join (select distinct on (resource_id) resource_id, facts from fact_version
                       where resource_type = '${type}' order by resource_id, version desc) v on v.resource_id = t.id
          cross join lateral (select to_jsonb(t.whole) as stands,
                                     to_jsonb(jsonb_populate_record(null::${table}, v.facts)) as told offset 0) n) compared
        where is_row_gone or is_without_version or differing <> '{}'`,
    );
  }

  async masterRows(tx: Tx): Promise<number> {
    const counts = Object.values(MASTER).map((table) => `(select count(*) from ${table})`);
    const row = await tx.one<{ rows: string }>(`select ${counts.join(' + ')} as rows`);
    return Number(row?.rows ?? 0);
  }

  /** The end of the newest month that was purged; null: none was. */
  async purgedBefore(tx: Tx): Promise<Date | null> {
    const row = await tx.one<{ before: Date | null }>(
      'select max(purge_ends(month)) as before from purge where done_at is not null',
    );
    return row?.before ?? null;
  }

  /** How many entries each purge took, as the tables have it. */
  async purgedEntries(tx: Tx): Promise<Map<string, number>> {
    const rows = await tx.rows<{ id: string; entries: string }>(
      'select purge_id as id, sum(entries) as entries from purged_range group by purge_id',
    );
    return new Map(rows.map(({ id, entries }) => [id, Number(entries)]));
  }

  /** The last number of each grant that was used. */
  async useTotals(tx: Tx): Promise<Map<string, number>> {
    const totals = new Map<string, number>();
    const rows = stream<{ grant_id: string; last_no: number }>(tx, 'select grant_id, last_no from grant_use');
    for await (const batch of rows) for (const { grant_id, last_no } of batch) totals.set(grant_id, last_no);
    return totals;
  }
}
