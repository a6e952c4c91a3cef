import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../config/package-root.js';
import type { Query } from './query.js';

export interface MigrationFile {
  /** File name without `.sql`: `0001-house`. */
  name: string;
  number: number;
  sql: string;
  /** SHA-256 of the file's bytes, in hex. */
  sha256: string;
}

/** Written by TypeORM's runner: which migrations ran, in which order. */
export const RUNNER_TABLE = 'schema_migration';
/** Ours, written in the same transaction: what each file said when it ran. The service reads this one. */
export const FILES_TABLE = 'schema_migration_file';

const NAME = /^(\d{4})-[a-z0-9-]+$/;

/** `migrations/` of this package, both from `src/` and from `dist/src/`. */
export function migrationsFolder(): string {
  return join(packageRoot(), 'migrations');
}

/**
 * The migrations of a folder in their order. `schema.sql` beside them is the generated snapshot, not a migration.
 * Throws when a file is misnamed or a number is used twice or left out: such a file would run in no certain order.
 */
export async function readMigrations(folder: string): Promise<MigrationFile[]> {
  const found = (await readdir(folder))
    .filter((file) => file.endsWith('.sql') && file !== 'schema.sql')
    .sort();
  return Promise.all(
    found.map(async (file, index) => {
      const name = file.slice(0, -'.sql'.length);
      const number = Number(NAME.exec(name)?.[1] ?? 0);
      if (number !== index + 1) {
        const expected = String(index + 1).padStart(4, '0');
        throw new Error(
          `migration ${file} is out of place: the next name is ${expected}-….sql, in lower case`,
        );
      }
      const bytes = await readFile(join(folder, file));
      return {
        name,
        number,
        sql: bytes.toString('utf8'),
        sha256: createHash('sha256').update(bytes).digest('hex'),
      };
    }),
  );
}

/**
 * The names of the files that the database has not run yet, in order.
 * Throws one line when the database ran a migration that is not here (it is newer), or one that was edited since.
 */
export async function pendingMigrations(query: Query, folder: string): Promise<string[]> {
  return pendingOf(await readMigrations(folder), await appliedMigrations(query));
}

/** For the service at its start, as its own role: throws one line unless the database is exactly at this version. */
export async function requireSchema(query: Query, folder: string): Promise<void> {
  const pending = await pendingMigrations(query, folder);
  if (pending.length === 0) return;
  const which =
    pending.length === 1 ? `migration ${pending[0]}` : `${pending.length} migrations from ${pending[0]}`;
  throw new Error(`the database is behind this version by ${which}: run "kashikagi migrate" as its owner`);
}

async function appliedMigrations(query: Query): Promise<Map<string, string>> {
  const [known] = await query<{ name: string | null }>('select to_regclass($1)::text as name', [
    `public.${FILES_TABLE}`,
  ]);
  if (!known?.name) return new Map();
  const rows = await query<{ name: string; sha256: string }>(
    `select name, sha256 from public.${FILES_TABLE} order by name`,
  );
  return new Map(rows.map((row) => [row.name, row.sha256]));
}

function pendingOf(files: MigrationFile[], applied: Map<string, string>): string[] {
  const here = new Map(files.map((file) => [file.name, file]));
  for (const [name, sha256] of applied) {
    const file = here.get(name);
    if (!file)
      throw new Error(
        `the database has run migration ${name}, which this version does not know: it is newer`,
      );
    if (file.sha256 !== sha256) {
      throw new Error(
        `migration ${name} was edited after it ran: restore the file and write a new migration`,
      );
    }
  }
  return files.map((file) => file.name).filter((name) => !applied.has(name));
}
