import fc from 'fast-check';
import { leafHash } from '../../src/ledger/hashing.js';
import { consistencyProof, hashesFrom, inclusionProof, isConsistent } from '../../src/ledger/proofs.js';
import { RightEdge, type StoredTile } from '../../src/ledger/right-edge.js';
import { bundleOf, cutBundle, parseTilePath, tilePath, tilesOf, tileWidth } from '../../src/ledger/tiles.js';
import { leafOf, merkleRoot, path, proof, rootOf } from './naive-tree.js';

/** Leaves enough for two levels of tiles; the hashes of `n` are the first `n` of them. */
const LEAVES = Array.from({ length: 1_400 }, (_, n) => leafOf(`entry ${n}`));

/** A tree as the tables keep it: full tiles, and the edge; grown in batches of the given sizes. */
function grown(batches: readonly number[]): { edge: RightEdge; tiles: Map<string, Buffer> } {
  const tiles = new Map<string, Buffer>();
  let kept: StoredTile[] = [];
  let size = 0;
  for (const batch of batches) {
    const edge = new RightEdge(size, kept);
    for (const leaf of LEAVES.slice(size, size + batch)) edge.append(leaf);
    for (const { level, index, hashes } of edge.takeCompleted()) {
      expect(tiles.has(`${level}/${index}`)).toBe(false);
      tiles.set(`${level}/${index}`, hashes);
    }
    size = edge.size;
    kept = edge.tiles();
  }
  return { edge: new RightEdge(size, kept), tiles };
}

function readerOf({ edge, tiles }: ReturnType<typeof grown>, size = edge.size) {
  const last = new Map(edge.tiles().map(({ level, index, hashes }) => [`${level}/${index}`, hashes]));
  return hashesFrom((level, index) => {
    const found = tiles.get(`${level}/${index}`) ?? last.get(`${level}/${index}`);
    if (!found) throw new Error(`no tile ${level}/${index}`);
    return Promise.resolve(found);
  }, size);
}

const batches = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 });

