import { AcceptedClocks, CLOCK_TEXT } from '../../clock/shipped-clock.js';
import { BrokerClock } from '../../clock/broker-clock.js';
import { POOLS } from '../../database/connect.js';
import type { Database } from '../../database/database.js';
import { GATE_CONNECTIONS } from '../../database/gate-connections.js';
import { migrationsFolder, requireSchema } from '../../database/migration-files.js';
import type { Query } from '../../database/query.js';
import { assertServiceRole } from '../../database/roles.js';
import { Partitions } from '../../ledger/partitions.js';
import { bad, doubtful, good, looked, words, type Finding } from './finding.js';

const SKEW_SECONDS = { doubtful: 1, bad: 30 };
/** What one instance may take. */
const CONNECTIONS_AN_INSTANCE = Object.values(POOLS).reduce((sum, size) => sum + size, GATE_CONNECTIONS);
const OLDEST_VERSION = 150_000;

/** What can be asked of the database as the service's role. */
export async function databaseChecks(database: Database, isProduction: boolean): Promise<Finding[]> {
  const query: Query = (sql, parameters) => database.rows(sql, parameters);
  const found = [
    await looked('migrations', () => migrations(query)),
    await looked('clock', async () => [await clock(query), await skew(database)]),
    await looked('server', async () => settings(query, isProduction)),
    await looked('role', () => role(query, isProduction)),
    await looked('rights', () => rights(query)),
    await looked('connections', () => connections(query)),
    await looked('partitions', async () => partitions(await new Partitions(database).monthsAhead())),
  ];
  return found.flat();
}

async function migrations(query: Query): Promise<Finding> {
  const failed = await requireSchema(query, migrationsFolder()).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return failed === undefined
    ? good('migrations', words('この版のとおり', 'as this version wants them'))
    : bad(
        'migrations',
        words('この版と違います（どこがかは右の英語）', failed),
        words('kashikagi migrate（所有者の URL で）', 'kashikagi migrate, with the owner’s URL'),
      );
}

async function clock(query: Query): Promise<Finding> {
  const [row] = await query<{ text: string }>(`select ${CLOCK_TEXT} as text`);
  return row && new AcceptedClocks().accepts(row.text)
    ? good('clock', words('broker_now() は出荷時のもの', 'broker_now() is the one that was shipped'))
    : bad(
        'clock',
        words(
          'broker_now() が差し替えられています。値は出ません',
          'broker_now() was replaced; no value leaves',
        ),
        words(
          '誰が所有者の権限を使ったか調べ、バックアップの定義へ戻す',
          'find out who used the owner’s role, and put the shipped one back',
        ),
      );
}

/** By a round trip; the database's clock decides, so this machine's is the one to mend. */
async function skew(database: Database): Promise<Finding> {
  const measured = new BrokerClock(() => database.now());
  await measured.sync();
  return skewOf(measured.aheadBySeconds);
}

export function skewOf(ahead: number): Finding {
  const off = Math.abs(ahead);
  const ja = `この機械とデータベースの時計の差 ${off.toFixed(1)} 秒`;
  const found = words(ja, `this machine and the database are ${off.toFixed(1)} s apart`);
  const todo = words(
    '両方の機械で時刻同期（NTP）を確かめる',
    'see to the time synchronisation (NTP) of both machines',
  );
  if (off > SKEW_SECONDS.bad) return bad('skew', found, todo);
  return off > SKEW_SECONDS.doubtful ? doubtful('skew', found, todo) : good('skew', found);
}

interface ServerSettings {
  version: number;
  fsync: string;
  full_page_writes: string;
  synchronous_commit: string;
  standbys: string;
}

async function settings(query: Query, isProduction: boolean): Promise<Finding[]> {
  const [row] = await query<ServerSettings>(
    `select current_setting('server_version_num')::integer as version, current_setting('fsync') as fsync,
            current_setting('full_page_writes') as full_page_writes,
            current_setting('synchronous_commit') as synchronous_commit,
            current_setting('synchronous_standby_names') as standbys`,
  );
  return row ? settingsOf(row, isProduction) : [];
}

