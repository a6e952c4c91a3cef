import { FILES_TABLE, RUNNER_TABLE } from './migration-files.js';
import { AUDITOR_ROLE, OWNER_ROLE, SERVICE_ROLE } from './roles.js';

/** One connection, so that the settings of the snapshot hold for each of its questions. */
export interface SnapshotClient {
  query(sql: string, params?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

export async function ask<T>(client: SnapshotClient, sql: string): Promise<T[]> {
  return (await client.query(sql)).rows as T[];
}

/** A row about something that belongs to the object named `of`. */
export interface Part {
  of: string;
  text: string;
}

export function groupBy<T>(rows: T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}

/** The texts of each object, in the order of the rows. */
export function byObject(parts: Part[]): (name: string) => string[] {
  const found = groupBy(parts, (part) => part.of);
  return (name) => (found.get(name) ?? []).map((part) => part.text);
}

/** What an extension or another object brought along (a range type's constructors) is told by its own line. */
const isOurs = (catalogue: string, oid: string, brought: string): string => `not exists (
  select from pg_depend e where e.classid = '${catalogue}'::regclass and e.objid = ${oid} and e.deptype in (${brought}))`;

/** Names sort by their bytes (the type `name` does, text with this), not by the server's language. */
export const BYTES = 'collate "C"';

/** `c` of pg_class: ours, neither a partition (their number depends on the date) nor the migrator's bookkeeping. */
export const OUR_RELATION = `c.relnamespace = 'public'::regnamespace and not c.relispartition
  and c.relname not in ('${RUNNER_TABLE}', '${FILES_TABLE}') and ${isOurs('pg_class', 'c.oid', `'e'`)}`;
/** `p` of pg_proc. */
export const OUR_FUNCTION = `p.pronamespace = 'public'::regnamespace and ${isOurs('pg_proc', 'p.oid', `'e', 'i'`)}`;
/** `t` of pg_type. */
export const OUR_TYPE = `t.typnamespace = 'public'::regnamespace and ${isOurs('pg_type', 't.oid', `'e'`)}`;

export const GRANTEES = [OWNER_ROLE, SERVICE_ROLE, AUDITOR_ROLE];

/** SQL of a line that names an owner other than the usual one, else null. All arguments are SQL. */
export const ownerLine = (kind: string, name: string, owner: string): string =>
  `case when pg_get_userbyid(${owner}) <> '${OWNER_ROLE}'
     then format('alter %s %s owner to %I;', ${kind}, ${name}, pg_get_userbyid(${owner})) end`;

/** SQL of a `comment on` line, null where there is no comment. All arguments are SQL. */
export const commentLine = (kind: string, name: string, comment: string): string =>
  `case when ${comment} is not null then format('comment on %s %s is %L;', ${kind}, ${name}, ${comment}) end`;