describe('the tree, against the definition of RFC 6962', () => {
  it('has the known roots of nothing and of one empty entry', () => {
    expect(new RightEdge(0, []).root().toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(leafHash(Buffer.alloc(0)).toString('hex')).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    );
  });

  it('has the root of the definition at every size up to 600', () => {
    const edge = new RightEdge(0, []);
    for (const [n, leaf] of LEAVES.slice(0, 600).entries()) {
      edge.append(leaf);
      const root = edge.root();
      // The definition is slow: at each boundary of a tile, and at every seventh size between.
      if (n % 7 === 0 || (n + 2) % 256 < 3) expect(root).toEqual(merkleRoot(LEAVES.slice(0, n + 1)));
    }
  });

  it('is the same however the leaves are batched, and gives each full tile once', () => {
    fc.assert(
      fc.property(batches, (sizes) => {
        const { edge } = grown(sizes);
        expect(edge.root()).toEqual(merkleRoot(LEAVES.slice(0, edge.size)));
      }),
      { numRuns: 30 },
    );
  });

  it('refuses an edge that is not that of its size', () => {
    const tiles = grown([300]).edge.tiles();
    expect(() => new RightEdge(301, tiles)).toThrow('right edge');
    expect(() => new RightEdge(300, tiles.slice(0, 1))).toThrow('all its levels');
    expect(() => new RightEdge(300, [])).toThrow('all its levels');
    expect(() => new RightEdge(300 + 256, tiles)).toThrow('right edge');
  });

  it('proves each leaf of any size, and the proof leads to the root', async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.nat(), async (sizes, seed) => {
        const tree = grown(sizes);
        const { size } = tree.edge;
        const index = seed % size;
        const siblings = await inclusionProof(readerOf(tree), index, size);
        expect(siblings).toEqual(path(index, LEAVES.slice(0, size)));
        expect(rootOf(LEAVES[index] ?? Buffer.alloc(0), index, size, siblings)).toEqual(tree.edge.root());
      }),
      { numRuns: 40 },
    );
  });

  it('proves that it begins with each of its older selves, from the tiles of now', async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.nat(), async (sizes, seed) => {
        const tree = grown(sizes);
        const newer = { size: tree.edge.size, root: tree.edge.root() };
        const older = seed % (newer.size + 1);
        const told = await consistencyProof(readerOf(tree), older, newer.size);
        if (older > 0) expect(told).toEqual(proof(older, LEAVES.slice(0, newer.size)));
        const root = merkleRoot(LEAVES.slice(0, older));
        expect(isConsistent({ size: older, root }, newer, told)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('takes no other root, no other size, and no changed, shortened or lengthened proof', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 700 }), fc.nat(), fc.nat(), async (size, seed, place) => {
        const tree = grown([size]);
        const newer = { size, root: tree.edge.root() };
        const olderSize = 1 + (seed % (size - 1));
        const older = { size: olderSize, root: merkleRoot(LEAVES.slice(0, olderSize)) };
        const told = await consistencyProof(readerOf(tree), older.size, size);
        const changed = told.map((hash, n) => (n === place % told.length ? leafOf('another') : hash));
        expect(isConsistent({ ...older, root: leafOf('another') }, newer, told)).toBe(false);
        expect(isConsistent(older, { ...newer, root: leafOf('another') }, told)).toBe(false);
        expect(isConsistent(older, newer, changed)).toBe(false);
        expect(isConsistent(older, newer, told.slice(1))).toBe(false);
        expect(isConsistent(older, newer, [...told, leafOf('another')])).toBe(false);
        expect(isConsistent(newer, older, told)).toBe(false);
        expect(isConsistent(older, { ...newer, size: older.size }, told)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it('reads an older size from the tiles of a larger tree', async () => {
    const tree = grown([1_300]);
    for (const size of [1, 255, 256, 257, 700, 1_024, 1_300]) {
      const siblings = await inclusionProof(readerOf(tree, size), size - 1, size);
      expect(siblings).toEqual(path(size - 1, LEAVES.slice(0, size)));
    }
  });
});

describe('tiles (c2sp.org/tlog-tiles)', () => {
  it('are 273 full ones and one of 112, one full and one of 17, and one of 1, at size 70,000', () => {
    const counted = [0, 1, 2, 3].map((level) => {
      const widths = [...tilesOf(70_000)].filter((one) => one.level === level).map((one) => one.width);
      return [widths.filter((width) => width === 256).length, widths.filter((width) => width < 256)];
    });
    expect(counted).toEqual([
      [273, [112]],
      [1, [17]],
      [0, [1]],
      [0, []],
    ]);
  });

  it('come out of a tree of 70,000 leaves just so', () => {
    const edge = new RightEdge(0, []);
    const leaf = leafOf('the same');
    for (let n = 0; n < 70_000; n += 1) edge.append(leaf);
    const full = edge.takeCompleted();
    expect([0, 1, 2].map((level) => full.filter((one) => one.level === level).length)).toEqual([273, 1, 0]);
    expect(edge.tiles().map(({ level, index, hashes }) => [level, index, hashes.length / 32])).toEqual([
      [0, 273, 112],
      [1, 1, 17],
      [2, 0, 1],
    ]);
    expect(tileWidth(70_000, 0, 274)).toBe(0);
  });

  it.each([
    [{ level: 0, index: 0, width: 256 }, '0/000'],
    [{ level: 0, index: 0, width: 1 }, '0/000.p/1'],
    [{ level: 1, index: 1_234_067, width: 256 }, '1/x001/x234/067'],
    [{ level: 0, index: 1_000, width: 255 }, '0/x001/000.p/255'],
    [{ level: 'entries' as const, index: 999, width: 256 }, 'entries/999'],
  ])('%j is written %s', (name, written) => {
    expect(tilePath(name)).toBe(written);
    expect(parseTilePath(written)).toEqual(name);
  });

  it.each([
    '', '0', '0/', '0/0', '0/00', '0/0000', '0/x000/000', '0/001/000', '0/x001', '00/000', '8/0/000', '9/000', '-1/000',
    '0/000.p/0', '0/000.p/256', '0/000.p/257', '0/000.p/01', '0/000.p', '0/000.p/', '0/000/p/1', 'entry/000',
    'entries/1', '0/000/', '/0/000', '0/000?x', '0/../000', '0/0x0', '0/x1000/000', '0/000\n', 'checkpoint',
  ])('%j is the path of no tile', (written) => {
    expect(parseTilePath(written)).toBeUndefined();
  }); // prettier-ignore

  it('have one path each', () => {
    const name = fc.record({
      level: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant('entries' as const)),
      index: fc.integer({ min: 0, max: 999_999_999_999 }),
      width: fc.integer({ min: 1, max: 256 }),
    });
    fc.assert(fc.property(name, (one) => expect(parseTilePath(tilePath(one))).toEqual(one)));
  });

  it('of entries bear the length of each before it, and a part of them is their beginning', () => {
    const entries = ['a', '', 'é'.repeat(200)].map((text) => Buffer.from(text));
    const bundle = bundleOf(entries);
    expect(bundle.subarray(0, 5)).toEqual(Buffer.from([0, 1, 0x61, 0, 0]));
    expect(bundle.readUInt16BE(5)).toBe(400);
    expect(cutBundle(bundle, 2)).toEqual(bundleOf(entries.slice(0, 2)));
    expect(() => bundleOf([Buffer.alloc(65_536)])).toThrow('an entry fits');
    expect(bundleOf([Buffer.alloc(65_535)])).toHaveLength(65_537);
  });
});
