import fc from 'fast-check';
import { generateKeyPairSync } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { leafHash } from '../../src/ledger/hashing.js';
import { writeLogArchive } from '../../src/ledger/log-archive.js';
import { CheckpointSigner } from '../../src/ledger/note.js';
import { RightEdge } from '../../src/ledger/right-edge.js';
import { ask, Folders } from './asking.js';
import { aRecord } from './own-log.js';

const signer = new CheckpointSigner('ledger.example/corruption', generateKeyPairSync('ed25519').privateKey);
const folders = new Folders();
afterAll(() => folders.remove());

/** A small log as the service's writer lays it out → its folder. */
async function written(size: number): Promise<string> {
  const entries = Array.from({ length: size }, () => Buffer.from(aRecord().entry));
  const edge = new RightEdge(0, []);
  for (const entry of entries) edge.append(leafHash(entry));
  const { note } = signer.sign({ size, root: edge.root() });
  const folder = await folders.make();
  const log = { vkey: signer.vkey, size, note, lastSigned: note };
  await writeLogArchive(folder, log, (from, to) => Promise.resolve(entries.slice(from, to)));
  return folder;
}

/** What the ledger consists of; `vkey` and `last-signed` lie beside it and are not asked when a key is given. */
async function filesOf(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return files.filter((file) => !/\/(vkey|last-signed)$/.test(file)).sort();
}

type Corruption = (bytes: Buffer, at: number, mask: number) => Buffer;
const KINDS: Record<string, Corruption> = {
  'another byte': (bytes, at, mask) => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ mask;
    return copy;
  },
  'a byte less': (bytes, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
  'a byte more': (bytes, at, mask) =>
    Buffer.concat([bytes.subarray(0, at), Buffer.of(mask), bytes.subarray(at)]),
  'cut off there': (bytes, at) => bytes.subarray(0, at),
};

/** Of every log some files are tried, since each log costs more than each try. */
const TRIES = 12;

describe('a small log with one file that is not as it was', () => {
  it.each(Object.entries(KINDS))('%s, anywhere: kashikagi verify ends with 3', async (_what, corrupt) => {
    const places = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: TRIES, maxLength: TRIES }); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 520 }), places, async (size, tries) => {
        const folder = await written(size);
        expect(await ask(folder, '--key', signer.vkey)).toMatchObject({ code: 0 });
        const files = await filesOf(folder);
        for (const [which, where, mask] of tries) {
          const file = files[which % files.length] ?? '';
          const bytes = await readFile(file);
          const at = where % bytes.length;
          await writeFile(file, corrupt(bytes, at, mask));
          const { code } = await ask(folder, '--key', signer.vkey);
          expect({ size, file: file.slice(folder.length), at, mask, code }).toMatchObject({ code: 3 });
          await writeFile(file, bytes);
        }
        expect(await ask(folder, '--key', signer.vkey)).toMatchObject({ code: 0 });
      }),
      { numRuns: 12 },
    );
  });

  it('each single byte of one log: none is there that nobody looks at', async () => {
    const folder = await written(3);
    for (const file of await filesOf(folder)) {
      const bytes = await readFile(file);
      for (let at = 0; at < bytes.length; at += 1) {
        await writeFile(file, KINDS['another byte']?.(bytes, at, 1) ?? bytes);
        const { code } = await ask(folder, '--key', signer.vkey);
        expect([file.slice(folder.length), at, code]).toEqual([file.slice(folder.length), at, 3]);
      }
      await writeFile(file, bytes);
    }
  });
});
