import { isBuiltin } from 'node:module';
import { parsed, sourcesBelow, type Source } from './sources.js';

const FOLDER = 'src/ledger/verify/';
/** The witness checks by the verifier's code, and is run by others than the log: it shares none with the writer either. */
const WITNESS = 'src/ledger/witness/';

/** What leads from these folders to anywhere else: they share no code with what writes the ledger. */
function strayings(sources: Source[], ...folders: string[]): string[] {
  return sources.flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier, file }) =>
        file === undefined
          ? !(specifier.startsWith('node:') && isBuiltin(specifier))
          : !folders.some((folder) => file.startsWith(folder)),
      )
      .map(({ specifier }) => `${path} → ${specifier}`),
  );
}

/** Whatever takes a piece of the verifier, except the program that starts it. */
function borrowers(sources: Source[]): string[] {
  return sources
    .filter(({ path }) => !path.startsWith(FOLDER) && !path.startsWith(WITNESS) && path !== 'src/cli.ts')
    .filter(({ imports }) => imports.some(({ file }) => file?.startsWith(FOLDER)))
    .map(({ path }) => path);
}

describe('the verifier', () => {
  it('imports itself and Node.js, nothing else', () => {
    const sources = sourcesBelow('src/ledger/verify');
    expect(sources.length).toBeGreaterThan(5);
    expect(strayings(sources, FOLDER)).toEqual([]);
  });

  it('is all that the witness stands on, beside Node.js', () => {
    const sources = sourcesBelow('src/ledger/witness');
    expect(sources.length).toBeGreaterThan(5);
    expect(strayings(sources, FOLDER, WITNESS)).toEqual([]);
  });

  it('lends nothing to the service: a mistake in one is no mistake in the other', () => {
    expect(borrowers(sourcesBelow('src'))).toEqual([]);
  });
});

describe('the searches of this file', () => {
  it('find what they look for', () => {
    const bad = [
      parsed(`${FOLDER}a.ts`, `import { b } from '../hashing.js';`),
      parsed(`${FOLDER}b.ts`, `import type { b } from '../../contract/ids.js';`),
      parsed(`${FOLDER}c.ts`, `const pg = await import('pg');`),
      parsed(`${FOLDER}d.ts`, `import { hash } from 'crypto';`),
    ];
    expect(strayings(bad, FOLDER)).toHaveLength(4);
    expect(
      strayings([parsed(`${WITNESS}a.ts`, `import { b } from '../note.js';`)], FOLDER, WITNESS),
    ).toHaveLength(1);
    expect(
      borrowers([parsed('src/ledger/tiles.ts', `import { tilePath } from './verify/source.js';`)]),
    ).toEqual(['src/ledger/tiles.ts']);
  });

  it('allow what is meant to be', () => {
    const good = [parsed(`${FOLDER}a.ts`, `import { hash } from 'node:crypto'; import './tree.js';`)];
    expect(strayings(good, FOLDER)).toEqual([]);
    expect(strayings([parsed(`${WITNESS}a.ts`, `import '../verify/note.js';`)], FOLDER, WITNESS)).toEqual([]);
  });
});
