import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FormError, readVerifierKey, type VerifierKey } from '../verify/note.js';
import { Memory } from './memory.js';
import { serveWitness, type WitnessServer } from './server.js';
import { Witness } from './witness.js';
import { WitnessKey, WitnessKeyError } from './witness-key.js';

const USAGE = [
  '使い方 / Usage: kashikagi witness --key <台帳の vkey / the log’s vkey>… [--origin <origin>]… --name <name> --data <folder>',
  '       [--host <127.0.0.1>] [--port <8790>]',
  '台帳の外で動かす証人です。前に副署した台帳の続きであることを確かめ、記憶してから副署します。',
  'A witness, run by somebody else than the log: it cosigns what continues what it cosigned before, and remembers first.',
];

const OPTIONS = {
  key: { type: 'string', multiple: true },
  origin: { type: 'string', multiple: true },
  name: { type: 'string' },
  data: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
} as const;

export interface WitnessTerminal {
  out: (line: string) => void;
  err: (line: string) => void;
  /** Now, in seconds since 1970, by the clock of this machine. */
  seconds: () => number;
}

class UsageError extends Error {}

/** `kashikagi witness …` → the server that runs, or undefined when it cannot; why stands on `err`. */
export async function witnessCommand(
  words: readonly string[],
  { out, err, seconds }: WitnessTerminal,
): Promise<WitnessServer | undefined> {
  try {
    const { logs, name, folder, host, port } = read(words);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const key = await WitnessKey.inFolder(folder, name);
    const witness = new Witness(key, logs, new Memory(folder), seconds);
    const server = await serveWitness(witness, { host, port }, (why) => err(`kashikagi witness: ${why}`));
    out(`witness ${witness.vkey}`);
    for (const origin of logs.keys()) out(`log ${origin}`);
    out(`ready at ${server.url}`);
    return server;
  } catch (error) {
    for (const line of linesOf(error)) err(`kashikagi witness: ${line}`);
    if (error instanceof UsageError) for (const line of USAGE) err(line);
    return undefined;
  }
}

function linesOf(error: unknown): string[] {
  if (error instanceof UsageError || error instanceof WitnessKeyError)
    return error.message ? [error.message] : [];
  // The system's: a folder that cannot be written, an address that is taken.
  if (error instanceof Error && 'code' in error) return [error.message];
  throw error;
}

interface Words {
  logs: Map<string, VerifierKey>;
  name: string;
  folder: string;
  host: string;
  port: number;
}

function read(words: readonly string[]): Words {
  const { key = [], origin = [], name, data, host = '127.0.0.1', port = '8790' } = valuesOf(words);
  if (key.length === 0 || name === undefined || data === undefined) throw new UsageError('');
  if (origin.length > 0 && origin.length !== key.length) throw new UsageError('--origin: one for each --key');
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError(`--port ${port}`);
  const logs = new Map<string, VerifierKey>();
  for (const [n, vkey] of key.entries()) {
    const log = logKey(vkey);
    logs.set(origin[n] ?? log.name, log);
  }
  if (logs.size !== key.length) throw new UsageError('one --key for each log');
  return { logs, name, folder: resolve(data), host, port: Number(port) };
}

function valuesOf(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function logKey(vkey: string): VerifierKey {
  try {
    return readVerifierKey(vkey, 'log');
  } catch (error) {
    throw error instanceof FormError ? new UsageError(`--key ${vkey}: ${error.message}`) : error;
  }
}
