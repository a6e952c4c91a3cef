import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/package-root.js';
import { textOf } from './sources.js';

/** As issue and paper name them, in this order. */
const ATTACKERS = [
  'A curious operator',
  'A supervisor under sales pressure',
  'An HQ member colluding with the affiliated retailer',
  'An officer',
  'The database administrator',
  'The holder of the signing keys',
  'A former utility employee with a colleague’s secrets, or a second identity',
  'A contractor working for both sides',
  'A resource server',
  'Malware and a camera at the terminal',
  'A network attacker',
  'Oracles',
];
/** How the describe of each begins, in test/attackers. */
const DESCRIBED = [
  'a curious operator',
  'a supervisor under sales pressure',
  'an HQ member colluding',
  'an officer',
  'the database administrator',
  'the holder of the signing keys',
  'a former utility employee',
  'a contractor working for both sides',
  'a resource server',
  'malware and a camera at the terminal',
  'a network attacker',
  'oracles',
];

/** Each test that a text names: `path` "name", "name"; path … */
function namedTests(text: string): { path: string; name: string }[] {
  const found: { path: string; name: string }[] = [];
  for (const [, path = '', names = ''] of text.matchAll(/`(test\/[\w/.-]+\.test\.ts)`((?:,? "[^"]+")+)/g)) {
    for (const [, name = ''] of names.matchAll(/"([^"]+)"/g)) found.push({ path, name });
  }
  return found;
}

const isThere = ({ path, name }: { path: string; name: string }): boolean =>
  existsSync(join(packageRoot(), path)) &&
  new RegExp(`\\b(it|describe)(\\.each[^]*?)?\\(\\s*'${escaped(name)}'`).test(textOf(path));
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const paper = textOf('SECURITY.md');

describe('SECURITY.md', () => {
  it('has every attacker, each with tries, what stops it, tests, and what remains', () => {
    const parts = paper.split(/^### /m).slice(1);
    const names = parts.map((part) => part.split('\n')[0]?.replaceAll("'", '’'));
    expect(names).toEqual(ATTACKERS);
    for (const part of parts) {
      expect([part.split('\n')[0], namedTests(part).length > 0]).toEqual([part.split('\n')[0], true]);
      for (const word of ['**Stopped by**', '**Tests**', '**Remains**']) expect(part).toContain(word);
    }
  });

  it('names no test that is not there', () => {
    const named = namedTests(paper);
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((one) => !isThere(one))).toEqual([]);
  });

  it('has a describe for each attacker in test/attackers', () => {
    const files = ['at-the-telephone', 'retailer', 'utility', 'keys-and-tables', 'outside'];
    const texts = files.map((file) => textOf(`test/attackers/${file}.test.ts`)).join('\n');
    expect(DESCRIBED.filter((name) => !texts.includes(`describe('${name}`))).toEqual([]);
  });

  it('would miss a test that was renamed (the control)', () => {
    const path = 'test/laws/law-4.test.ts';
    expect(isThere({ path, name: 'opens nothing to a stolen token without its key' })).toBe(true);
    expect(isThere({ path, name: 'opens nothing to a stolen token' })).toBe(false);
    expect(isThere({ path: 'test/laws/law-11.test.ts', name: 'x' })).toBe(false);
    expect(namedTests('`test/a.test.ts` "one", "two"; `test/b.test.ts` "three".')).toHaveLength(3);
  });
});
