#!/usr/bin/env node
import { SettingsError } from './config/environment.js';
import { Settings } from './config/settings.js';
import { startFailure } from './service/start-failure.js';

/** `kashikagi <verb>`: what is done beside the running service. Each verb loads its own room and answers lines to print. */
interface Verb {
  ja: string;
  en: string;
  run(words: readonly string[]): Promise<string[]>;
  takesWords?: true;
}

const VERBS: Record<string, Verb> = {
  start: {
    ja: 'サービスを起動する',
    en: 'start the service',
    run: async () => {
      await import('./main.js');
      return [];
    },
  },
  migrate: {
    ja: 'データベースを移行する（DATABASE_OWNER_URL が必要）',
    en: 'make the roles and run the pending migrations (needs DATABASE_OWNER_URL)',
    run: async () => (await import('./service/migrate-outside.js')).migrateOutside(process.env),
  },
  bootstrap: {
    ja: '最初の情報管理責任者2名を一度だけ作る（DATABASE_OWNER_URL が必要。bootstrap --help）',
    en: 'make the first two officers, once (needs DATABASE_OWNER_URL; bootstrap --help)',
    takesWords: true,
    run: async (words) => {
      // Nothing was done: a script must not take that for a bootstrap.
      if (words.length === 0) process.exitCode = 2;
      return (await import('./service/bootstrap.js')).bootstrap(words, process.env);
    },
  },
  'make-keys': {
    ja: '秘密鍵をはじめて作る（KASHIKAGI_KEYS に）。そのあと必ず控えを取る',
    en: 'make the secret keys for the first time, in KASHIKAGI_KEYS; then back them up',
    run: async () => (await import('./service/key-verbs.js')).makeKeys(Settings.read(process.env)),
  },
  'rotate-token-keys': {
    ja: 'トークンの署名鍵を新しくする。新しい鍵は10分後から署名する',
    en: 'make a new token-signing key, which signs from ten minutes later',
    run: async () => (await import('./service/key-verbs.js')).rotateTokenKeys(Settings.read(process.env)),
  },
  'new-log': {
    ja: '失われた記載のある台帳を閉じ、新しい台帳を始める（復元で署名済みの記載が失われたとき）',
    en: 'after a restore that lost signed entries: begin a new log, which names the old one',
    takesWords: true,
    run: async (words) => (await import('./service/new-log.js')).newLog(Settings.read(process.env), words),
  },
  verify: {
    ja: '台帳を検証する（URL かフォルダ。verify --help）',
    en: 'verify a ledger, by URL or in a folder (verify --help)',
    // Prints by itself and sets its exit code.
    takesWords: true,
    run: async (words) => {
      const { verifyCommand } = await import('./ledger/verify/command.js');
      process.exitCode = await verifyCommand(words, {
        out: (line) => console.log(line),
        err: (line) => console.error(line),
        environment: process.env,
      });
      return [];
    },
  },
  doctor: {
    ja: '調子を診る（時計、権限、鍵、台帳、つながる先）。悪いところと直し方を言う',
    en: 'look at everything it stands on, and say what to do; 1 when something is bad',
    run: async () => {
      const { doctor } = await import('./service/doctor/doctor.js');
      const { lines, isWell } = await doctor(Settings.read(process.env));
      process.exitCode = isWell ? 0 : 1;
      return lines;
    },
  },
  'inspection-pack': {
    ja: '検査資料を一つのフォルダに作る（--from --to --out）',
    en: 'make what an inspector asks for on the first morning (--from --to --out)',
    takesWords: true,
    run: async (words) =>
      (await import('./service/inspection-pack.js')).inspectionPack(Settings.read(process.env), words),
  },
  witness: {
    ja: '台帳の証人を動かす（台帳を持たない組織で。witness だけで使い方）',
    en: 'run a witness of a ledger, in another body than the ledger’s (witness alone tells how)',
    takesWords: true,
    run: async (words) => {
      const { runWitness } = await import('./service/witness-program.js');
      process.exitCode = await runWitness(words);
      return [];
    },
  },
  schema: {
    ja: 'migrations/schema.sql を作り直す',
    en: 'write migrations/schema.sql anew',
    run: async () => (await import('./service/generated-files.js')).writeSchema(),
  },
  openapi: {
    ja: 'src/http/openapi.json を作り直す',
    en: 'write src/http/openapi.json anew',
    run: async () => {
      const { writeOpenapi } = await import('./http/openapi.js');
      return [`wrote ${await writeOpenapi()}`];
    },
  },
  help: { ja: 'この説明', en: 'this text', run: () => Promise.resolve(usage()) },
};

function usage(): string[] {
  const width = Math.max(...Object.keys(VERBS).map((name) => name.length)) + 2;
  const lines = Object.entries(VERBS).flatMap(([name, { ja, en }]) => [
    `  ${name.padEnd(width)}${ja}`,
    `  ${''.padEnd(width)}${en}`,
  ]);
  return ['使い方 / Usage: kashikagi <verb>', '', ...lines, '', '設定 / Settings: README.md'];
}

async function main(words: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = words;
  const verb = Object.hasOwn(VERBS, name.replace(/^--?/, '')) ? VERBS[name.replace(/^--?/, '')] : undefined;
  if (verb === undefined || (rest.length > 0 && verb.takesWords !== true)) {
    const unknown = verb === undefined ? name : rest[0];
    console.error(`kashikagi: 「${unknown}」が分かりません / unknown: "${unknown}" (kashikagi help)`);
    return 2;
  }
  for (const line of await verb.run(rest)) console.log(line);
  return Number(process.exitCode ?? 0);
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  const line = startFailure(error);
  console.error(line === undefined ? error : `kashikagi: ${line}`);
  return error instanceof SettingsError ? 2 : 1;
});
