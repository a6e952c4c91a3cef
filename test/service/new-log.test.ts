import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/package-root.js';
import { ask } from '../ledger/asking.js';
import { send } from '../stories/actors.js';
import { Storm } from '../stories/storm.js';
import { DataFolder, type ServiceProcess } from './service-process.js';

const NEW_ORIGIN = 'kashikagi.example/after-the-restore';
const WHY = '記憶装置の故障により前日の控えから復元し、署名済みの記載が失われたため。';

/** One installation: a backup, more records, a loss, a new log. Each chapter begins with what the one before has left. */
describe('a ledger that lost signed entries', () => {
  let data: DataFolder;
  let service: ServiceProcess;
  let url: string;
  let backup: string;
  let withNewOrigin: { KASHIKAGI_CONFIG: string };
  const notes = { ofTheBackup: '', lost: '' };

  beforeAll(async () => {
    data = await DataFolder.make();
    backup = join(data.parent, 'backup');
    const file = join(data.parent, 'kashikagi.json');
    const shipped = await readFile(join(packageRoot(), 'config', 'demonstration.json'), 'utf8');
    await writeFile(file, JSON.stringify({ ...(JSON.parse(shipped) as object), ledgerOrigin: NEW_ORIGIN }));
    withNewOrigin = { KASHIKAGI_CONFIG: file };
  });
  afterAll(() => data.remove());

  const start = async (environment = {}): Promise<void> => {
    service = data.start(environment);
    url = await service.ready();
  };
  const stop = async (): Promise<void> => void (await service.kill('SIGTERM'));
  const copy = (from: string, to: string) => promisify(execFile)('cp', ['-a', from, to]);
  const declare = (area: string) => new Storm(url).declared({ target_area: [area] });
  const sizeOf = (note: string): number => Number(note.split('\n')[1]);
  const checkpoint = async (): Promise<string> => (await fetch(`${url}/ledger/checkpoint`)).text();
  /** A checkpoint of more entries than these. */
  const signedBeyond = async (size: number): Promise<string> => {
    for (;;) {
      const note = await checkpoint();
      if (sizeOf(note) > size) return note;
    }
  };
  const lastKept = (): Promise<string> => readFile(join(data.path, 'ledger-checkpoint'), 'utf8');
  const kept = async (name: keyof typeof notes): Promise<string> => {
    const file = join(data.parent, name);
    await writeFile(file, notes[name]);
    return file;
  };
  const newLog = (...words: string[]) => data.run(['new-log', ...words]);

  it('is signed, backed up, and signed again', async () => {
    await start();
    await declare('272035');
    await signedBeyond(1);
    await stop();
    notes.ofTheBackup = await lastKept();
    await copy(await data.cluster(), backup);
    await start();
    await declare('272043');
    await signedBeyond(sizeOf(notes.ofTheBackup));
    await stop();
    notes.lost = await lastKept();
    expect(sizeOf(notes.lost)).toBeGreaterThan(sizeOf(notes.ofTheBackup));
  });

  it('is not replaced while nothing is lost, nor while the service runs, nor without a name and a reason', async () => {
    expect(await newLog('--origin', NEW_ORIGIN, '--reason', WHY)).toMatchObject({
      code: 1,
      output: expect.stringMatching(/nothing of .* was lost/) as string,
    });
    await start();
    expect(await newLog('--origin', NEW_ORIGIN, '--reason', WHY)).toMatchObject({
      code: 1,
      output: expect.stringContaining('a service runs') as string,
    });
    await stop();
    notes.lost = await lastKept();
    for (const words of [
      [],
      ['--origin', 'Has Spaces', '--reason', WHY],
      ['--origin', NEW_ORIGIN],
      ['--x'],
    ]) {
      const { code, output } = await newLog(...words);
      expect([words, code]).toEqual([words, 1]);
      expect(output).toContain('kashikagi new-log --origin');
    }
  });

  it('is signed no more after the restore, and says what to do; endings and records go on', async () => {
    const cluster = await data.cluster();
    await rm(cluster, { recursive: true });
    await copy(backup, cluster);
    await start();
    await service.says(/entries were lost.*kashikagi new-log --origin/);
    expect((await send<{ checks: object }>(`${url}/readyz`, 'GET')).body).toMatchObject({
      checks: { ledger: 'not_signing' },
    });
    await declare('272051');
    expect(await checkpoint()).toBe(notes.ofTheBackup);
    await stop();
  });

  it('is followed by a new one, under a new key', async () => {
    const keys = join(data.path, 'keys');
    const before = await readFile(join(keys, 'ledger-key.json'), 'utf8');
    const { code, output } = await newLog('--origin', NEW_ORIGIN, '--reason', WHY);
    expect(output).toContain(`${sizeOf(notes.lost)} entries were signed`);
    expect(output).toContain(`now set "ledgerOrigin" to "${NEW_ORIGIN}"`);
    expect(code).toBe(0);
    expect(await readFile(join(keys, 'ledger-key.json'), 'utf8')).not.toBe(before);
    const retired = (await readdir(keys)).find((name) => name.startsWith('ledger-key.retired-')) ?? '';
    expect(await readFile(join(keys, retired), 'utf8')).toBe(before);
  });

  it('does not start under the old origin, and is begun once', async () => {
    const { code, output } = await data.start().ended;
    expect(output).toContain(`set "ledgerOrigin" to that`);
    expect(code).toBe(1);
    const key = await readFile(join(data.path, 'keys', 'ledger-key.json'), 'utf8');
    const again = await newLog('--origin', NEW_ORIGIN, '--reason', WHY);
    expect(again.output).toContain('is followed already');
    expect(again.code).toBe(0);
    expect(await readFile(join(data.path, 'keys', 'ledger-key.json'), 'utf8')).toBe(key);
  });

  it('goes on signing, and both logs verify; what was carried on is proved, what was lost is named', async () => {
    await start(withNewOrigin);
    const size = sizeOf(await signedBeyond(sizeOf(notes.ofTheBackup)));
    await declare('272060');
    expect((await signedBeyond(size)).split('\n')[0]).toBe(NEW_ORIGIN);
    expect(await send(`${url}/readyz`, 'GET')).toMatchObject({ body: { checks: { ledger: 'ok' } } });

    const [folder = ''] = await readdir(join(data.path, 'ledger-archive'));
    const archive = join(data.path, 'ledger-archive', folder);
    const old = await ask(archive, '--from', await kept('ofTheBackup'));
    expect(old.out).toContain('consistent with the older checkpoint');
    expect(old.code).toBe(0);
    expect(await readFile(join(archive, 'last-signed'), 'utf8')).toBe(notes.lost);
    expect((await ask(archive, '--from', await kept('lost'))).out).toContain('shorter than it was');

    const records = ['--records', join(archive, 'succession.jsonl')];
    expect((await ask(url)).code).toBe(0);
    const carried = await ask(url, ...records, '--from', await kept('ofTheBackup'));
    expect(carried.out).toContain(`carries on all ${sizeOf(notes.ofTheBackup)} entries of`);
    expect(carried.code).toBe(0);
    const lost = await ask(url, ...records, '--from', await kept('lost'));
    expect(lost.out).toMatch(/entries of the log before were lost and not carried over/);
    expect(lost.out).toContain(WHY);
    expect(lost.code).toBe(3);
    const unnamed = await ask(url, '--from', await kept('lost'));
    expect(unnamed.out).toContain('show by --records the record that names it');
    expect(unnamed.code).toBe(3);
    await stop();
  });

  it('is not followed by a third without need', async () => {
    expect((await newLog('--origin', 'kashikagi.example/third', '--reason', WHY)).output).toContain(
      'was lost',
    );
    expect((await newLog('--origin', 'kashikagi.example/third', '--reason', WHY)).code).toBe(1);
  });
});
