import ts from 'typescript';
import { FIELD_IDS } from '../../src/agreements/field-catalogue.js';
import type { RecordType } from '../../src/ledger/record.js';
import { filesBelow, parsed, sourcesBelow, visit, type Source } from './sources.js';

const files = filesBelow('src').filter((path) => path.endsWith('.records.ts'));
const declared: { path: string; room: string; type: RecordType }[] = [];
for (const path of files) {
  const module = (await import(`../../${path.replace(/\.ts$/, '.js')}`)) as Record<string, unknown>;
  for (const type of Object.values(module).filter(isRecordType)) {
    declared.push({ path, room: path.split('/')[1] ?? '', type });
  }
}

function isRecordType(value: unknown): value is RecordType {
  return typeof value === 'object' && value !== null && 'classes' in value && 'name' in value;
}

/** What is of a customer, or opens something: never in the clear. */
const CUSTOMER = new Set<string>([...FIELD_IDS, 'search', 'disclosed', 'stated', 'second_factor', 'value']);
/** States of the network, not of the customer; auditors search by it. */
const OF_THE_NETWORK = new Set(['outage_state']);
const KEY_LIKE = /token|secret|password|cookie|proof|private/;

/** Member names that literals hand to a record as its details, in one room. */
function detailNames(source: Source): string[] {
  const names: string[] = [];
  visit(source.tree, (node) => {
    const given = detailsAt(node);
    if (!given || !ts.isObjectLiteralExpression(given)) return;
    for (const property of given.properties) {
      if (property.name && (ts.isPropertyAssignment(property) || ts.isShorthandPropertyAssignment(property)))
        names.push(property.name.getText());
    }
  });
  return names;
}

/** The value of `details: …`, of `const details = …`, and what a function of type Details returns. */
function detailsAt(node: ts.Node): ts.Expression | undefined {
  if ((ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) && node.name.getText() === 'details')
    return node.initializer;
  if (!ts.isReturnStatement(node)) return undefined;
  let above: ts.Node = node.parent;
  while (above && !ts.isFunctionLike(above)) above = above.parent;
  return above && ts.isFunctionLike(above) && above.type?.getText() === 'Details'
    ? node.expression
    : undefined;
}

describe('the types of records', () => {
  it('are declared by the rooms', () => {
    expect(declared.length).toBeGreaterThan(10);
  });

  it('bear a name each, `subject.event`', () => {
    const names = declared.map(({ type }) => type.name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(names.filter((name) => !/^[a-z_]+\.[a-z_]+$/.test(name))).toEqual([]);
  });

  it('class every member', () => {
    const unclassed = declared.flatMap(({ type }) =>
      Object.entries(type.classes)
        .filter(([, kept]) => !['public', 'sensitive', 'secret'].includes(kept))
        .map(([name]) => `${type.name}.${name}`),
    );
    expect(unclassed).toEqual([]);
  });

  it('keep what is of a customer sealed', () => {
    const open = declared.flatMap(({ type }) =>
      Object.entries(type.classes)
        .filter(([name, kept]) => CUSTOMER.has(name) && !OF_THE_NETWORK.has(name) && kept === 'public')
        .map(([name]) => `${type.name}.${name}`),
    );
    expect(open).toEqual([]);
  });

  it('keep nothing that opens a door', () => {
    const keys = declared.flatMap(({ type }) =>
      Object.entries(type.classes)
        .filter(([name, kept]) => KEY_LIKE.test(name) && kept !== 'secret')
        .map(([name]) => `${type.name}.${name}`),
    );
    expect(keys).toEqual([]);
  });
});

describe('the details that rooms record', () => {
  const rooms = new Map<string, Set<string>>();
  for (const { room, type } of declared) {
    const known = rooms.get(room) ?? new Set();
    rooms.set(room, known);
    for (const name of Object.keys(type.classes)) known.add(name);
  }
  const writers = sourcesBelow('src').filter(
    ({ path }) => rooms.has(path.split('/')[1] ?? '') && !path.endsWith('.spec.ts'),
  );

  it('are found', () => {
    expect(writers.flatMap(detailNames).length).toBeGreaterThan(20);
  });

  it('are classed: an unclassed member would be dropped in silence', () => {
    const lost = writers.flatMap((source) =>
      detailNames(source)
        .filter((name) => !rooms.get(source.path.split('/')[1] ?? '')?.has(name))
        .map((name) => `${source.path}: ${name}`),
    );
    expect(lost).toEqual([]);
  });

  it('are read out of literals and of functions that make them', () => {
    const text = `append({ details: { a: 1, b } }); const details = { c: 1 };
      function f(): Details { return { d: 2 }; } function g(): Other { return { e: 3 }; }`;
    expect(detailNames(parsed('src/x/x.ts', text))).toEqual(['a', 'b', 'c', 'd']);
  });
});
