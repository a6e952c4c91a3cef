import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDatabase, ensureSeparateDatabase } from '../../src/database/embedded/embedded-roles.js';
import { EmbeddedRoom, rows } from './embedded-program.js';

let room: EmbeddedRoom;
beforeAll(async () => {
  room = await EmbeddedRoom.open();
});
afterAll(() => room.close());

describe('roles and databases', () => {
  it('are made once, also by callers at the same time, and each role enters its own databases only', async () => {
    const server = await room.start('roles');
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
    const server = await room.start('roles');
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
    const server = await room.start('roles');
    await expect(ensureSeparateDatabase(server, 'wheeling', 'kashikagi_app')).rejects.toThrow(
      'not a role of its own',
    );
    await expect(ensureDatabase(server, 'x"; drop database postgres')).rejects.toThrow('no name');
    await server.stop();
  });
});
