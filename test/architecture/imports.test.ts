import { parsed, sourcesBelow, type Source } from './sources.js';

/**
 * The house from the ground up: each may import what stands before it, and its own room. What is built on top of
 * the rooms (the application, the programs) comes last.
 */
const ORDER = [
  'contract',
  'clock',
  'meters',
  'config',
  'database',
  'wheeling',
  'ledger',
  'identity',
  'changes',
  'roster',
  'agreements',
  'declarations',
  'nominations',
  'grants',
  'credentials',
  'lookups',
  'review',
  'http',
  'house.module.ts',
  'app.module.ts',
  'application',
  'operations',
  'demonstration',
  'service',
  'main.ts',
  'cli.ts',
];

/** These two files of http/ build the application out of all rooms. */
const APPLICATION = new Set(['src/http/server.ts', 'src/http/openapi.ts']);

function roomOf(path: string): string {
  if (APPLICATION.has(path)) return 'application';
  return path.split('/')[1] ?? '';
}

/** Imports that lead upwards, or out of the house. */
function upwards(sources: Source[]): string[] {
  return sources.flatMap(({ path, imports }) =>
    imports
      .flatMap(({ file }) => file ?? [])
      .filter((file) => {
        if (!file.startsWith('src/')) return true;
        const [from, to] = [roomOf(path), roomOf(file)];
        return from !== to && ORDER.indexOf(to) > ORDER.indexOf(from);
      })
      .map((file) => `${path} → ${file}`),
  );
}

/** The first ring of imports that a walk finds, as the files on it; types count, since they bind readers too. */
function ring(sources: Source[]): string[] {
  const edges = new Map(
    sources.map(({ path, imports }) => [path, imports.flatMap(({ file }) => file ?? [])]),
  );
  const done = new Set<string>();
  const walk = (path: string, way: string[]): string[] => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const next of edges.get(path) ?? []) {
      const found = walk(next, [...way, path]);
      if (found.length > 0) return found;
    }
    done.add(path);
    return [];
  };
  for (const path of edges.keys()) {
    const found = walk(path, []);
    if (found.length > 0) return found;
  }
  return [];
}

const sources = sourcesBelow('src');

describe('imports', () => {
  it('know every room of the house', () => {
    const rooms = new Set(sources.map(({ path }) => roomOf(path)));
    expect([...rooms].filter((room) => !ORDER.includes(room))).toEqual([]);
  });

  it('lead downwards only, never out of src/', () => {
    expect(upwards(sources)).toEqual([]);
  });

  it('lead to files that exist', () => {
    const there = new Set(sources.map(({ path }) => path));
    const lost = sources.flatMap(({ path, imports }) =>
      imports.flatMap(({ file }) => (file && !there.has(file) ? `${path} → ${file}` : [])),
    );
    expect(lost).toEqual([]);
  });

  it('form no ring', () => {
    expect(ring(sources)).toEqual([]);
  });

  it('take typeorm only in database/, repositories and entities', () => {
    const strangers = sources.filter(
      ({ path, imports }) =>
        imports.some(({ specifier }) => specifier === 'typeorm') &&
        !/^src\/database\/|\.(repository|entity)\.ts$/.test(path) &&
        path !== 'src/house.module.ts',
    );
    expect(strangers.map(({ path }) => path)).toEqual([]);
  });

  it('take of typeorm in the module of the house nothing but a type', () => {
    const house = sources.find(({ path }) => path === 'src/house.module.ts');
    const ofTypeorm = house?.imports.filter(({ specifier }) => specifier === 'typeorm') ?? [];
    expect(ofTypeorm.every(({ isTypeOnly }) => isTypeOnly)).toBe(true);
  });
});

describe('the searches of this file', () => {
  it('find an import that leads upwards, and one out of the house', () => {
    const bad = [
      parsed('src/contract/a.ts', `import { b } from '../lookups/gate.js';`),
      parsed('src/grants/a.ts', `import type { b } from '../lookups/gate.js';`),
      parsed('src/ledger/a.ts', `export { b } from '../../test/harness/broker.js';`),
      parsed('src/lookups/a.ts', `const b = await import('../http/problem.js');`),
    ];
    expect(upwards(bad)).toHaveLength(4);
  });

  it('allow an import that leads downwards, or stays', () => {
    const good = [parsed('src/lookups/a.ts', `import '../grants/grant.js'; import './gate.js';`)];
    expect(upwards(good)).toEqual([]);
  });

  it('find a ring over three files', () => {
    const three = [
      parsed('src/a/one.ts', `import './two.js';`),
      parsed('src/a/two.ts', `import type { X } from './three.js';`),
      parsed('src/a/three.ts', `import { y } from './one.js';`),
    ];
    expect(ring(three)).toEqual(['src/a/one.ts', 'src/a/two.ts', 'src/a/three.ts', 'src/a/one.ts']);
    expect(ring(three.slice(0, 2))).toEqual([]);
  });
});
