import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../database/embedded/start-error.js';

/** What a running service tells programs beside it: `<data>/run.json`. */
export interface RunFile {
  url: string;
  /** Where it listens on this machine, whatever name it is known by. */
  listening_url: string;
  wheeling_url: string;
  /** Null: drills have no data here. */
  drill_wheeling_url: string | null;
  /** Where `/metrics` is; null: nowhere. */
  operations_url: string | null;
  /** The ledger's verifier key (c2sp.org/signed-note), as `/ledger/vkey` tells it. */
  ledger_vkey: string;
  pid: number;
  started_at: string;
}

const pathOf = (dataFolder: string): string => join(dataFolder, 'run.json');

/**
 * One service a data folder, where no embedded database tells: a second one would overwrite `run.json`, and the
 * first to end would take it away.
 */
export async function refuseSecondService(dataFolder: string): Promise<void> {
  const { pid } = await readRunFile(dataFolder);
  if (pid !== undefined && pid !== process.pid && isRunning(pid)) {
    throw new StartError(`a service runs on ${dataFolder} already${await whereItRuns(dataFolder)}`);
  }
}

/**
 * The same where an embedded server's lock decides: before anything is touched, and only when somebody answers there,
 * since the number may be another program's by now and the lock is the safety.
 */
export async function refuseAnsweringService(dataFolder: string): Promise<void> {
  const { listening_url: url } = await readRunFile(dataFolder);
  if (url !== undefined && (await answers(url))) await refuseSecondService(dataFolder);
}

const LOOKS_MS = 2_000;

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`, { redirect: 'manual', signal: AbortSignal.timeout(LOOKS_MS) }).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** → ` at <url>, process <pid>`, for a message; empty while it is still starting. */
export async function whereItRuns(dataFolder: string): Promise<string> {
  const { pid, url } = await readRunFile(dataFolder);
  return pid !== undefined && url !== undefined ? ` at ${url}, process ${pid}` : '';
}

/** Written beside and renamed, so that a reader never sees half of it. */
export async function writeRunFile(dataFolder: string, run: RunFile): Promise<void> {
  await mkdir(dataFolder, { recursive: true });
  const unfinished = `${pathOf(dataFolder)}.${run.pid}`;
  await writeFile(unfinished, `${JSON.stringify(run, null, 2)}\n`);
  await rename(unfinished, pathOf(dataFolder));
}

/** Only one's own: the folder may have become another service's below this one. */
export async function removeRunFile(dataFolder: string): Promise<void> {
  const { pid } = await readRunFile(dataFolder);
  if (pid === process.pid) await rm(pathOf(dataFolder), { force: true });
}

/** What it says; nothing of it where no service runs. */
export async function readRunFile(dataFolder: string): Promise<Partial<RunFile>> {
  try {
    return JSON.parse(await readFile(pathOf(dataFolder), 'utf8')) as Partial<RunFile>;
  } catch {
    return {};
  }
}

/** A number may have gone to another program since; then that file has to be removed by hand. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
