import { createHash } from 'node:crypto';

const sha256 = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** RFC 6962 §2.1, as it is written there: recursive, over all leaves. */
export function merkleRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return sha256();
  if (leaves.length === 1) return only;
  const k = split(leaves.length);
  return node(merkleRoot(leaves.slice(0, k)), merkleRoot(leaves.slice(k)));
}

/** RFC 6962 §2.1.1. */
export function path(m: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return m < k
    ? [...path(m, leaves.slice(0, k)), merkleRoot(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), merkleRoot(leaves.slice(0, k))];
}

/** RFC 6962 §2.1.2. */
export function proof(m: number, leaves: readonly Buffer[], isWhole = true): Buffer[] {
  if (m === leaves.length) return isWhole ? [] : [merkleRoot(leaves)];
  const k = split(leaves.length);
  return m <= k
    ? [...proof(m, leaves.slice(0, k), isWhole), merkleRoot(leaves.slice(k))]
    : [...proof(m - k, leaves.slice(k), false), merkleRoot(leaves.slice(0, k))];
}

export function leafOf(entry: string): Buffer {
  return sha256(Buffer.from([0]), Buffer.from(entry));
}

export function node(left: Buffer, right: Buffer): Buffer {
  return sha256(Buffer.from([1]), left, right);
}

const split = (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1);

/** The root that a leaf and its siblings lead to (RFC 9162 §2.1.3.2). */
export function rootOf(
  leaf: Buffer,
  index: number,
  size: number,
  siblings: readonly Buffer[],
): Buffer | undefined {
  let [fn, sn, hash] = [index, size - 1, leaf];
  for (const sibling of siblings) {
    if (sn === 0) return undefined;
    if (fn % 2 === 1 || fn === sn) {
      hash = node(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    } else {
      hash = node(hash, sibling);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 ? hash : undefined;
}
