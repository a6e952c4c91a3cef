import {
  AbstractLogger,
  DataSource,
  MigrationExecutor,
  QueryFailedError,
  type MigrationInterface,
  type QueryRunner,
} from 'typeorm';
import {
  FILES_TABLE,
  pendingMigrations,
  readMigrations,
  RUNNER_TABLE,
  type MigrationFile,
} from './migration-files.js';
import { AUDITOR_ROLE, SERVICE_ROLE } from './roles.js';

const LOCK = `hashtext('kashikagi migrate')`;

/**
 * Runs every pending file of the folder, each in a transaction of its own, and returns their names.
 * `ownerUrl` signs in as the owner of the schema; the roles of `ensureRoles` exist already.
 * Two calls at once are safe: the second waits, then finds nothing to do. A failed file leaves no trace, and the
 * files before it stay applied, so the next call goes on there.
 * Throws one line for a failing file, and as `pendingMigrations` for a database that does not fit the folder.
 */
export async function migrate(ownerUrl: string, folder: string): Promise<string[]> {
  const files = await readMigrations(folder);
  const source = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    applicationName: 'kashikagi migrate',
    schema: 'public',
    // One connection: whatever the runner does, it does in the session that holds the lock.
    poolSize: 1,
    migrations: files.map(asMigration),
    migrationsTableName: RUNNER_TABLE,
    logger: new Silence(),
  });
  await source.initialize();
  const runner = source.createQueryRunner();
  try {
    await runner.query('set search_path = public');
    await runner.query(`select pg_advisory_lock(${LOCK})`);
    return await runPending(source, runner, folder);
  } finally {
    await runner.query(`select pg_advisory_unlock(${LOCK})`).catch(() => undefined); // the session's end frees it too
    await runner.release();
    await source.destroy();
  }
}

async function runPending(source: DataSource, runner: QueryRunner, folder: string): Promise<string[]> {
  const pending = await pendingMigrations((sql, params) => runner.query(sql, params), folder);
  if (pending.length === 0) return [];
  await runner.query(`create table if not exists ${FILES_TABLE} (
    name text primary key, sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'))`);
  await runner.query(`grant select on ${FILES_TABLE} to ${SERVICE_ROLE}, ${AUDITOR_ROLE}`);
  const executor = new MigrationExecutor(source, runner);
  executor.transaction = 'each';
  await executor.executePendingMigrations();
  return pending;
}

/** TypeORM prints a failed migration even when logging is off; the error that we throw says it once. */
class Silence extends AbstractLogger {
  protected override writeLog(): void {}
}

/** TypeORM orders migrations by the 13 digits (a time, it supposes) at the end of their names: ours are the number. */
function asMigration(file: MigrationFile): new () => MigrationInterface {
  return class implements MigrationInterface {
    readonly name = `${file.name}-${String(file.number).padStart(13, '0')}`;

    async up(runner: QueryRunner): Promise<void> {
      const begun = await transactionId(runner);
      await runner.query(file.sql).catch((error: unknown) => {
        throw new Error(`migration ${file.name} failed${whereAndWhy(file.sql, error)}`, { cause: error });
      });
      if ((await transactionId(runner)) !== begun) {
        throw new Error(`migration ${file.name} ends its own transaction: take COMMIT or ROLLBACK out of it`);
      }
      await runner.query(`insert into public.${FILES_TABLE} (name, sha256) values ($1, $2)`, [
        file.name,
        file.sha256,
      ]);
    }

    down(): Promise<void> {
      return Promise.reject(new Error(`migration ${file.name} cannot be undone: migrations go forward only`));
    }
  };
}

async function transactionId(runner: QueryRunner): Promise<unknown> {
  const rows: unknown = await runner.query('select pg_current_xact_id()::text as id');
  return (rows as { id: string }[])[0]?.id;
}

/** PostgreSQL counts the position in characters from the start of the whole file. */
function whereAndWhy(sql: string, error: unknown): string {
  if (!(error instanceof QueryFailedError)) return `: ${String(error)}`;
  const position = Number((error.driverError as { position?: string }).position ?? 0);
  const line = [...sql].slice(0, position).join('').split('\n').length;
  return position > 0 ? ` at line ${line}: ${error.message}` : `: ${error.message}`;
}
