/**
 * Builds src/console: the types of the API, the bundle (config/vite.config.js), and each file compressed once here
 * instead of at every request. What makes them is loaded only when there is something to make.
 */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const DOCUMENT = join('src', 'http', 'openapi.json');
const TYPES = join('src', 'console', 'api', 'api-types.ts');
const OUT = join('dist', 'console');

async function modified(file) {
  return stat(file).then(
    (found) => found.mtimeMs,
    () => 0,
  );
}

/** Made of openapi.json before each check of types and each build, so that it cannot be out of date; git ignores it. */
export async function writeApiTypes() {
  if ((await modified(TYPES)) > (await modified(DOCUMENT))) return;
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  const nodes = await openapiTS(JSON.parse(await readFile(DOCUMENT, 'utf8')));
  await writeFile(TYPES, astToString(nodes));
}

async function newest(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Math.max(0, ...(await Promise.all(files.map(modified))));
}

const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

async function compress(file) {
  const bytes = await readFile(file);
  await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, BROTLI));
  await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
}

/** @param {boolean} onlyStale do nothing when no source is newer than what was built */
export async function buildConsole(onlyStale) {
  await writeApiTypes();
  const sources = await Promise.all([
    newest(join('src', 'console')),
    modified(join('config', 'vite.config.js')),
    modified(join('config', 'console.js')),
  ]);
  const built = join(OUT, 'built');
  if (onlyStale && (await modified(built)) > Math.max(...sources)) return;
  const { build } = await import('vite');
  await build({ configFile: join('config', 'vite.config.js') });
  const entries = await readdir(OUT, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile() && /\.(js|css)$/.test(entry.name));
  await Promise.all(files.map((entry) => compress(join(entry.parentPath, entry.name))));
  await writeFile(built, '');
}

if (process.argv.includes('--types')) await writeApiTypes();
