import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readLedgerKey, renewLedgerKey } from '../config/ledger-key.js';
import { readSecretKeys } from '../config/secret-keys.js';
import { isLedgerOrigin, type Settings } from '../config/settings.js';
import { connect } from '../database/connect.js';
import { Database, type Tx } from '../database/database.js';
import { ensureDatabase } from '../database/embedded/embedded-roles.js';
import { StartError } from '../database/embedded/start-error.js';
import { migrationsFolder, requireSchema } from '../database/migration-files.js';
import { KeptCheckpoint } from '../ledger/kept-checkpoint.js';
import { CheckpointSigner, openBy } from '../ledger/note.js';
import { RANDOM_BYTES, writeRecord } from '../ledger/record.js';
import { SequencerRepository } from '../ledger/sequencer.repository.js';
import { Succession, type Succeeded } from '../ledger/succession.js';
import { SuccessionRepository, type Retired } from '../ledger/succession.repository.js';
import { embeddedServer } from './prepare-database.js';
import { requireDatabase } from './existing-cluster.js';
import { refuseSecondService } from './run-file.js';
import { withDatabase } from './start-failure.js';
import { Undo } from './undo.js';

const USAGE =
  'kashikagi new-log --origin <new origin> --reason <why> [--checkpoint <kept checkpoint>]… ' +
  '(the service is stopped; DATABASE_OWNER_URL where the database is not the embedded one)';

interface Words {
  origin: string;
  reason: string;
  checkpoints: string[];
}

