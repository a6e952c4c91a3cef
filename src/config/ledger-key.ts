import { createPrivateKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { createKeyFile, KeyFileError, readKeyFile, replaceKeyFile } from './key-files.js';
import { newEd25519Jwk, parseEd25519Jwk } from './stored-keys.js';

const LEDGER_KEY = 'ledger-key.json';

/**
 * The key that signs checkpoints, and nothing else. What is missing is created if `mayCreate` (nothing was signed
 * yet), else an error: under another key, every checkpoint that was kept elsewhere would look forged.
 * Errors: KeyFileError, one line, which names the file and never its content.
 */
export async function readLedgerKey(
  places: { folder: string; ledgerKeyFile?: string | undefined },
  mayCreate: boolean,
): Promise<KeyObject> {
  const isOwn = places.ledgerKeyFile === undefined;
  const path = places.ledgerKeyFile ?? join(places.folder, LEDGER_KEY);
  let content = await readKeyFile(path, isOwn);
  if (content === undefined && isOwn && mayCreate) {
    await createKeyFile(path, { jwk: newEd25519Jwk() });
    content = await readKeyFile(path, isOwn);
  }
  if (content === undefined) throw new KeyFileError(path, 'is missing; put it back from the backup');
  const stored = typeof content === 'object' ? { jwk: undefined, ...content }.jwk : undefined;
  const jwk = parseEd25519Jwk(stored);
  if (!jwk) throw new KeyFileError(path, 'has no Ed25519 private key');
  return createPrivateKey({ key: { ...jwk }, format: 'jwk' });
}

/**
 * A new key in place of the one that signed until now, which is kept beside it as `ledger-key.retired-<name>.json`: who
 * finds an old checkpoint can be shown that it was ours. A crash between the two leaves the old key in both places.
 */
export async function renewLedgerKey(folder: string, name: string): Promise<void> {
  const path = join(folder, LEDGER_KEY);
  const content = await readKeyFile(path, true);
  if (typeof content === 'object' && content !== null) {
    await createKeyFile(join(folder, `ledger-key.retired-${name}.json`), content);
  }
  await replaceKeyFile(path, { jwk: newEd25519Jwk() });
}
