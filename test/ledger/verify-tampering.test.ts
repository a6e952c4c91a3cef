import fc from 'fast-check';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Folders, ask } from './asking.js';
import { aRecord, checkpointOf, filesOf, Signer, writeFiles, writeLog } from './own-log.js';
import { Ground, REBUILT, TAMPERED } from './tampering.js';

const folders = new Folders();
const ground = new Ground();
let older: string;

beforeAll(async () => {
  older = join(await folders.make(), 'older');
  await writeFile(older, ground.older);
});
afterAll(() => folders.remove());

async function asked(files: Map<string, Buffer>, ...words: string[]): Promise<{ code: number; out: string }> {
  const folder = await folders.make();
  await writeFiles(folder, files);
  return ask(folder, '--key', ground.signer.vkey, ...words);
}

describe('verify, of a copy that somebody changed', () => {
  it('finds nothing in what nobody changed', async () => {
    expect(await asked(ground.files(), '--from', older)).toMatchObject({ code: 0 });
  });

  it.each(TAMPERED)('finds %s', async (_what, tamper) => {
    const { code, out } = await asked(tamper(ground));
    expect(code).toBe(3);
    expect(out).toContain('✗');
  });

  it('says which entry it was, and that the tiles are not to blame', async () => {
    const entries = ground.entries.map((entry, n) => (n === 444 ? aRecord().entry : entry));
    const bundle = filesOf(ground.signer, entries).get('tile/entries/001') ?? Buffer.alloc(0);
    const { out } = await asked(ground.files().set('tile/entries/001', bundle));
    expect(out).toContain('no. 444');
    expect(out).toContain('the root computed from the entries is not the signed one');
  });

  it('finds a changed tile although the entries still make the signed root', async () => {
    const [, tamper] = TAMPERED.find(([what]) => what === 'a byte of a tile above') ?? [];
    const { out } = await asked(tamper?.(ground) ?? new Map<string, Buffer>());
    expect(out).toContain('✗ a tile differs from what was computed: tile/1/000.p/2 [1]');
    expect(out).toContain('✓ the root computed from all 600 entries is the signed one');
    expect(out).not.toContain('tiles are as computed');
  });

  it('finds any single bit, in any file', async () => {
    const signer = new Signer('kashikagi.test/small');
    const files = filesOf(
      signer,
      Array.from({ length: 5 }, () => aRecord().entry),
    );
    files.delete('vkey');
    const folder = await folders.make();
    await writeFiles(folder, files);
    const bits = [...files].flatMap(([path, { length }]) => ({ path, bits: length * 8 }));
    const anyBit = fc
      .constantFrom(...bits)
      .chain(({ path, bits: count }) => fc.record({ path: fc.constant(path), bit: fc.nat(count - 1) }));
    await fc.assert(
      fc.asyncProperty(anyBit, async ({ path, bit }) => {
        const sound = files.get(path) ?? Buffer.alloc(0);
        const bytes = Buffer.from(sound);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        await writeFile(join(folder, path), bytes);
        const { code } = await ask(folder, '--key', signer.vkey);
        await writeFile(join(folder, path), sound);
        expect(code).toBe(3);
      }),
      { numRuns: 300 },
    );
    expect(await ask(folder, '--key', signer.vkey)).toMatchObject({ code: 0 });
  });
});

describe('verify, of a log rebuilt and signed again with the true key', () => {
  it.each(REBUILT)('shows %s to whoever kept an older checkpoint', async (_what, rebuild) => {
    const { code, out } = await asked(filesOf(ground.signer, rebuild(ground)), '--from', older);
    expect(code).toBe(3);
    expect(out).toContain('not consistent with the older checkpoint');
  });

  it.each(REBUILT)('(control) cannot show %s to anybody else, and says so', async (_what, rebuild) => {
    const { code, out } = await asked(filesOf(ground.signer, rebuild(ground)));
    expect(code).toBe(0);
    expect(out).toContain('– whether all was rebuilt and signed again');
  });

  it('shows that it became shorter', async () => {
    const files = filesOf(ground.signer, ground.entries.slice(0, 299));
    const { code, out } = await asked(files, '--from', older);
    expect(code).toBe(3);
    expect(out).toContain('the log is shorter than it was');
  });

  it('shows which of several older checkpoints it contradicts', async () => {
    const folder = await folders.make();
    const early = join(folder, 'early');
    await writeFile(early, checkpointOf(ground.signer, ground.entries.slice(0, 100)));
    const entries = ground.entries.map((entry, n) => (n === 200 ? aRecord().entry : entry));
    await writeLog(folder, ground.signer, entries);
    const { code, out } = await ask(folder, '--key', ground.signer.vkey, '--from', early, '--from', older);
    expect(code).toBe(3);
    expect(out).toContain(`✓ consistent with the older checkpoint (${early}, 100 entries)`);
    expect(out).toContain(`✗ not consistent with the older checkpoint`);
  });

  it.each([
    [
      'signed by another key',
      () => checkpointOf(new Signer(ground.signer.name), ground.entries.slice(0, 300)),
    ],
    ['of another log', () => checkpointOf(new Signer('other.test/ledger'), ground.entries.slice(0, 300))],
    ['with a size that was changed', () => ground.older.replace('\n300\n', '\n0\n')],
  ])('does not take an older checkpoint %s', async (_what, text) => {
    const file = join(await folders.make(), 'older');
    await writeFile(file, text());
    expect(await asked(ground.files(), '--from', file)).toMatchObject({ code: 3 });
  });
});
