import { StartError } from '../database/embedded/start-error.js';
import { migrationsFolder } from '../database/migration-files.js';
import { migrate } from '../database/migrator.js';
import { ensureRoles } from '../database/roles.js';
import { withDatabase } from './start-failure.js';

/**
 * Makes the roles and runs the pending migrations of an outside database, as its owner. It reads no other setting:
 * who migrates need not hold what the service runs with.
 * Error: StartError, one line, which tells where the URL leads and not the URL.
 */
export async function migrateOutside(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  const url = environment['DATABASE_OWNER_URL'] ?? '';
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new StartError('DATABASE_OWNER_URL must be the postgres:// URL of the schema’s owner');
  }
  return withDatabase('DATABASE_OWNER_URL', url, async () => {
    const made = await ensureRoles(url);
    const applied = await migrate(url, migrationsFolder());
    return [
      ...made.map((role) => `role ${role}: made, without LOGIN`),
      ...applied.map((name) => `migration ${name}: applied`),
      ...(applied.length === 0 ? ['nothing to migrate'] : []),
    ];
  });
}
