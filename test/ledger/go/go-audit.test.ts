import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Folders } from '../asking.js';
import { checkpointOf, filesOf, writeFiles } from '../own-log.js';
import { Ground, REBUILT, TAMPERED } from '../tampering.js';
import { auditBy, BUILD_MS, buildAuditor, isLeftOut, type Ran } from './go-program.js';

const folders = new Folders();
const ground = new Ground();
let program: string;
let older: string;

((await isLeftOut()) ? describe.skip : describe)('the ledger, audited by golang.org/x/mod/sumdb', () => {
  beforeAll(async () => {
    const folder = await folders.make();
    program = await buildAuditor(folder);
    older = join(folder, 'older');
    await writeFile(older, ground.older);
  }, BUILD_MS);
  afterAll(() => folders.remove());

  async function audited(files: Map<string, Buffer>, ...words: string[]): Promise<Ran> {
    const folder = await folders.make();
    await writeFiles(folder, files);
    return auditBy(program, [folder, ground.signer.vkey, ...words]);
  }

  it('holds: signature, root, tiles, inclusion of every entry, consistency', async () => {
    const { code, out } = await audited(ground.files(), older);
    expect(out.split('\n')).toEqual([
      'checkpoint: signed, 600 entries',
      'audit: the root over all 600 entries is the signed one',
      'audit: 4 tiles are as computed',
      'inclusion: 600 entries proved out of the tiles',
      'consistency: with 300 entries',
      '',
    ]);
    expect(code).toBe(0);
  });

  it.each([0, 1, 256, 257, 70_000])('holds for %i entries', async (size) => {
    const entries = Array.from({ length: size }, (_, n) => `{"v":1,"n":${n}}`);
    const before = join(await folders.make(), 'before');
    await writeFile(before, checkpointOf(ground.signer, entries.slice(0, Math.floor(size / 3))));
    const { code, err } = await audited(filesOf(ground.signer, entries), before);
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  it.each(TAMPERED)('does not hold with %s', async (_what, tamper) => {
    expect(await audited(tamper(ground))).toMatchObject({ code: 3 });
  });

  it.each(REBUILT)('shows %s, with all rebuilt and signed again, to whoever kept an older checkpoint', async (_what, rebuild) => {
    const rebuilt = filesOf(ground.signer, rebuild(ground));
    expect(await audited(rebuilt)).toMatchObject({ code: 0 });
    expect(await audited(rebuilt, older)).toMatchObject({ code: 3 });
  }); // prettier-ignore

  it('does not call a folder that is not there tampered', async () => {
    expect(await auditBy(program, ['/nowhere', ground.signer.vkey])).toMatchObject({ code: 2 });
  });
});