export function settingsOf(row: ServerSettings, isProduction: boolean): Finding[] {
  const version = Math.floor(row.version / 10_000);
  const old = words(`PostgreSQL ${version} は古すぎます`, `PostgreSQL ${version} is too old`);
  const found = [
    row.version < OLDEST_VERSION
      ? bad('server', old, words('15以上へ更新', 'upgrade to 15 or newer'))
      : good('server', words(`PostgreSQL ${version}`, `PostgreSQL ${version}`)),
  ];
  const off = (['fsync', 'full_page_writes', 'synchronous_commit'] as const).filter(
    (name) => row[name] === 'off',
  );
  const named = off.join(', ');
  found.push(
    off.length > 0
      ? bad(
          'durability',
          words(`${named} が off。停電で記録が失われます`, `${named} is off: a power cut loses records`),
          words('on にして再読み込み', 'set it on and reload'),
        )
      : good('durability', words('停電に耐える設定', 'set to survive a power cut')),
  );
  if (isProduction && row.standbys === '') {
    found.push(
      doubtful(
        'standby',
        words(
          '同期レプリカがありません。切替えで最後の記録が失われえます',
          'no synchronous standby: a failover may lose the last records',
        ),
        words('synchronous_standby_names を設定', 'set synchronous_standby_names'),
      ),
    );
  }
  return found;
}

async function role(query: Query, isProduction: boolean): Promise<Finding> {
  const reasons = await assertServiceRole(query, { production: false });
  if (reasons.length === 0) return good('role', words('所有者にはなれません', 'it cannot become the owner'));
  const told = reasons.join('; ');
  const todo = words(
    'kashikagi_app で接続し、ほかの役割を与えない',
    'sign in as kashikagi_app, and give it no other role',
  );
  return (isProduction ? bad : doubtful)(
    'role',
    words('できることが多すぎます（何がかは右の英語）', told),
    todo,
  );
}

/** What records stand on: the service adds rows and never changes one. */
const APPEND_ONLY = ['record', 'leaf', 'tile', 'fact_version'];

async function rights(query: Query): Promise<Finding> {
  const rows = await query<{ what: string }>(
    `select format('%s %s', p.name, t.name) as what
       from unnest($1::text[]) as t (name) cross join unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) as p (name)
      where has_table_privilege(current_user, 'public.' || t.name, p.name)
     union all select 'CREATE' where has_schema_privilege(current_user, 'public', 'CREATE') order by what`,
    [APPEND_ONLY],
  );
  if (rows.length === 0)
    return good(
      'rights',
      words('記録は足せるだけ、DDL はできません', 'records can only be added, and no DDL'),
    );
  const told = rows.map(({ what }) => what).join(', ');
  return bad(
    'rights',
    words(`サービスの役割に余計な権限: ${told}`, `the service’s role may: ${told}`),
    words('その権限を取り消す（REVOKE）。いつからか調べる', 'revoke it, and find out since when'),
  );
}

async function connections(query: Query): Promise<Finding> {
  const [row] = await query<{ most: number; used: number }>(
    `select current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer as most,
            (select count(*)::integer from pg_stat_activity where backend_type = 'client backend') as used`,
  );
  return connectionsOf(row ?? { most: 0, used: 0 });
}

export function connectionsOf({ most, used }: { most: number; used: number }): Finding {
  const free = most - used;
  const found = words(`空き接続 ${free}（全 ${most}）`, `${free} of ${most} connections are free`);
  const todo = words(
    'max_connections を増やすか、使っている側を減らす',
    'raise max_connections, or find who takes them',
  );
  if (free < CONNECTIONS_AN_INSTANCE / 2) return bad('connections', found, todo);
  return free < CONNECTIONS_AN_INSTANCE ? doubtful('connections', found, todo) : good('connections', found);
}

export function partitions(months: number): Finding {
  const found = words(
    `記録の区画は ${months} か月先まで`,
    `partitions of records for ${months} months ahead`,
  );
  const todo = words(
    '所有者で select make_record_partitions(…)',
    'as the owner: select make_record_partitions(…)',
  );
  return months < 3 ? doubtful('partitions', found, todo) : good('partitions', found);
}