function read(words: readonly string[]): Words {
  const options = {
    origin: { type: 'string' },
    reason: { type: 'string' },
    checkpoint: { type: 'string', multiple: true },
  } as const;
  let values: { origin?: string; reason?: string; checkpoint?: string[] };
  try {
    ({ values } = parseArgs({ args: [...words], options }));
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : 'unknown words'}\n${USAGE}`);
  }
  const { origin = '', reason = '', checkpoint: checkpoints = [] } = values;
  if (!isLedgerOrigin(origin))
    throw new StartError(`--origin: a URL without its scheme, in small letters\n${USAGE}`);
  if (reason.length < 2 || reason.length > 500)
    throw new StartError(`--reason: 2 to 500 characters\n${USAGE}`);
  return { origin, reason, checkpoints };
}

/**
 * Begins a new log after a loss, and says what is left to do. The service must be stopped: on the embedded server its
 * lock tells, elsewhere `run.json` and, for other instances, whoever runs this. An instance that runs all the same
 * can do no harm: the tables refuse a checkpoint under the old origin.
 */
export async function newLog(settings: Settings, words: readonly string[]): Promise<string[]> {
  const asked = read(words);
  await requireDatabase(settings);
  const undo = new Undo();
  try {
    const { name, url } = await ownerUrl(settings, undo);
    return await withDatabase(name, url, async () => {
      const connections = await connect(url);
      undo.add(() => connections.destroy());
      await requireSchema((sql, parameters) => connections.query(sql, parameters), migrationsFolder());
      return await succeed(settings, new Database(connections), asked);
    });
  } finally {
    await undo.run(() => undefined);
  }
}

async function ownerUrl(settings: Settings, undo: Undo): Promise<{ name: string; url: string }> {
  const { databaseUrl, databaseOwnerUrl, dataFolder } = settings;
  if (databaseUrl === undefined) {
    const server = await embeddedServer(settings, () => undefined, undo);
    return { name: 'the embedded database', url: (await ensureDatabase(server, 'kashikagi')).ownerUrl };
  }
  await refuseSecondService(dataFolder);
  if (databaseOwnerUrl === undefined) {
    throw new StartError(
      'DATABASE_OWNER_URL must be the URL of the schema’s owner: the service’s role may not do this',
    );
  }
  return { name: 'DATABASE_OWNER_URL', url: databaseOwnerUrl };
}

async function succeed(settings: Settings, database: Database, asked: Words): Promise<string[]> {
  const { keysFolder: folder, ledgerKeyFile, dataFolder } = settings;
  const { sealedBox } = await readSecretKeys({ folder }, false);
  const kept = new KeptCheckpoint(join(dataFolder, 'ledger-checkpoint'));
  const archiveOf = (origin: string): string =>
    join(dataFolder, 'ledger-archive', encodeURIComponent(origin));
  const succession = new Succession(
    new SequencerRepository(database),
    new SuccessionRepository(),
    (record, at) =>
      writeRecord(record, at, {
        seal: (plain, aad) => sealedBox.seal(plain, aad),
        salts: randomBytes(RANDOM_BYTES),
      }),
  );
  const wish = { successor: asked.origin, why: asked.reason, archiveOf };
  const { begun, retired } = await database.transaction('none', async (tx: Tx) => {
    const followed = await succession.follows(tx, asked.origin);
    if (followed) return { begun: undefined, retired: followed };
    const key = await readLedgerKey({ folder, ledgerKeyFile }, false);
    const notes = await notesOf(kept, asked.checkpoints);
    const vkeyOf = (origin: string): string => new CheckpointSigner(origin, key).vkey;
    const done = await succession.begin(tx, wish, { notes, vkeyOf });
    const made = await succession.follows(tx, asked.origin);
    if (!made) throw new StartError('the new log was not begun');
    return { begun: done, retired: made };
  });
  // A crash HERE, or below: the new log stands, and nothing signs it until the next run of this has finished.
  const archive = archiveOf(retired.origin);
  await mkdir(archive, { recursive: true });
  await writeFile(join(archive, 'succession.jsonl'), `${lineOf(retired)}\n`);
  await moveKept(kept, retired.vkey, join(archive, 'kept-here'));
  const isRenewed = ledgerKeyFile === undefined && (await renewKey(folder, retired));
  const said = begun
    ? told(begun, archive)
    : [`${retired.origin} is followed already; its files: ${archive}`];
  return [...said, ...leftToDo(settings, asked.origin, isRenewed)];
}

async function notesOf(kept: KeptCheckpoint, paths: readonly string[]): Promise<string[]> {
  const own = await kept.read();
  const given = paths.map((path) =>
    readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      throw new StartError(`--checkpoint ${path}: ${cause.code ?? cause.message}`, { cause });
    }),
  );
  return [...(own === undefined ? [] : [own]), ...(await Promise.all(given))];
}

/** For `kashikagi verify --records`: what opens entry 0, which names the log before. */
const lineOf = ({ id, payload, salt }: Retired): string =>
  JSON.stringify({ index: 0, id, payload, salt: salt.toString('base64') });

async function moveKept(kept: KeptCheckpoint, vkey: string, to: string): Promise<void> {
  const note = await kept.read();
  if (note !== undefined && openBy(vkey, note)) await rename(kept.path, to);
}

/** Only the key that signed the old log goes: a second run leaves the new one alone. */
async function renewKey(
  folder: string,
  { origin, vkey }: { origin: string; vkey: string },
): Promise<boolean> {
  const key = await readLedgerKey({ folder }, false);
  if (new CheckpointSigner(origin, key).vkey !== vkey) return false;
  const [, id = ''] = vkey.split('+');
  await renewLedgerKey(folder, id);
  return true;
}

function told({ origin, signedSize, found, archived, recordId }: Succeeded, archive: string): string[] {
  return [
    `${origin}: ${signedSize} entries were signed, ${found.size} were found. It is kept in ${archive}` +
      (archived === undefined
        ? ', without a checkpoint: none that was signed fits what was found'
        : `, verifiable up to entry ${archived}`),
    `entry 0 of the new log (${recordId}) names it; the ${found.size} entries follow, in their order`,
  ];
}

function leftToDo(settings: Settings, origin: string, isRenewed: boolean): string[] {
  return [
    ...(isRenewed ? ['made a new ledger key; the old one is kept beside it: back both up now'] : []),
    ...(settings.ledgerKeyFile === undefined
      ? []
      : ['KASHIKAGI_LEDGER_KEY: give a new key, not the old one']),
    ...(settings.ledgerOrigin === origin
      ? []
      : [`now set "ledgerOrigin" to "${origin}", and start the service`]),
    'tell witnesses, auditors and whoever keeps checkpoints: the new vkey, and why',
  ];
}
