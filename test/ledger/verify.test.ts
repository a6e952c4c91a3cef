import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { checkSignature, readNote, readVerifierKey } from '../../src/ledger/verify/note.js';
import { tilePath } from '../../src/ledger/verify/source.js';
import { GrowingTree, leafHash } from '../../src/ledger/verify/tree.js';
import { packageRoot } from '../../src/config/package-root.js';
import { Folders, ask } from './asking.js';
import { aRecord, bodyOf, checkpointOf, filesOf, leafOf, Signer, writeFiles, writeLog } from './own-log.js';

const folders = new Folders();
const signer = new Signer('kashikagi.test/ledger');
const entries = Array.from({ length: 600 }, () => aRecord().entry);
let folder: string;

beforeAll(async () => {
  folder = await folders.make();
  await writeLog(folder, signer, entries);
});
afterAll(() => folders.remove());

describe('the formats, by values that others published', () => {
  it('the trees of Certificate Transparency’s own tests', () => {
    const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const tree = new GrowingTree(() => undefined);
    const roots = [tree.root(), ...leaves.map((hex) => {
      tree.push(leafHash(Buffer.from(`00${hex}`, 'hex')));
      return tree.root();
    })].map((root) => root.toString('hex'));
    expect([0, 1, 2, 3, 7, 8].map((size) => roots[size])).toEqual([
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]);
  }); // prettier-ignore

  it('the note that Go’s sumdb/note documents', () => {
    const text =
      'If you think cryptography is the answer to your problem,\nthen you don’t know what your problem is.\n'.replace('’', "'"); // prettier-ignore
    const line =
      '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
    const key = readVerifierKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'log');
    expect(checkSignature(readNote(Buffer.from(`${text}\n${line}`)), key)).toBe('good');
    expect(checkSignature(readNote(Buffer.from(`${text.replace('you', 'they')}\n${line}`)), key)).toBe('bad');
  });

  it('the paths of tlog-tiles', () => {
    expect(tilePath(0, 1234067, 256)).toBe('tile/0/x001/x234/067');
    expect(tilePath('entries', 273, 112)).toBe('tile/entries/273.p/112');
    expect(tilePath(2, 0, 1)).toBe('tile/2/000.p/1');
  });
});

describe('verify', () => {
  it.each([0, 1, 2, 255, 256, 257, 511, 512, 513])('takes a log of %i entries', async (size) => {
    const place = await folders.make();
    await writeLog(place, signer, entries.slice(0, size));
    const { code, out } = await ask(place, '--key', signer.vkey);
    expect(out).toContain(`the root computed from all ${size} entries is the signed one`);
    expect(code).toBe(0);
  });

  it('takes a log of 70,000 entries, with tiles on three levels', async () => {
    const many = Array.from({ length: 70_000 }, (_, n) => `{"v":1,"n":${n}}`);
    const files = filesOf(signer, many);
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(['tile/0/273.p/112', 'tile/1/000', 'tile/1/001.p/17', 'tile/2/000.p/1']),
    );
    const place = await folders.make();
    await writeFiles(place, files);
    const { code, out, err } = await ask(place, '--key', signer.vkey);
    expect(code).toBe(0);
    expect(out).toContain(`${274 + 2 + 1} tiles are as computed`);
    expect(err).toContain('70,000 / 70,000 entries');
  });

  it('takes older checkpoints of every size on the way', async () => {
    const older = await folders.make();
    const words: string[] = [];
    for (const size of [0, 1, 200, 256, 300, 512, 599, 600]) {
      await writeFile(join(older, String(size)), checkpointOf(signer, entries.slice(0, size)));
      words.push('--from', join(older, String(size)));
    }
    const { code, out } = await ask(folder, '--key', signer.vkey, ...words);
    expect(code).toBe(0);
    expect(out.match(/✓ consistent with the older checkpoint/g)).toHaveLength(8);
  });

  it('says that a key found beside the ledger proves nothing about who signed', async () => {
    const { code, out } = await ask(folder);
    expect(code).toBe(0);
    expect(out).toContain('– the key lay beside the ledger');
    expect((await ask(folder, '--key', signer.vkey)).out).not.toContain('the key lay beside the ledger');
  });

  it('takes a mirror that grew: full tiles where partial ones were, and more of them', async () => {
    const place = await folders.make();
    const checkpoint = Buffer.from(checkpointOf(signer, entries.slice(0, 300)));
    const grown = filesOf(signer, entries).set('checkpoint', checkpoint);
    // Of the longer log there is no partial tile of the shorter one, on level 1 neither.
    await writeFiles(place, grown);
    expect(await ask(place, '--key', signer.vkey)).toMatchObject({ code: 3 });
    const full = filesOf(signer, [
      ...entries,
      ...Array.from({ length: 65_536 - 600 }, (_, n) => `{"n":${n}}`),
    ]);
    await writeFiles(place, full.set('checkpoint', checkpoint));
    expect(await ask(place, '--key', signer.vkey)).toMatchObject({ code: 0 });
  });

  it('finds the ledger in a folder named ledger, as a mirror lays it out', async () => {
    const place = await folders.make();
    await writeLog(join(place, 'ledger'), signer, entries.slice(0, 3));
    expect(await ask(place, '--key', signer.vkey)).toMatchObject({ code: 0 });
  });

  it('runs as a program, in Japanese unless told otherwise, and as the file of this folder alone', async () => {
    const shipped = await run('src/cli.js', ['verify', folder], { LANG: 'ja_JP.UTF-8' });
    expect(shipped).toMatchObject({ code: 0, err: '' });
    expect(shipped.out).toContain('検証できました。');
    const alone = await run('src/ledger/verify/main.js', [folder], { LANG: 'en_US.UTF-8' });
    expect(alone.out).toContain('Verified.');
    const wrong = new Signer(signer.name).vkey;
    expect(await run('src/cli.js', ['verify', folder, '--key', wrong], {})).toMatchObject({ code: 3 });
    expect(await run('src/cli.js', ['verify'], {})).toMatchObject({ code: 2 });
  });
});

