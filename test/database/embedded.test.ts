import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chown, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ensureDatabase } from '../../src/database/embedded/embedded-roles.js';
import { runningPostmaster } from '../../src/database/embedded/postmaster.js';
import { EmbeddedRoom, isRoot, killGroup, rows, serverPid, until } from './embedded-program.js';

let room: EmbeddedRoom;
beforeAll(async () => {
  room = await EmbeddedRoom.open();
});
afterAll(() => room.close());

describe('an embedded server', () => {
  it('is made as its settings say: UTF8, locale C, checksums, durable, passwords, loopback only', async () => {
    const server = await room.start('first');
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
    const before = await room.start('first');
    await rows(before.adminUrl, 'create table kept as select 42 as n');
    await Promise.all([before.stop(), before.stop()]);
    await expect(rows(before.adminUrl, 'select')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await runningPostmaster(before.folder)).toBeUndefined();
    await before.stop();

    const after = await room.start('first');
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
    const beside = await room.start('first', { port });
    expect(beside.port).not.toBe(port);
    await beside.stop();
    other.close();
    await once(other, 'close');
    const there = await room.start('first', { port });
    expect(there.port).toBe(port);
    await there.stop();
  });

  it('lets no value of a statement into its log', async () => {
    const said = async (settings: Record<string, string>, value: string): Promise<boolean> => {
      const server = await room.start('first', { settings });
      await expect(rows(server.adminUrl, `select '${value}'::int`)).rejects.toMatchObject({ code: '22P02' });
      await server.stop();
      return (await readFile(join(server.folder, 'server.log'), 'utf8')).includes(value);
    };
    expect(await said({}, 'Yamada Taro')).toBe(false);
    expect(await said({ log_min_messages: 'error' }, 'Sato Hanako')).toBe(true);
  });

  it('lets no password of a role into its log either', async () => {
    const server = await room.start('first');
    const { ownerUrl } = await ensureDatabase(server, 'logged');
    await server.stop();
    const log = await readFile(join(server.folder, 'server.log'), 'utf8');
    expect(log).not.toContain(new URL(ownerUrl).password);
  });
});

describe('after a crash', () => {
  it('of the service, the server still runs and the next start takes it over', async () => {
    const service = room.startElsewhere('crashed');
    const left = await service.started;
    expect(left.reused).toBe(false);
    const pid = await serverPid(left.folder);
    await killGroup(service.process, 'SIGKILL');

    const server = await room.start('crashed');
    expect(server).toMatchObject({ reused: true, port: left.port, adminUrl: left.adminUrl });
    expect(await serverPid(server.folder)).toBe(pid);
    await server.stop();
    expect(await runningPostmaster(server.folder)).toBeUndefined();
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s to the group of the service does not reach the server',
    async (signal) => {
      const service = room.startElsewhere('crashed');
      const { adminUrl } = await service.started;
      await killGroup(service.process, signal);
      expect(await rows(adminUrl, 'select 1 as alive')).toEqual([{ alive: 1 }]);
      await (await room.start('crashed')).stop();
    },
  );

  it('of the server, the next start recovers what was committed', async () => {
    const before = await room.start('crashed');
    await rows(before.adminUrl, 'create table committed as select 7 as n');
    const pid = await serverPid(before.folder);
    process.kill(pid, 'SIGKILL');
    await until('the server is dead', async () =>
      (await runningPostmaster(before.folder)) ? undefined : true,
    );
    expect(await serverPid(before.folder)).toBe(pid);

    const after = await room.start('crashed');
    expect(after.reused).toBe(false);
    expect(await rows(after.adminUrl, 'select n from committed')).toEqual([{ n: 7 }]);
    await after.stop();
  });

  it('of the machine, a stale postmaster.pid whose number another program now bears does not hinder', async () => {
    const before = await room.start('crashed');
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

    const after = await room.start('crashed').finally(() => killGroup(bystander, 'SIGKILL'));
    expect(bystander.signalCode).toBe('SIGKILL');
    expect(after.reused).toBe(false);
    await after.stop();
  });

  it('in the middle of initdb, the next start makes the cluster anew and clears away the half', async () => {
    const data = join(room.folder, 'half');
    const service = room.startElsewhere('half');
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

    const server = await room.start('half');
    expect(await rows(server.adminUrl, 'select 1 as alive')).toEqual([{ alive: 1 }]);
    await until('the half is gone', async () => ((await readdir(data)).includes(half) ? undefined : true));
    await server.stop();
  });
});
