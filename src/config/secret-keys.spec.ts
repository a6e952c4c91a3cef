import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { readSecretKeys, Reference, SealedBox, writeTokenKeys } from './secret-keys.js';

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'kashikagi-keys-'));
  folder = join(parent, 'keys');
});

afterEach(() => rm(parent, { recursive: true }));

const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

describe('the files of secret keys', () => {
  it('are made at the first start, for their owner only, and read at the next', async () => {
    const first = await readSecretKeys({ folder }, true);
    const next = await readSecretKeys({ folder }, false);

    expect(await mode(folder)).toBe('700');
    expect(await readdir(folder)).toEqual(['field-keys.json', 'reference-key.json', 'token-keys.json']);
    for (const name of await readdir(folder)) expect(await mode(join(folder, name))).toBe('600');
    expect(next.tokenKeys).toEqual(first.tokenKeys);
    expect(next.nonceKey).toEqual(first.nonceKey);
    expect(next.reference.of('sought', 'x')).toBe(first.reference.of('sought', 'x'));
    expect(next.sealedBox.open(first.sealedBox.seal(Buffer.from('山田'), 'row 1'), 'row 1').toString()).toBe(
      '山田',
    );
  });

  it('are not made when it is not the first start', async () => {
    await expect(readSecretKeys({ folder }, false)).rejects.toThrow(/token-keys\.json: is missing/);
    await readSecretKeys({ folder }, true);
    await rm(join(folder, 'field-keys.json'));
    await expect(readSecretKeys({ folder }, false)).rejects.toThrow(/field-keys\.json: is missing/);
  });

  it('are the same for two instances that start together', async () => {
    const starts = await Promise.all(Array.from({ length: 8 }, () => readSecretKeys({ folder }, true)));
    expect(new Set(starts.map((keys) => keys.tokenKeys[0]?.kid)).size).toBe(1);
    expect(new Set(starts.map((keys) => keys.nonceKey.toString('hex'))).size).toBe(1);
    expect(await readdir(folder)).toHaveLength(3);
  });

  it('may be supplied from elsewhere, also readable by a group, and are never made there', async () => {
    const other = await readSecretKeys({ folder: join(parent, 'other') }, true);
    const tokenKeysFile = join(parent, 'other', 'token-keys.json');
    await chmod(tokenKeysFile, 0o440);
    const keys = await readSecretKeys({ folder, tokenKeysFile }, true);
    expect(keys.tokenKeys).toEqual(other.tokenKeys);
    expect(await readdir(folder)).not.toContain('token-keys.json');

    const fieldKeysFile = join(parent, 'mistyped.json');
    await expect(readSecretKeys({ folder, fieldKeysFile }, true)).rejects.toThrow(
      /mistyped\.json: is missing/,
    );
  });

  it('are refused when others may read them', async () => {
    await readSecretKeys({ folder }, true);
    await chmod(join(folder, 'field-keys.json'), 0o640);
    await expect(readSecretKeys({ folder }, false)).rejects.toThrow(
      /field-keys\.json: others may read it; chmod 600/,
    );
  });

  it('are replaced in one step by a rotation', async () => {
    const { tokenKeys } = await readSecretKeys({ folder }, true);
    const [key] = tokenKeys;
    await writeTokenKeys({ folder }, [{ ...key!, published_until: 1_800_000_000 }]);
    expect((await readSecretKeys({ folder }, false)).tokenKeys).toEqual([
      { ...key, published_until: 1_800_000_000 },
    ]);
    expect(await mode(join(folder, 'token-keys.json'))).toBe('600');
    expect(await readdir(folder)).toHaveLength(3);
  });
});

