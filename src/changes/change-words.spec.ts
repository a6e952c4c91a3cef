import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../config/package-root.js';
import { changeWords } from './change-words.js';

/** The kinds that the rooms propose, as they write them. */
function proposedKinds(): string[] {
  const files = readdirSync(join(packageRoot(), 'src'), { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.startsWith('console'))
    .map((file) => readFileSync(join(packageRoot(), 'src', file), 'utf8'));
  return texts.flatMap((text) =>
    [...text.matchAll(/propose\(\s*[\w.]+,\s*'([a-z_]+\.[a-z_]+)'/g)].map(([, kind = '']) => kind),
  );
}

describe('the words of a change', () => {
  it('are there for every kind that a room proposes', () => {
    const kinds = proposedKinds();
    expect(kinds.length).toBeGreaterThan(8);
    expect(kinds.filter((kind) => changeWords(kind) === kind)).toEqual([]);
  });

  it('say what it is about and what it does', () => {
    expect(changeWords('agreement.change')).toBe('契約・協定の変更');
    expect(changeWords('purge.records')).toBe('保存期間の過ぎた記録の消去');
    expect(changeWords('of.nobody')).toBe('of.nobody');
  });
});
