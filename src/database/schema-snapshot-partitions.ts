import {
  ask,
  GRANTEES,
  groupBy,
  OUR_RELATION,
  type Part,
  type SnapshotClient,
} from './schema-snapshot-parts.js';

interface Partition {
  of: string;
  strategy: 'r' | 'l' | 'h';
  bound: string;
  grants: string[];
}

const PARTITIONS = `
  select c.relname as of, k.partstrat as strategy, pg_get_expr(p.relpartbound, p.oid) as bound,
    array(select distinct format('%s to %s', lower(a.privilege_type), coalesce(r.rolname, 'public'))
          from aclexplode(p.relacl) a left join pg_roles r on r.oid = a.grantee
          where a.grantee <> p.relowner and (a.grantee = 0 or r.rolname = any ('{${GRANTEES.join(',')}}'))) as grants
  from pg_class c join pg_partitioned_table k on k.partrelid = c.oid
    join pg_inherits i on i.inhparent = c.oid join pg_class p on p.oid = i.inhrelid
  where ${OUR_RELATION}`;

const DAY = 86_400_000;
/** Lengths in days; a month's depends on the month, and the hour on the time zone that the bounds were meant in. */
const SPANS: [from: number, to: number, name: string][] = [
  [1, 1, 'day'],
  [7, 7, 'week'],
  [28, 31, 'month'],
  [90, 92, 'quarter'],
  [365, 366, 'year'],
];

/** One comment a partitioned table: the same today and next month, however many partitions were made meanwhile. */
export async function partitionFacts(client: SnapshotClient): Promise<Part[]> {
  const rows = await ask<Partition>(client, PARTITIONS);
  return [...groupBy(rows, (row) => row.of)].map(([of, partitions]) => {
    const bounds = partitions.map((partition) => partition.bound);
    const kinds = new Set(partitions.filter((one) => one.bound !== 'DEFAULT').map(kindOf));
    const by = kinds.size === 0 ? 'none yet' : `by ${[...kinds].sort().join(' and ')}`;
    const grants = new Set(partitions.flatMap((partition) => partition.grants));
    const own =
      grants.size === 0
        ? 'none granted by itself'
        : `some granted by itself: ${[...grants].sort().join(', ')}`;
    return {
      of,
      text: `-- partitions: ${by}, ${bounds.includes('DEFAULT') ? 'with a' : 'without a'} DEFAULT; ${own}`,
    };
  });
}

function kindOf({ strategy, bound }: Partition): string {
  if (strategy === 'l') return 'list';
  if (strategy === 'h') return `hash (${/modulus \d+/.exec(bound)?.[0] ?? bound})`;
  const [from = NaN, to = NaN] = [...bound.matchAll(/\('([^']+)'\)/g)].map((match) =>
    Date.parse(utc(match[1] ?? '')),
  );
  const days = (to - from) / DAY;
  return SPANS.find(([least, most]) => days >= least && days <= most)?.[2] ?? 'range';
}

/** `2026-01-01` or `2025-12-31 15:00:00+00`, as PostgreSQL writes them in UTC, in the form that Date.parse defines. */
function utc(bound: string): string {
  const [date = '', time = '00:00:00'] = bound.split(' ');
  return `${date}T${time.replace(/\+00$/, '')}Z`;
}