describe('a malformed key file', () => {
  const SECRET = 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I';
  const tokenKey = async () => (await readSecretKeys({ folder: join(parent, 'good') }, true)).tokenKeys[0]!;

  const cases: [string, string, (file: Awaited<ReturnType<typeof tokenKey>>) => unknown][] = [
    ['no JSON', 'field-keys.json', () => `{"key": ${SECRET}`],
    ['no list', 'field-keys.json', () => ({ key: SECRET })],
    ['an empty list', 'field-keys.json', () => ({ keys: [] })],
    ['a short key', 'field-keys.json', () => ({ keys: [{ kid: 'a', key: SECRET.slice(4) }] })],
    ['a key that is not canonical', 'field-keys.json', () => ({ keys: [{ kid: 'a', key: `${SECRET}=` }] })],
    ['a kid that is no name', 'field-keys.json', () => ({ keys: [{ kid: 'a b', key: SECRET }] })],
    ['one kid twice', 'field-keys.json', () => ({ keys: [1, 2].map(() => ({ kid: 'a', key: SECRET })) })],
    ['retired keys only', 'field-keys.json', () => ({ keys: [{ kid: 'a', key: SECRET, retired: true }] })],
    ['a word for retired', 'field-keys.json', () => ({ keys: [{ kid: 'a', key: SECRET, retired: 'no' }] })],
    ['no reference key', 'reference-key.json', () => ({ keys: [SECRET] })],
    ['null', 'reference-key.json', () => null],
    ['another key’s kid', 'token-keys.json', (key) => ({ keys: [{ ...key, kid: 'x' }] })],
    [
      'an x of another key',
      'token-keys.json',
      (key) => ({ keys: [{ ...key, jwk: { ...key.jwk, x: SECRET } }] }),
    ],
    [
      'no private half',
      'token-keys.json',
      (key) => ({ keys: [{ ...key, jwk: { ...key.jwk, d: undefined } }] }),
    ],
    ['a time in words', 'token-keys.json', (key) => ({ keys: [{ ...key, signs_from: '2026-01-01' }] })],
  ];

  it.each(cases)(
    '(%s) is an error of one line that names the file and quotes nothing of it',
    async (_, name, make) => {
      const good = await tokenKey();
      await readSecretKeys({ folder }, true);
      const content = make(good);
      await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

      const error = await readSecretKeys({ folder }, true).then(
        () => undefined,
        (reason: Error) => reason,
      );
      expect(error?.name).toBe('KeyFileError');
      expect(error?.message).toContain(join(folder, name));
      expect(error?.message).not.toMatch(/\n/);
      expect(error?.message).not.toContain(SECRET.slice(4, 12));
      expect(error?.message).not.toContain(good.jwk.d);
      expect(error?.cause).toBeUndefined();
    },
  );

  it('is left as it is', async () => {
    await readSecretKeys({ folder }, true);
    await writeFile(join(folder, 'field-keys.json'), '{"keys": []}');
    await expect(readSecretKeys({ folder }, true)).rejects.toThrow();
    expect(await json(join(folder, 'field-keys.json'))).toEqual({ keys: [] });
  });
});

describe('a sealed box', () => {
  const key = (kid: string, byte: number, retired = false) => ({ kid, key: Buffer.alloc(32, byte), retired });
  const box = new SealedBox([key('new', 1), key('old', 2)]);

  it('opens what it sealed, for the same place only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), fc.string(), (bytes, here, there) => {
        const plain = Buffer.from(bytes);
        const sealed = box.seal(plain, here);
        expect(box.open(sealed, here)).toEqual(plain);
        if (here !== there) expect(() => box.open(sealed, there)).toThrow('does not open');
      }),
    );
  });

  it('opens nothing that was changed, in any byte, or cut', () => {
    const sealed = box.seal(Buffer.from('06-1234-5678'), 'row');
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(() => box.open(changed, 'row')).toThrow();
      expect(() => box.open(sealed.subarray(0, at), 'row')).toThrow();
    }
    expect(() => box.open(Buffer.concat([sealed, Buffer.from([0])]), 'row')).toThrow();
  });

  it('has the form version, kid, nonce, ciphertext, tag, with a fresh nonce each time', () => {
    const [one, two] = [box.seal(Buffer.from('abc'), ''), box.seal(Buffer.from('abc'), '')];
    expect(one.subarray(0, 5)).toEqual(Buffer.from('\x01\x03new', 'latin1'));
    expect(one).toHaveLength(5 + 12 + 3 + 16);
    expect(one.equals(two)).toBe(false);
  });

  it('seals with the first key that is not retired and opens with all', () => {
    const before = new SealedBox([key('old', 2)]).seal(Buffer.from('v'), 'row');
    const rotated = new SealedBox([key('older', 3, true), key('new', 1), key('old', 2, true)]);
    expect(rotated.open(before, 'row').toString()).toBe('v');
    expect(rotated.seal(Buffer.from('v'), 'row').toString('latin1', 2, 5)).toBe('new');
    expect(() => new SealedBox([key('new', 1)]).open(before, 'row')).toThrow('a field key that is not here');
    expect(() => new SealedBox([key('old', 2, true)])).toThrow('no field key can seal');
  });
});

describe('a keyed reference', () => {
  const reference = new Reference(Buffer.alloc(32, 7));

  it('is stable, url-safe and unlike for another kind, value or key', () => {
    const number = '9900000000000000000001';
    const mine = reference.of('supply_point', number);
    expect(mine).toMatch(/^[\w-]{22}$/);
    expect(new Reference(Buffer.alloc(32, 7)).of('supply_point', number)).toBe(mine);
    expect(reference.of('sought', number)).not.toBe(mine);
    expect(reference.of('supply_point', '9900000000000000000002')).not.toBe(mine);
    expect(new Reference(Buffer.alloc(32, 8)).of('supply_point', number)).not.toBe(mine);
  });

  it('does not show its key when it is printed', () => {
    expect(JSON.stringify(reference)).toBe('{}');
  });
});
