import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packageRoot } from '../../src/config/package-root.js';

interface Built {
  file: string;
  imports?: string[];
  dynamicImports?: string[];
}

const OUT = join(packageRoot(), 'dist', 'console');
const manifest = JSON.parse(readFileSync(join(OUT, '.vite', 'manifest.json'), 'utf8')) as Record<
  string,
  Built
>;

/** Everything that is loaded with an entry: itself and what it imports at once, not what it loads later. */
function loadedWith(names: readonly string[], found = new Set<string>()): Set<string> {
  for (const name of names) {
    const built = manifest[name];
    if (!built) throw new Error(`${name} was not built`);
    if (found.has(built.file)) continue;
    found.add(built.file);
    loadedWith(built.imports ?? [], found);
  }
  return found;
}

/** Whether a room has screens that several rooms have: their texts come along. */
function usesScreens(room: string): boolean {
  const files = loadedWith([room]);
  const parts = Object.values(manifest).filter(({ file }) => files.has(file));
  return parts.some(({ dynamicImports = [] }) => dynamicImports.includes('screens/ja.ts'));
}

const gzipped = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(OUT, file)), { level: 9 }).length, 0);

const rooms = Object.keys(manifest).filter((name) => /^rooms\/[^/]+\/[^/]+\.room\.tsx?$/.test(name));

describe('the first screen', () => {
  it('is built of the shell and one room', () => {
    expect(rooms).toContain('rooms/hq/hq.room.ts');
  });

  it.each(rooms.flatMap((room) => ['ja', 'en'].map((language) => [room, language] as const)))(
    'of %s takes at most 60 KB of script, in %s',
    (room, language) => {
      const texts = [`texts/${language}.ts`, room.replace(/[^/]+$/, `${language}.ts`)];
      if (usesScreens(room)) texts.push(`screens/${language}.ts`);
      expect(gzipped(loadedWith(['index.html', room, ...texts]))).toBeLessThanOrEqual(60 * 1024);
    },
  );
});
