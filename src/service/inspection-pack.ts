import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readLedgerKey } from '../config/ledger-key.js';
import { readSecretKeys } from '../config/secret-keys.js';
import type { Settings } from '../config/settings.js';
import { connect } from '../database/connect.js';
import { Database, LedgerDatabase } from '../database/database.js';
import { ReportsDatabase } from '../database/reports-database.js';
import { ensureDatabase } from '../database/embedded/embedded-roles.js';
import { startEmbeddedServer } from '../database/embedded/embedded-server.js';
import { StartError } from '../database/embedded/start-error.js';
import { migrationsFolder, requireSchema } from '../database/migration-files.js';
import { CheckpointsRepository } from '../ledger/checkpoints.repository.js';
import { Ledger } from '../ledger/ledger.js';
import { CosignaturesRepository } from '../ledger/outside/cosignatures.repository.js';
import { TimeStampsRepository } from '../ledger/outside/time-stamps.repository.js';
import { CheckpointSigner } from '../ledger/note.js';
import { Receipts } from '../ledger/receipts.js';
import { PublishedTree } from '../ledger/published-tree.js';
import { TreeRepository } from '../ledger/tree.repository.js';
import { ExportRowsRepository } from '../review/exports/export-rows.repository.js';
import { PinnedTree } from '../review/exports/pinned-tree.js';
import { InspectionPack, type Period } from '../review/inspection/inspection-pack.js';
import { OutsideProofs } from '../review/inspection/outside-proofs.js';
import { PackFolder } from '../review/inspection/pack-folder.js';
import { requireDatabase } from './existing-cluster.js';
import { withDatabase } from './start-failure.js';
import { Undo } from './undo.js';

const USAGE =
  'kashikagi inspection-pack --from <YYYY-MM-DD> --to <YYYY-MM-DD> --out <empty folder> (days of Japan, both included)';
const DAY = /^\d{4}-\d{2}-\d{2}$/;

function read(words: readonly string[]): Period & { out: string } {
  const options = { from: { type: 'string' }, to: { type: 'string' }, out: { type: 'string' } } as const;
  let values: { from?: string; to?: string; out?: string };
  try {
    ({ values } = parseArgs({ args: [...words], options }));
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : 'unknown words'}\n${USAGE}`);
  }
  const { from = '', to = '', out = '' } = values;
  const isDay = (text: string): boolean =>
    DAY.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
  if (!isDay(from) || !isDay(to) || from > to)
    throw new StartError(`--from, --to: two days, in order\n${USAGE}`);
  if (out === '') throw new StartError(`--out: a folder\n${USAGE}`);
  return { from, to, out: resolve(out) };
}

/**
 * 検査資料 beside the running service, or while it is stopped: reads as the service's own role, writes one folder, and
 * records that it did. Errors: StartError, one line.
 */
export async function inspectionPack(settings: Settings, words: readonly string[]): Promise<string[]> {
  const { out, ...period } = read(words);
  await requireDatabase(settings);
  const undo = new Undo();
  try {
    const { name, url } = await serviceUrl(settings, undo);
    return await withDatabase(name, url, async () => {
      const connections = await connect(url);
      undo.add(() => connections.destroy());
      await requireSchema((sql, parameters) => connections.query(sql, parameters), migrationsFolder());
      const pack = await packOn(
        settings,
        new Database(connections),
        new ReportsDatabase(connections.ofReports),
        new LedgerDatabase(connections.ofLedger),
      );
      const folder = await PackFolder.make(out);
      if (!folder) throw new StartError(`--out ${out}: not empty; nothing is written over`);
      const made = await pack.write(folder, period);
      return [
        `${out}: ${made.files} files, ledger of ${made.treeSize} entries, record ${made.recordId}`,
        made.isVerified ? '検証済み / verified' : '検証できません: 検証結果.txt / NOT verified',
      ];
    });
  } finally {
    await undo.run(() => undefined);
  }
}

async function serviceUrl(settings: Settings, undo: Undo): Promise<{ name: string; url: string }> {
  if (settings.databaseUrl !== undefined) return { name: 'DATABASE_URL', url: settings.databaseUrl };
  const server = await startEmbeddedServer({ dataFolder: settings.dataFolder });
  // One that runs belongs to the service beside us.
  if (!server.reused) undo.add(() => server.stop());
  return { name: 'the embedded database', url: (await ensureDatabase(server, 'kashikagi')).appUrl };
}

async function packOn(
  settings: Settings,
  database: Database,
  reports: ReportsDatabase,
  ledgerDatabase: LedgerDatabase,
): Promise<InspectionPack> {
  const { keysFolder: folder, ledgerKeyFile, ledgerOrigin } = settings;
  const { sealedBox } = await readSecretKeys({ folder }, false);
  const ledgerKey = await readLedgerKey({ folder, ledgerKeyFile }, false);
  const signer = new CheckpointSigner(ledgerOrigin, ledgerKey);
  const published = new PublishedTree(
    new TreeRepository(database),
    new CheckpointsRepository(ledgerDatabase),
  );
  const rooms = {
    database,
    ledger: new Ledger((plain, aad) => sealedBox.seal(plain, aad), new Receipts(ledgerOrigin, ledgerKey)),
    rows: new ExportRowsRepository(reports),
    tree: new PinnedTree(published, signer),
    outside: new OutsideProofs(
      new TimeStampsRepository(ledgerDatabase),
      new CosignaturesRepository(ledgerDatabase),
      settings.timeStamping?.caFile,
    ),
  };
  return new InspectionPack(rooms, { 設定: settings.readable(), 移行: await migrations() });
}

async function migrations(): Promise<{ file: string; sha256: string }[]> {
  const files = (await readdir(migrationsFolder())).filter((file) => /^\d{4}-.*\.sql$/.test(file)).sort();
  return Promise.all(
    files.map(async (file) => {
      const content = await readFile(join(migrationsFolder(), file));
      return { file, sha256: createHash('sha256').update(content).digest('hex') };
    }),
  );
}
