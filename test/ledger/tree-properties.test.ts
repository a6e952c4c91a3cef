import fc from 'fast-check';
import { leafHash } from '../../src/ledger/hashing.js';
import { consistencyProof, hashesFrom, inclusionProof, isConsistent } from '../../src/ledger/proofs.js';
import { RightEdge, type StoredTile } from '../../src/ledger/right-edge.js';
import { provesConsistency } from '../../src/ledger/verify/consistency.js';
import { GrowingTree } from '../../src/ledger/verify/tree.js';
import { path, proof, rootOf } from './naive-tree.js';

const MOST = 1_100;
const LEAVES = Array.from({ length: MOST }, (_, n) => leafHash(Buffer.from(`entry ${n}`)));
/** ROOTS[size], by the verifier's tree, which shares no code with the writer's. */
const ROOTS = ((): Buffer[] => {
  const tree = new GrowingTree(() => undefined);
  return [
    tree.root(),
    ...LEAVES.map((leaf) => {
      tree.push(leaf);
      return tree.root();
    }),
  ];
})();
const rootAt = (size: number): Buffer => ROOTS[size] ?? Buffer.alloc(0);

interface Grown {
  edge: RightEdge;
  read: ReturnType<typeof hashesFrom>;
}

/** Appended in batches that end at these sizes, each from what the one before left in the tables, as the sequencer does it. */
function grown(size: number, stops: readonly number[]): Grown {
  const tiles = new Map<string, Buffer>();
  let edge = new RightEdge(0, []);
  for (const stop of [...new Set([...stops.filter((one) => one < size), size])].sort((a, b) => a - b)) {
    const kept: StoredTile[] = edge.tiles();
    edge = new RightEdge(edge.size, kept);
    for (const leaf of LEAVES.slice(edge.size, stop)) edge.append(leaf);
    for (const { level, index, hashes } of edge.takeCompleted()) tiles.set(`${level}/${index}`, hashes);
  }
  for (const { level, index, hashes } of edge.tiles()) {
    if (hashes.length > 0) tiles.set(`${level}/${index}`, hashes);
  }
  const read = hashesFrom((level, index) => {
    const found = tiles.get(`${level}/${index}`);
    return found ? Promise.resolve(found) : Promise.reject(new Error(`no tile ${level}/${index}`));
  }, size);
  return { edge, read };
}

/** A size, batches on the way to it, a leaf in it and an older size of it. */
const growth = fc.integer({ min: 1, max: MOST }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    stops: fc.array(fc.integer({ min: 1, max: MOST }), { maxLength: 6 }),
    index: fc.integer({ min: 0, max: size - 1 }),
    older: fc.integer({ min: 1, max: size }),
  }),
);
const flippedAt = (bytes: Buffer, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  const at = (bit >> 3) % copy.length;
  copy[at] = (copy[at] ?? 0) ^ (1 << (bit & 7));
  return copy;
};

describe('append, prove, verify: sizes 1 to 1,100', () => {
  it('every size has the root that the verifier computes, and continues the one before it', async () => {
    for (let size = 1; size <= MOST; size += 1) {
      const { edge, read } = grown(size, []);
      expect(edge.root().equals(rootAt(size))).toBe(true);
      const [older, newer] = [
        { size: size - 1, root: rootAt(size - 1) },
        { size, root: rootAt(size) },
      ];
      expect(provesConsistency(older, newer, await consistencyProof(read, older.size, size))).toBe(true);
      const last = await inclusionProof(read, size - 1, size);
      expect(rootOf(LEAVES[size - 1] ?? Buffer.alloc(0), size - 1, size, last)?.equals(rootAt(size))).toBe(
        true,
      );
    }
  });

  it('any batches, any leaf, any older size: the proofs are those of RFC 6962, and hold for writer and verifier', async () => {
    await fc.assert(
      fc.asyncProperty(growth, async ({ size, stops, index, older }) => {
        const { edge, read } = grown(size, stops);
        expect(edge.root()).toEqual(rootAt(size));
        const siblings = await inclusionProof(read, index, size);
        expect(siblings).toEqual(path(index, LEAVES.slice(0, size)));
        expect(rootOf(LEAVES[index] ?? Buffer.alloc(0), index, size, siblings)).toEqual(rootAt(size));
        const told = await consistencyProof(read, older, size);
        expect(told).toEqual(proof(older, LEAVES.slice(0, size)));
        const trees = [
          { size: older, root: rootAt(older) },
          { size, root: rootAt(size) },
        ] as const;
        expect([isConsistent(...trees, told), provesConsistency(...trees, told)]).toEqual([true, true]);
      }),
      { numRuns: 200 },
    );
  }, 120_000);

  it('one changed bit of a leaf, a root or a proof, a hash too few or too many, another place: nothing of it holds', async () => {
    await fc.assert(
      fc.asyncProperty(growth, fc.nat(), fc.nat(), async ({ size, index, older }, bit, place) => {
        const { read } = grown(size, []);
        const leaf = LEAVES[index] ?? Buffer.alloc(0);
        const root = rootAt(size);
        const siblings = await inclusionProof(read, index, size);
        const spoilt = (hashes: readonly Buffer[]): Buffer[] =>
          hashes.map((hash, n) => (n === place % hashes.length ? flippedAt(hash, bit) : hash));
        const included = (...[of, at, hashes]: [Buffer, number, readonly Buffer[]]): boolean =>
          rootOf(of, at, size, hashes)?.equals(root) === true;
        expect(included(leaf, index, siblings)).toBe(true);
        expect(included(flippedAt(leaf, bit), index, siblings)).toBe(false);
        if (siblings.length > 0) {
          expect(included(leaf, index, spoilt(siblings))).toBe(false);
          expect(included(leaf, index, siblings.slice(0, -1))).toBe(false);
          expect(included(leaf, (index + 1) % size, siblings)).toBe(false);
        }
        expect(included(leaf, index, [...siblings, flippedAt(root, bit)])).toBe(false);

        const told = await consistencyProof(read, older, size);
        const [from, to] = [
          { size: older, root: rootAt(older) },
          { size, root },
        ];
        const attempts: Parameters<typeof provesConsistency>[] = [
          [{ ...from, root: flippedAt(from.root, bit) }, to, told],
          [from, { ...to, root: flippedAt(root, bit) }, told],
          [from, to, [...told, flippedAt(root, bit)]],
          ...(told.length > 0
            ? ([
                [from, to, spoilt(told)],
                [from, to, told.slice(1)],
                [from, to, told.slice(0, -1)],
              ] as Parameters<typeof provesConsistency>[])
            : []),
        ];
        for (const attempt of attempts) {
          expect([isConsistent(...attempt), provesConsistency(...attempt)]).toEqual([false, false]);
        }
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});
