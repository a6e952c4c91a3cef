import { EMPTY_ROOT, nodeHash } from './tree.js';

export interface Tree {
  size: number;
  root: Buffer;
}

/**
 * RFC 9162 §2.1.4.2: whether the proof shows that the newer tree begins with all of the older one. Sizes are safe
 * integers beyond 2^32: halved by division, not by shifts.
 */
export function provesConsistency(older: Tree, newer: Tree, proof: readonly Buffer[]): boolean {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && older.root.equals(newer.root);
  if (older.size === 0) return proof.length === 0 && older.root.equals(EMPTY_ROOT);
  const hashes = isPowerOfTwo(older.size) ? [older.root, ...proof] : proof;
  const [seed, ...rest] = hashes;
  if (seed === undefined) return false;
  let fn = older.size - 1;
  let sn = newer.size - 1;
  for (; fn % 2 === 1; sn = half(sn)) fn = half(fn);
  let [before, after] = [seed, seed];
  for (const hash of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      before = nodeHash(hash, before);
      after = nodeHash(hash, after);
      // Up to the next subtree that has a left sibling.
      for (; fn % 2 === 0 && fn !== 0; sn = half(sn)) fn = half(fn);
    } else {
      after = nodeHash(after, hash);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && before.equals(older.root) && after.equals(newer.root);
}

const half = (n: number): number => Math.floor(n / 2);

function isPowerOfTwo(n: number): boolean {
  while (n % 2 === 0) n /= 2;
  return n === 1;
}
