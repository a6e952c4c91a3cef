/**
 * Compiles src/ and what test/ runs as programs to dist/ with swc (types are checked by `npm run typecheck`;
 * jest compiles the tests itself), and the console to dist/console with Vite.
 * `--if-stale`: only the files that are newer than their output, so that a built tree starts at once.
 */
import { transformFile } from '@swc/core';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildConsole } from './console.js';
import { swcOptions } from './swc.js';

const CONSOLE = join('dist', 'console');
const onlyStale = process.argv.includes('--if-stale');
const options = { ...swcOptions, sourceMaps: true };

async function filesBelow(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function modified(file) {
  return stat(file).then(
    (found) => found.mtimeMs,
    () => 0,
  );
}

async function compile(source) {
  const target = join('dist', source.replace(/\.ts$/, '.js'));
  if (onlyStale && (await modified(target)) > (await modified(source))) return false;
  const { code, map } = await transformFile(source, options);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(`${target}.map`, map);
  await writeFile(target, `${code}\n//# sourceMappingURL=${target.split('/').pop()}.map\n`);
  return true;
}

/** Output whose source is gone must not be started by accident. */
async function removeOrphans(sources) {
  const wanted = new Set(sources.map((source) => join('dist', source.replace(/\.ts$/, '.js'))));
  const built = await filesBelow('dist').catch(() => []);
  await Promise.all(
    built
      .filter((file) => file.endsWith('.js') && !file.startsWith(CONSOLE) && !wanted.has(file))
      .map((file) => rm(file)),
  );
}

if (!onlyStale) await rm('dist', { recursive: true, force: true });
const all = [...(await filesBelow('src')), ...(await filesBelow('test'))];
const isProgram = (file) => file.endsWith('.ts') && !/\.(test|spec)\.ts$/.test(file);
const sources = all.filter((file) => isProgram(file) && !file.startsWith(join('src', 'console')));
await Promise.all(sources.map(compile));
await removeOrphans(sources);
await buildConsole(onlyStale);
