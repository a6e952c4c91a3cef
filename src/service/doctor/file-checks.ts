import type { KeyObject } from 'node:crypto';
import { stat, statfs } from 'node:fs/promises';
import { readLedgerKey } from '../../config/ledger-key.js';
import { readSecretKeys, type SecretKeys } from '../../config/secret-keys.js';
import type { Settings } from '../../config/settings.js';
import { machineSeconds } from '../../clock/machine-clock.js';
import { bad, doubtful, good, looked, words, type Finding } from './finding.js';

const GIB = 1024 ** 3;
const DAY_SECONDS = 86_400;
const TOKEN_KEY_DAYS = 180;

/** The data folder and the keys. `isNew`: nothing was made here yet. → the ledger's key as well, where it can be read. */
export async function fileChecks(
  settings: Settings,
  isNew: boolean,
): Promise<{ findings: Finding[]; ledgerKey: KeyObject | undefined }> {
  const { keysFolder: folder, ledgerKeyFile, dataFolder } = settings;
  const isEmpty = isNew && (await stat(folder).catch(() => undefined)) === undefined;
  // A key that is supplied from outside is made by nobody here.
  const awaited = new Set(isEmpty ? ['keys', 'keys folder', ...(ledgerKeyFile ? [] : ['ledger key'])] : []);
  let ledgerKey: KeyObject | undefined;
  const keys = await readSecretKeys({ folder }, false).then(
    (read) => keysOf(read),
    (error: unknown) => (awaited.has('keys') ? notYet('keys') : missing('keys', folder, error)),
  );
  const ofLedger = await readLedgerKey({ folder, ledgerKeyFile }, false).then(
    (key) => {
      ledgerKey = key;
      return good('ledger key', words('読めます', 'can be read'));
    },
    (error: unknown) =>
      awaited.has('ledger key')
        ? notYet('ledger key')
        : missing('ledger key', ledgerKeyFile ?? folder, error),
  );
  const space = await looked('disk', async () => {
    const { bavail, blocks, bsize } = await statfs(await nearest(dataFolder));
    return spaceOf({ free: bavail * bsize, total: blocks * bsize });
  });
  const open = awaited.has('keys folder')
    ? [notYet('keys folder')]
    : await looked('keys folder', () => folderOf(folder));
  return { findings: [keys, ofLedger, ...open, ...space], ledgerKey };
}

function keysOf({ tokenKeys }: SecretKeys): Finding {
  const youngest = Math.max(...tokenKeys.map((key) => key.signs_from));
  return ageOf(youngest === 0 ? 0 : (machineSeconds() - youngest) / DAY_SECONDS);
}

export function ageOf(days: number): Finding {
  const whole = Math.max(0, Math.floor(days));
  const found = words(
    `3つとも読め、トークンの鍵は ${whole} 日前のもの`,
    `all three can be read; the token key is ${whole} days old`,
  );
  const todo = words('kashikagi rotate-token-keys', 'kashikagi rotate-token-keys');
  return days > TOKEN_KEY_DAYS ? doubtful('keys', found, todo) : good('keys', found);
}

/** Beside a database that is not there either: nothing is lost, and nothing is to be put back. */
const notYet = (check: string): Finding =>
  doubtful(
    check,
    words('まだありません', 'not there yet'),
    words(
      'npm start が作る（本番は kashikagi make-keys）',
      'npm start makes it (in production: kashikagi make-keys)',
    ),
  );

/** The messages of key files name the file and quote nothing of it. */
function missing(check: string, place: string, error: unknown): Finding {
  const why = error instanceof Error ? error.message : 'unknown';
  return bad(
    check,
    words(`${place} の鍵が使えません（理由は右の英語）`, why),
    words(
      'バックアップから戻す（新しく作ると古い記録が開けなくなる。記録がまだなければ kashikagi make-keys）',
      'put it back from the backup: a fresh key would open no old record (no records yet: kashikagi make-keys)',
    ),
  );
}

async function folderOf(folder: string): Promise<Finding> {
  const mode = (await stat(folder)).mode & 0o777;
  const told = mode.toString(8);
  return (mode & 0o077) === 0
    ? good('keys folder', words(`ほかの利用者は入れません（${told}）`, `nobody else can enter (${told})`))
    : doubtful(
        'keys folder',
        words(`ほかの利用者が入れます（${told}）`, `others can enter (${told})`),
        words(`chmod 700 ${folder}`, `chmod 700 ${folder}`),
      );
}

export function spaceOf({ free, total }: { free: number; total: number }): Finding {
  const found = words(`空き ${(free / GIB).toFixed(1)} GiB`, `${(free / GIB).toFixed(1)} GiB free`);
  const todo = words(
    '空きを作る（記録は月ごとの区画。古いものは保存期間のあと消去できる）',
    'make room (records lie in months, which can be purged after the retention)',
  );
  if (free < GIB) return bad('disk', found, todo);
  return free < 5 * GIB || free < total / 20 ? doubtful('disk', found, todo) : good('disk', found);
}

/** The folder itself, or the first above it that is there. */
async function nearest(folder: string): Promise<string> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  return isThere || folder === '/' ? folder : nearest(folder.replace(/\/[^/]+\/?$/, '') || '/');
}
