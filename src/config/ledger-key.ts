import { createPrivateKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { createKeyFile, KeyFileError, readKeyFile } from './key-files.js';
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
