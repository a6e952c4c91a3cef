import pg from 'pg';
import { COLUMNS } from './columns.js';
import { MUNICIPALITIES } from './municipalities.js';

/** Raised whenever the data changes, so that an older sample is made anew. */
const VERSION = 2;
const CYCLE = MUNICIPALITIES.reduce((sum, municipality) => sum + municipality.share, 0);
/** Two cycles hold each place of the spread once dark and once energised. */
export const POINTS_STEP = CYCLE * 2;

/** Points of one kind, in a schema of their own: the real ones (as far as a sample is real), or a drill's. */
export interface DataSet {
  schema: string | null;
  /** The first two digits of each number. */
  prefix: string;
  /** Keeps numbers, names and telephones of the sets apart. */
  offset: number;
  townPrefix: string;
  points: number;
}
export const REAL: DataSet = { schema: null, prefix: '99', offset: 0, townPrefix: '', points: 100_000 };
export const DRILL: DataSet = {
  schema: 'drill',
  prefix: '98',
  offset: 5_000_000,
  townPrefix: '訓練',
  points: 13 * POINTS_STEP,
};

/** The same database, seen with the set's tables. */
export function urlOf(databaseUrl: string, { schema }: DataSet): string {
  if (schema === null) return databaseUrl;
  const url = new URL(databaseUrl);
  url.searchParams.set('options', `-c search_path=${schema}`);
  return url.href;
}

const TOWNS = ['本町', '中央', '緑町', '栄町', '旭町', '桜台', '若葉町', '東町', '西町', '南町'];
/** How often, of twenty, each kind of record occurs. */
const VARIANTS = [
  ...Array<string>(11).fill('低圧'),
  ...['高圧', '高圧', 'FIT', 'FIT', '最終保障', '離島', '新設', '新設', '空家'],
];

// Unlogged: the data can be made again at any time, and comes back empty after a crash, together with its mark.
const TABLES = `
create unlogged table if not exists sample_seed (version integer not null, points integer not null);
create table if not exists ticket (
  ticket_id text primary key, supply_point_id text not null, fields json not null, at timestamptz not null);
create table if not exists ticket_detail (
  ticket_id text not null references ticket, record_id text not null, fields json not null,
  at timestamptz not null, primary key (ticket_id, record_id));
drop table if exists supply_point, supply_point_address;
create unlogged table supply_point (${COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')});
create unlogged table supply_point_address (
  municipality_code text, street text, room text, supply_point_id text);`;

const INDEXES = `
create unique index on supply_point (supply_point_id);
create index on supply_point (municipality_code, site_map_ref);
create index on supply_point (contact_phone);
create index on supply_point (customer_phone);
create index on supply_point_address (municipality_code, street);`;

/** The tickets that the outage system opened itself (call_ticket_id). */
const OPEN_TICKETS = `
insert into ticket select call_ticket_id, supply_point_id, '{}', '2026-09-09T09:00:00+09:00' from supply_point
 where call_ticket_id is not null on conflict do nothing`;

/**
 * $1 the places of the cycle, $2 the number of cycles, $6 the first digits, $7 what is added to n. Each `offset 0` keeps the stage below it computed once.
 * Houses stand in 1–5丁目; every fourth place is a room of a block of eight in 6–7丁目, so that an address
 * without its room gives several. The number of a point is scattered, so that neighbours do not follow each other.
 */
const POINTS = `
with points as materialized (
  select *, town || unit || '丁目' || block || '番' || house || '号' as address,
    town || unit || '-' || block || '-' || house as street,
    $6::text || case when variant in ('高圧', '最終保障') then '1' else '0' end || area || left(code, 5)
      || lpad((n * 7368787 % 999999999989)::text, 12, '0') as supply_point_id
  from (
    select *, ($3::text[])[1 + k % 10] as town, ($4::text[])[1 + (k / 2 * 7 + k / 40) % 20] as variant,
      k % 2 = 0 as dark, lpad(n::text, 7, '0') as tag,
      case when flat then 6 + q / 32 % 2 else h % 5 + 1 end as unit,
      case when flat then q / 64 % 30 else h / 5 % 30 end + 1 as block,
      case when flat then q / 1920 else h / 150 end + 1 as house,
      case when flat then (q / 4 % 8 / 4 * 100 + 101 + q / 4 % 4)::text else '' end as room
    from (
      select *, k / 10 as q, k / 10 % 4 = 3 as flat, k / 40 * 3 + k / 10 % 4 as h
      from (
        select place.*, cycle * $5::bigint + place.position + 1 + $7::bigint as n, cycle * place.share + place.turn as k
        from generate_series(0, $2::integer - 1) as cycle,
          jsonb_to_recordset($1) as place(code text, prefecture text, name text, area text, share integer,
            place integer, turn integer, position integer)
        offset 0) numbered
      offset 0) counted
    offset 0) placed
), addresses as (
  insert into supply_point_address select code, street, room, supply_point_id from points
)
insert into supply_point select ${COLUMNS.map(([, , sql]) => sql).join(', ')} from points`;

/**
 * Makes the sample's tables and points in the given database, unless they are there already. The same number
 * of points gives the same bytes every time.
 * @param points a multiple of {@link POINTS_STEP}; when left out, any number that is there will do, or else
 *   100,000 are made, or 1,040 for drills.
 */
export async function seedSampleWheeling(
  databaseUrl: string,
  points?: number,
  dataSet: DataSet = REAL,
): Promise<void> {
  if (points !== undefined && (points <= 0 || points % POINTS_STEP !== 0)) {
    throw new RangeError(`points: a multiple of ${POINTS_STEP}`);
  }
  const client = new pg.Client({
    connectionString: urlOf(databaseUrl, dataSet),
    application_name: 'sample-wheeling-seed',
  });
  await client.connect();
  try {
    // One transaction under one lock: of two that start together, the second finds the work done.
    await client.query('begin');
    await client.query(
      `set local work_mem = '64MB'; set local jit = off; set local client_min_messages = warning`,
    );
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [`sample wheeling ${dataSet.prefix}`]);
    if (dataSet.schema !== null) await client.query(`create schema if not exists ${dataSet.schema}`);
    if (!(await isSeeded(client, points))) await fill(client, points ?? dataSet.points, dataSet);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

async function isSeeded(client: pg.Client, points?: number): Promise<boolean> {
  const present = await client.query<{ found: string | null }>(`select to_regclass('sample_seed') as found`);
  if (present.rows[0]?.found === null) return false;
  const seeded = await client.query(
    'select 1 from sample_seed where version = $1 and points = coalesce($2::integer, points)',
    [VERSION, points ?? null],
  );
  return seeded.rowCount === 1;
}

async function fill(client: pg.Client, points: number, dataSet: DataSet): Promise<void> {
  await client.query(TABLES);
  const towns = TOWNS.map((town) => `${dataSet.townPrefix}${town}`);
  const spread = [JSON.stringify(places()), points / CYCLE, towns, VARIANTS, CYCLE];
  await client.query(POINTS, [...spread, dataSet.prefix, dataSet.offset]);
  await client.query(INDEXES);
  await client.query(OPEN_TICKETS);
  await client.query('truncate sample_seed');
  await client.query('insert into sample_seed values ($1, $2)', [VERSION, points]);
}

function places(): object[] {
  return MUNICIPALITIES.flatMap((municipality, place) =>
    Array.from({ length: municipality.share }, (_, turn) => ({ ...municipality, place, turn })),
  ).map((place, position) => ({ ...place, position }));
}
