import ts from 'typescript';
import { at, filesBelow, parsed, sourcesBelow, textOf, visit, type Source } from './sources.js';

type Law = (node: ts.Node) => boolean;

/** Every place in the sources where a law is broken. */
function breaches(sources: Source[], isBreach: Law): string[] {
  return sources.flatMap((source) => {
    const found: string[] = [];
    visit(source.tree, (node) => {
      if (isBreach(node)) found.push(at(source, node));
    });
    return found;
  });
}

/** `new Date()` without an instant, `Date()`, `Date.now` (called or handed on). */
const readsMachineClock: Law = (node) =>
  (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) ||
  (ts.isCallExpression(node) && node.expression.getText() === 'Date') ||
  (ts.isPropertyAccessExpression(node) && node.getText() === 'Date.now');

/** A stale entity saved writes an old state back over a newer one (style.md, fact 1). */
const savesWholeRows: Law = (node) =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  ['save', 'upsert', 'insertOrUpdate'].includes(node.expression.name.text);

const saysAny: Law = (node) => node.kind === ts.SyntaxKind.AnyKeyword;
const refersForward: Law = (node) => ts.isIdentifier(node) && node.text === 'forwardRef';

/** A timer that is not a look again: a wait of fixed length outside of any loop. */
const sleeps: Law = (node) => {
  if (!ts.isAwaitExpression(node) || isInLoop(node)) return false;
  return /^await (pause|sleep|delay|wait|setTimeout)\(|setTimeout\((resolve|done|r)\b/.test(node.getText());
};

function isInLoop(node: ts.Node): boolean {
  for (let above: ts.Node = node.parent; above && !ts.isFunctionLike(above); above = above.parent) {
    if (ts.isIterationStatement(above, false)) return true;
  }
  return false;
}

const isBarrel = ({ tree }: Source): boolean =>
  tree.statements.length > 0 &&
  tree.statements.every(
    (statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined,
  );

const SILENCERS = /@ts-(ignore|nocheck|expect-error)|eslint-disable|istanbul ignore|\bTODO\b|\bFIXME\b/;
/** This file names them all. */
const SELF = 'test/architecture/conduct.test.ts';

const src = sourcesBelow('src');
const own = src.filter(({ path }) => !path.endsWith('.spec.ts'));
const tests = [...sourcesBelow('test'), ...src.filter(({ path }) => path.endsWith('.spec.ts'))];
const everything = [...src, ...sourcesBelow('test')].filter(({ path }) => path !== SELF);

describe('the sources', () => {
  it('ask the database for the time: the clock of this machine is read in src/clock alone', () => {
    expect(
      breaches(
        own.filter(({ path }) => !path.startsWith('src/clock/')),
        readsMachineClock,
      ),
    ).toEqual([]);
  });

  it('change rows by guarded statements, never by saving what was read', () => {
    expect(breaches(own, savesWholeRows)).toEqual([]);
  });

  it('say no "any"', () => {
    expect(breaches(everything, saysAny)).toEqual([]);
  });

  it('silence no check, and leave nothing for later', () => {
    const silenced = everything.filter(({ text }) => SILENCERS.test(text));
    expect(silenced.map(({ path }) => path)).toEqual([]);
  });

  it('have no barrels', () => {
    const barrels = src.filter((source) => isBarrel(source) || source.path.endsWith('/index.ts'));
    expect(barrels.map(({ path }) => path)).toEqual([]);
  });

  it('have no module that refers forward to another', () => {
    expect(breaches(own, refersForward)).toEqual([]);
  });

  it('have no folder for what belongs nowhere', () => {
    const homeless = everything.filter(({ path }) =>
      /\/(utils?|helpers?|common|shared|misc|lib)\//.test(path),
    );
    expect(homeless.map(({ path }) => path)).toEqual([]);
  });

  it('are short: 300 lines at most; only the table of codes, one text each, is longer', () => {
    const long = own.filter(
      ({ path, text }) => text.split('\n').length > 301 && path !== 'src/contract/codes.ts',
    );
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('tell of every room in a README.md', () => {
    const rooms = new Set(own.map(({ path }) => path.split('/').slice(0, -1).join('/')));
    const top = [...rooms].filter((room) => room.split('/').length === 2);
    const papers = new Set(filesBelow('src'));
    expect(top.filter((room) => !papers.has(`${room}/README.md`))).toEqual([]);
  });
});

describe('the tests', () => {
  it('wait for what happens, never for a time', () => {
    expect(
      breaches(
        // A measurement lasts for a time by its nature, and the story shows what ends by itself; neither is a test.
        tests.filter(
          ({ path }) =>
            path !== SELF && path !== 'test/stories/narrator.ts' && !path.startsWith('test/bench/'),
        ),
        sleeps,
      ),
    ).toEqual([]);
  });

  it('skip nothing in silence, and leave none alone', () => {
    const lonely = tests.filter(({ text }) =>
      /\b(it|describe|test)\.(only|todo)\b|\b[fx](it|describe)\(/.test(text),
    );
    expect(lonely.map(({ path }) => path).filter((path) => path !== SELF)).toEqual([]);
  });
});

const SECRETS: [string, RegExp][] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['an access key', /\bAKIA[0-9A-Z]{16}\b/],
  [
    'a token of a forge or a registry',
    /\b(gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|npm_\w{30,})/,
  ],
  ['a private JWK', /["']?\bd["']?: ?["'][\w-]{43}["']/],
  ['a signed token', /\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{40,}/],
  [
    'a database URL with a password',
    /postgres(ql)?:\/\/\w+:(?!\$\{)[^\s@'"`]{6,}@(?!127\.0\.0\.1|localhost)/,
  ],
];

describe('the repository', () => {
  it('holds no secret', () => {
    const places = ['src', 'test', 'config', 'migrations'].flatMap(filesBelow);
    const found = places.flatMap((path) =>
      SECRETS.filter(([, pattern]) => pattern.test(textOf(path))).map(([what]) => `${path}: ${what}`),
    );
    expect(found).toEqual([]);
  });
});

describe('the searches of this file', () => {
  const count = (text: string, law: Law): number => breaches([parsed('src/x/x.ts', text)], law).length;

  it.each<[string, Law, string, string]>([
    [
      'the clock',
      readsMachineClock,
      'const a = new Date(); const b = Date.now();',
      'const a = new Date(row.at);',
    ],
    ['the clock handed on', readsMachineClock, 'start(Date.now)', 'performance.now()'],
    ['a save', savesWholeRows, 'await repository.save(row);', 'await tx.change(sql);'],
    ['any', saysAny, 'function f(a: any): void {}', 'function f(a: unknown): void {}'],
    ['forwardRef', refersForward, 'inject(forwardRef(() => A))', 'inject(A)'],
    [
      'a sleep',
      sleeps,
      'async function f() { await pause(100); await new Promise((resolve) => setTimeout(resolve, 5)); }',
      'async function f() { while (!(await done())) await pause(5); }',
    ],
  ])('find %s', (_what, law, bad, good) => {
    expect(count(bad, law)).toBeGreaterThan(0);
    expect(count(good, law)).toBe(0);
  });

  it('find a barrel', () => {
    expect(isBarrel(parsed('src/x/x.ts', `export * from './a.js'; export { b } from './b.js';`))).toBe(true);
    expect(isBarrel(parsed('src/x/x.ts', `export * from './a.js'; export const c = 1;`))).toBe(false);
  });

  it.each([
    ['a private key', `-----BEGIN ${'PRIVATE'} KEY-----`],
    ['a private JWK', `{ "d": "${'a'.repeat(43)}" }`],
    ['a database URL with a password', `postgres://kashikagi:${'hunter2'}x@db.example/kashikagi`],
  ])('find %s', (what, text) => {
    expect(SECRETS.filter(([, pattern]) => pattern.test(text)).map(([found]) => found)).toEqual([what]);
  });
});
