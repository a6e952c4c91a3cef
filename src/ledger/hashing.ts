import { hash } from 'node:crypto';

/** SHA-256, in bytes. */
export const HASH_BYTES = 32;

/** The root of the empty tree: SHA-256 of nothing (RFC 6962 §2.1). */
export const EMPTY_ROOT = hash('sha256', Buffer.alloc(0), 'buffer');

const LEAF = Buffer.from([0x00]);
const NODE = Buffer.from([0x01]);

/** SHA-256(0x00 || entry): no entry can pass for an inner node. */
export function leafHash(entry: Buffer): Buffer {
  return hash('sha256', Buffer.concat([LEAF, entry]), 'buffer');
}

/** SHA-256(0x01 || left || right). */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  return hash('sha256', Buffer.concat([NODE, left, right]), 'buffer');
}

/** → the `n`th hash of hashes that stand one behind the other. */
export function hashAt(hashes: Buffer, n: number): Buffer {
  return hashes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES);
}

/** The root over `width` hashes from `first` on; `width` is a power of two, so the subtree is a full one. */
export function fullRoot(hashes: Buffer, first: number, width: number): Buffer {
  let level = Array.from({ length: width }, (_, n) => hashAt(hashes, first + n));
  while (level.length > 1) {
    const above: Buffer[] = [];
    for (let n = 0; n + 1 < level.length; n += 2) above.push(nodeHash(at(level, n), at(level, n + 1)));
    level = above;
  }
  return at(level, 0);
}

function at(hashes: readonly Buffer[], n: number): Buffer {
  const found = hashes[n];
  if (found?.length !== HASH_BYTES) throw new Error('invariant: a hash stands there');
  return found;
}