/** The built program. */
function run(
  program: string,
  words: string[],
  environment: Record<string, string>,
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    const file = join(packageRoot(), 'dist', program);
    const child = execFile(process.execPath, [file, ...words], { env: environment }, (_error, out, err) => {
      done({ code: child.exitCode ?? -1, out, err });
    });
  });
}

describe('verify, asked wrongly or of what cannot be read', () => {
  it.each<[string, string[]]>([
    ['no place', []],
    ['two places', ['/tmp/a', '/tmp/b']],
    ['an unknown option', ['/tmp/a', '--force']],
    ['a folder without a checkpoint', ['/tmp/kashikagi-there-is-no-such-folder']],
    ['a URL that is none', ['http://']],
    ['a language that it does not speak', ['/tmp/a', '--lang', 'fr']],
    ['a URL that nobody serves', ['http://127.0.0.1:1/ledger']],
  ])('ends with 2: %s', async (_what, words) => {
    const { code, out, err } = await ask(...words);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).not.toBe('');
  });

  it.each([
    ['garbage', () => 'garbage'],
    ['a wrong key id', () => signer.vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
    ['a witness’s key', () => new Signer('witness.test', 4).vkey],
  ])('ends with 2 when the key is %s', async (_what, vkey) => {
    expect(await ask(folder, '--key', vkey())).toMatchObject({ code: 2, out: '' });
  });

  it('ends with 2 when an older checkpoint or the records cannot be read', async () => {
    const place = await folders.make();
    await writeFile(join(place, 'page.html'), '<html></html>\n');
    expect(await ask(folder, '--from', join(place, 'page.html'))).toMatchObject({ code: 2 });
    expect(await ask(folder, '--from', join(place, 'nothing'))).toMatchObject({ code: 2 });
    expect(await ask(folder, '--records', join(place, 'nothing'))).toMatchObject({ code: 2 });
    await mkdir(join(place, 'folder'));
    expect(await ask(folder, '--records', join(place, 'folder'))).toMatchObject({ code: 2 });
  });

  it('ends with 2 when no key is to be had', async () => {
    const place = await folders.make();
    await writeLog(place, signer, entries.slice(0, 3));
    await rm(join(place, 'vkey'));
    expect(await ask(place)).toMatchObject({ code: 2 });
  });
});

