import { calculateThumbprint, generateKeyPair, generateProof, type KeyPair } from 'dpop';
import type { Prover } from '../../api/client.js';

const DATABASE = 'kashikagi';
const STORE = 'terminal';
const KEY = 'key';

/**
 * This terminal's key: ECDSA P-256, made here once and never extractable; the browser's own store (IndexedDB) keeps the
 * handle, nobody the bytes. One for everybody who works at this machine in this browser.
 * Errors: whatever the browser says when it keeps nothing (a private window, storage forbidden).
 */
export async function terminalKey(): Promise<KeyPair> {
  const database = await opened();
  try {
    const kept = await readKey(database);
    if (kept !== undefined) return kept;
    const made = await generateKeyPair('ES256', { extractable: false });
    // Another tab may have been quicker: `add` refuses a second key, and the first one stands.
    await asked(store(database, 'readwrite').add(made, KEY)).catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === 'ConstraintError')) throw error;
    });
    return (await readKey(database)) ?? made;
  } finally {
    database.close();
  }
}

const readKey = (database: IDBDatabase): Promise<KeyPair | undefined> =>
  asked(store(database, 'readonly').get(KEY) as IDBRequest<KeyPair | undefined>);

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return asked(request);
}

function store(database: IDBDatabase, mode: IDBTransactionMode): IDBObjectStore {
  return database.transaction(STORE, mode).objectStore(STORE);
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      event.preventDefault();
      reject(request.error ?? new Error('IndexedDB'));
    };
  });
}

/** RFC 7638, as officers compare it. */
export const thumbprint = (key: KeyPair): Promise<string> => calculateThumbprint(key.publicKey);

/** The proof for one request (RFC 9449); with a token, also what says whose. */
export function proverOf(key: KeyPair, token?: string): Prover {
  return async (url, nonce) => ({
    dpop: await generateProof(key, url, 'POST', nonce, token),
    ...(token !== undefined && { authorization: `DPoP ${token}` }),
  });
}

/** What the ceremony of a terminal window asks for: the key signs a challenge that only the window's code gives. */
export async function windowProof(key: KeyPair, url: string, id: string, code: string): Promise<string> {
  const digest = await crypto.subtle.digest(
    'SHA-256',
    new TextEncoder().encode(`kashikagi/window/${id}/${code}`),
  );
  const binary = String.fromCharCode(...new Uint8Array(digest));
  const challenge = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return generateProof(key, url, 'POST', challenge);
}

/** The code as it was read out over the telephone, of whatever width and case, O for 0, I and L for 1, with or without the hyphen. */
export function codeOf(typed: string): string | null {
  const letters = typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{10}$/.test(letters) ? `${letters.slice(0, 5)}-${letters.slice(5)}` : null;
}
