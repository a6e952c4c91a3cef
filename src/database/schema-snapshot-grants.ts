import {
  ask,
  BYTES,
  GRANTEES,
  OUR_FUNCTION,
  OUR_RELATION,
  type Part,
  type SnapshotClient,
} from './schema-snapshot-parts.js';

/** Of pg_class.relkind: table, partitioned table, view, materialized view. */
type TableKind = 'r' | 'p' | 'v' | 'm';

interface Privileges {
  of: string;
  object: string;
  is_owner: boolean;
  grantee: string;
  held: string[];
  passed_on: string[];
  all_there_are: string[];
}

/** As one writes them; one that is not here comes last. */
const ORDER = [
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'TRUNCATE',
  'REFERENCES',
  'TRIGGER',
  'MAINTAIN',
  'USAGE',
  'CREATE',
];

const quoted = (words: string[]): string => words.map((word) => `'${word}'`).join(', ');

const WHO = `(select oid, rolname from pg_roles where rolname in (${quoted(GRANTEES)})
    union all select 0, 'public') as who`;

/** SQL: for each object and grantee the privileges, those of an untouched object included (PUBLIC may execute). */
function privilegesOf(object: {
  from: string;
  name: string;
  shown: string;
  acl: string;
  owner: string;
  kind: string;
}): string {
  const defaults = `acldefault(${object.kind}, ${object.owner})`;
  const held = `aclexplode(coalesce(${object.acl}, ${defaults})) a where a.grantee = who.oid`;
  return `
    select ${object.name} as of, ${object.shown} as object, who.rolname as grantee, who.oid = ${object.owner} as is_owner,
      array(select distinct a.privilege_type from ${held}) as held,
      array(select distinct a.privilege_type from ${held} and a.is_grantable) as passed_on,
      array(select a.privilege_type from aclexplode(${defaults}) a where a.grantee = ${object.owner}) as all_there_are
    from ${object.from} order by 1, who.rolname ${BYTES}`;
}

/** Tables, views, or sequences ('S') alone, since these have other privileges. */
export async function grantsOnRelations(client: SnapshotClient, kinds: (TableKind | 'S')[]): Promise<Part[]> {
  const isSequence = kinds.includes('S');
  const sql = privilegesOf({
    from: `pg_class c cross join ${WHO}
      where c.relkind in (${quoted(kinds)}) and ${OUR_RELATION}`,
    name: 'c.relname',
    shown: `'${isSequence ? 'sequence ' : ''}' || quote_ident(c.relname)`,
    acl: 'c.relacl',
    owner: 'c.relowner',
    kind: isSequence ? `'s'` : `'r'`,
  });
  return (await ask<Privileges>(client, sql)).flatMap(lines);
}

export async function grantsOnFunctions(client: SnapshotClient): Promise<Part[]> {
  const sql = privilegesOf({
    from: `pg_proc p cross join ${WHO} where ${OUR_FUNCTION}`,
    name: 'p.oid::regprocedure::text',
    shown: `case p.prokind when 'p' then 'procedure ' else 'function ' end || p.oid::regprocedure::text`,
    acl: 'p.proacl',
    owner: 'p.proowner',
    kind: `'f'`,
  });
  return (await ask<Privileges>(client, sql)).flatMap(lines);
}

export async function grantsOnSchema(client: SnapshotClient): Promise<string[]> {
  const sql = privilegesOf({
    from: `pg_namespace n cross join ${WHO} where n.nspname = 'public'`,
    name: 'n.nspname',
    shown: `'schema public'`,
    acl: 'n.nspacl',
    owner: 'n.nspowner',
    kind: `'n'`,
  });
  return (await ask<Privileges>(client, sql)).flatMap(lines).map((part) => part.text);
}

export async function grantsOnColumns(client: SnapshotClient, kinds: TableKind[]): Promise<Part[]> {
  return ask<Part>(
    client,
    `select c.relname as of, format('grant %s (%s) on %I to %s%s;', lower(a.privilege_type),
       string_agg(quote_ident(t.attname), ', ' order by t.attnum), c.relname, who.rolname,
       case when a.is_grantable then ' with grant option' else '' end) as text
     from pg_class c join pg_attribute t on t.attrelid = c.oid cross join lateral aclexplode(t.attacl) a
       join ${WHO} on who.oid = a.grantee
     where c.relkind in (${quoted(kinds)}) and ${OUR_RELATION}
     group by c.relname, a.privilege_type, a.is_grantable, who.rolname
     order by c.relname, who.rolname ${BYTES}, a.privilege_type ${BYTES}`,
  );
}

/** The owner may do everything unless told otherwise, so only what it lacks is worth a line. */
function lines(row: Privileges): Part[] {
  const part = (text: string) => ({ of: row.of, text });
  if (row.is_owner) {
    const lacking = row.all_there_are.filter((privilege) => !row.held.includes(privilege));
    return lacking.length === 0
      ? []
      : [part(`revoke ${listed(row, lacking)} on ${row.object} from ${row.grantee};`)];
  }
  const kept = row.held.filter((privilege) => !row.passed_on.includes(privilege));
  const grant = (privileges: string[], option: string) =>
    privileges.length === 0
      ? []
      : [part(`grant ${listed(row, privileges)} on ${row.object} to ${row.grantee}${option};`)];
  return [...grant(kept, ''), ...grant(row.passed_on, ' with grant option')];
}

/** All is "all", since PostgreSQL 17 knows one privilege more (MAINTAIN) than 15. */
function listed(row: Privileges, privileges: string[]): string {
  if (privileges.length === row.all_there_are.length && privileges.length > 1) return 'all';
  const place = (privilege: string) => (ORDER.includes(privilege) ? ORDER.indexOf(privilege) : ORDER.length);
  return privileges
    .toSorted((one, other) => place(one) - place(other))
    .join(', ')
    .toLowerCase();
}