describe('verify, over HTTP', () => {
  let server: Server;
  let base: string;
  let asked: string[];
  let endless: string | undefined;
  let failing: { path: string; status: number; times: number } | undefined;

  beforeEach(async () => {
    asked = [];
    endless = undefined;
    failing = undefined;
    server = createServer((request, response) => {
      const path = request.url ?? '';
      asked.push(path);
      if (failing?.path === path && failing.times > 0) {
        failing.times -= 1;
        response.writeHead(failing.status).end();
        return;
      }
      if (path === endless) {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', more);
        more();
        return;
      }
      readFile(join(folder, path.slice('/ledger/'.length))).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    }).listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ledger`;
  });
  afterEach(async () => {
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  });

  it('asks for each file once, and comes to the same', async () => {
    const { code, out } = await ask(base, '--key', signer.vkey);
    expect(code).toBe(0);
    expect(out).toContain('600 entries');
    expect(asked).toHaveLength(new Set(asked).size);
  });

  it('asks once more when one answer is lost, and calls a server that fails unreadable, not tampered', async () => {
    failing = { path: '/ledger/tile/entries/001', status: 503, times: 1 };
    expect(await ask(base, '--key', signer.vkey)).toMatchObject({ code: 0 });
    failing = { ...failing, times: 9 };
    const { code, err } = await ask(base, '--key', signer.vkey);
    expect(code).toBe(2);
    expect(err).toContain('HTTP 503');
  });

  it('reads no more of an endless answer than a file can have', async () => {
    endless = '/ledger/tile/0/001';
    const { code, out } = await ask(base, '--key', signer.vkey);
    expect(code).toBe(3);
    expect(out).toContain('malformed: tile/0/001');
  });

  it('calls a file missing that the server says it does not have', async () => {
    await rename(join(folder, 'tile/0/001'), join(folder, 'kept'));
    const { code, out } = await ask(base, '--key', signer.vkey);
    await rename(join(folder, 'kept'), join(folder, 'tile/0/001'));
    expect(code).toBe(3);
    expect(out).toContain('missing: tile/0/001');
  });
});

describe('verify, of cosignatures', () => {
  const witness = new Signer('witness.test/one', 4);
  const other = new Signer('witness.test/two', 4);
  const AT = 1_790_000_000;
  const body = bodyOf(signer.name, entries.slice(0, 9).map(leafOf));

  async function cosigned(...lines: string[]): Promise<string> {
    const place = await folders.make();
    await writeLog(place, signer, entries.slice(0, 9));
    await writeFile(join(place, 'checkpoint'), `${body}\n${signer.line(body)}${lines.join('')}`);
    return place;
  }

  it('names the known ones with their time, and the unknown ones', async () => {
    const place = await cosigned(witness.cosignature(body, AT), other.cosignature(body, AT));
    const { code, out } = await ask(place, '--key', signer.vkey, '--witness', witness.vkey);
    expect(code).toBe(0);
    expect(out).toMatch(/✓ cosigned by the witness witness\.test\/one\+[0-9a-f]{8} \(2026-09-21T\d\d:/);
    expect(out).toContain('– a signature by an unknown key: witness.test/two');
  });

  it('is not content when a named witness is silent', async () => {
    const place = await cosigned(other.cosignature(body, AT));
    const { code, out } = await ask(place, '--key', signer.vkey, '--witness', witness.vkey);
    expect(code).toBe(3);
    expect(out).toContain('✗ no cosignature by the named witness');
  });

  it('is not content when a named witness signed something else, or at another time', async () => {
    const elsewhere = await cosigned(witness.cosignature(body.replace('\n9\n', '\n8\n'), AT));
    expect(await ask(elsewhere, '--key', signer.vkey, '--witness', witness.vkey)).toMatchObject({ code: 3 });
    const line = witness.cosignature(body, AT);
    const [dash = '', name = '', encoded = ''] = line.trim().split(' ');
    const bytes = Buffer.from(encoded, 'base64');
    bytes[11] = (bytes[11] ?? 0) ^ 1;
    const moved = await cosigned(`${dash} ${name} ${bytes.toString('base64')}\n`);
    expect(await ask(moved, '--key', signer.vkey, '--witness', witness.vkey)).toMatchObject({ code: 3 });
  });

  it('does not take a witness’s signature for the log’s', async () => {
    const place = await folders.make();
    await writeLog(place, signer, entries.slice(0, 9));
    await writeFile(join(place, 'checkpoint'), `${body}\n${witness.cosignature(body, AT)}`);
    const { code, out } = await ask(place, '--key', signer.vkey, '--witness', witness.vkey);
    expect(code).toBe(3);
    expect(out).toContain('not signed by this key');
  });
});
