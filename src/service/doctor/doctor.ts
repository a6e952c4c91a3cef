import type { Settings } from '../../config/settings.js';
import { connect } from '../../database/connect.js';
import { Database } from '../../database/database.js';
import { ensureDatabase } from '../../database/embedded/embedded-roles.js';
import { startEmbeddedServer } from '../../database/embedded/embedded-server.js';
import { hasDatabase } from '../existing-cluster.js';
import { holdOnlyService } from '../only-service.js';
import { startFailure, withDatabase } from '../start-failure.js';
import { databaseChecks } from './database-checks.js';
import { fileChecks } from './file-checks.js';
import { bad, linesOf, words, type Finding } from './finding.js';
import { ledgerChecks } from './ledger-checks.js';
import { reachChecks } from './reach-checks.js';

/** → the lines, and whether nothing is bad. Nothing is changed, and the service need not run. */
export async function doctor(settings: Settings): Promise<{ lines: string[]; isWell: boolean }> {
  const findings = await diagnose(settings);
  return { lines: linesOf(findings), isWell: findings.every(({ state }) => state !== 'bad') };
}

export async function diagnose(settings: Settings): Promise<Finding[]> {
  const isNew = !(await hasDatabase(settings));
  const [reached, files] = await Promise.all([reachChecks(settings), fileChecks(settings, isNew)]);
  if (isNew) return [...reached, NONE_YET, ...files.findings];
  const ofDatabase = await inDatabase(settings, async (database) => [
    ...(await databaseChecks(database, settings.isProduction)),
    ...(await ledgerChecks(database, settings, files.ledgerKey)),
  ]);
  return [...reached, ...ofDatabase, ...files.findings];
}

/** Asks the service's own database, as its role; an embedded one that does not run is started for the questions. */
async function inDatabase(
  settings: Settings,
  ask: (database: Database) => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    if (settings.databaseUrl !== undefined) return await asked('DATABASE_URL', settings.databaseUrl, ask);
    return await inEmbedded(settings, ask);
  } catch (error) {
    const why = startFailure(error) ?? 'unknown';
    const todo = words(
      'データベースと経路を確かめる。戻るまで値は出ない',
      'see to the database and the way there; until then no value leaves',
    );
    return [bad('database', words('つながりません（理由は右の英語）', why), todo)];
  }
}

async function asked(
  name: string,
  url: string,
  ask: (database: Database) => Promise<Finding[]>,
): Promise<Finding[]> {
  const connections = await withDatabase(name, url, () => connect(url));
  try {
    return await ask(new Database(connections));
  } finally {
    await connections.destroy();
  }
}

async function inEmbedded(
  { dataFolder }: Settings,
  ask: (database: Database) => Promise<Finding[]>,
): Promise<Finding[]> {
  const server = await startEmbeddedServer({ dataFolder });
  try {
    const { appUrl } = await ensureDatabase(server, 'kashikagi');
    return await asked('the embedded database', appUrl, ask);
  } finally {
    // One that ran already, or that a service has taken over meanwhile, is that service's.
    const mine = server.reused
      ? undefined
      : await holdOnlyService(server.adminUrl, dataFolder).catch(() => undefined);
    if (mine) await server.stop().then(mine);
  }
}

const NONE_YET = bad(
  'database',
  words('まだありません', 'there is none yet'),
  words('npm start が作る（本番は DATABASE_URL）', 'npm start makes it (in production: DATABASE_URL)'),
);
