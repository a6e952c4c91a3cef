import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyCommand } from '../../src/ledger/verify/command.js';

/** What `kashikagi verify` says to these words. */
export async function ask(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await verifyCommand([...words, '--lang', 'en'], {
    out: (line) => (said.out += `${line}\n`),
    err: (line) => (said.err += `${line}\n`),
    environment: {},
  });
  return { code, ...said };
}

/** Folders of a test file, gone at its end. */
export class Folders {
  private readonly made: string[] = [];

  async make(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'kashikagi-verify-'));
    this.made.push(folder);
    return folder;
  }

  async remove(): Promise<void> {
    for (const folder of this.made.splice(0)) await rm(folder, { recursive: true });
  }
}
