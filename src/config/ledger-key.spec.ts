import { createPublicKey } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLedgerKey } from './ledger-key.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kashikagi-ledger-key-'));
  file = join(folder, 'ledger-key.json');
});
afterEach(() => rm(folder, { recursive: true }));

describe('the ledger key', () => {
  it('is made once, for nobody else to read, and is the same ever after', async () => {
    const publicKey = async (mayCreate: boolean): Promise<unknown> =>
      createPublicKey(await readLedgerKey({ folder }, mayCreate)).export({ format: 'jwk' });
    const made = await publicKey(true);
    expect(made).toMatchObject({ kty: 'OKP', crv: 'Ed25519' });
    expect([await publicKey(true), await publicKey(false)]).toEqual([made, made]);
    expect((await stat(file)).mode & 0o077).toBe(0);
    await chmod(file, 0o640);
    await expect(readLedgerKey({ folder }, true)).rejects.toThrow('others may read it');
  });

  it('is never made where it must have been, nor in a file that is supplied', async () => {
    await expect(readLedgerKey({ folder }, false)).rejects.toThrow(/ledger-key\.json: is missing/);
    const supplied = { folder, ledgerKeyFile: join(folder, 'supplied.json') };
    await expect(readLedgerKey(supplied, true)).rejects.toThrow(/supplied\.json: is missing/);
    await readLedgerKey({ folder }, true);
    await writeFile(supplied.ledgerKeyFile, await readFile(file));
    const [own, other] = [await readLedgerKey({ folder }, false), await readLedgerKey(supplied, false)];
    expect(other.equals(own)).toBe(true);
  });

  it.each([
    ['no object', 'null', /has no Ed25519 private key/],
    ['no key', '{}', /has no Ed25519 private key/],
    ['two halves that do not belong together', '', /has no Ed25519 private key/],
  ])('is refused when the file holds %s, without a word of what it holds', async (_what, text, why) => {
    await readLedgerKey({ folder }, true);
    const { jwk } = JSON.parse(await readFile(file, 'utf8')) as { jwk: { x: string; d: string } };
    const halves = JSON.stringify({ jwk: { kty: 'OKP', crv: 'Ed25519', x: jwk.d, d: jwk.d } });
    await writeFile(file, text === '' ? halves : text);
    const error = await readLedgerKey({ folder }, false).catch((one: unknown) => String(one));
    expect(error).toMatch(why);
    expect(error).not.toContain(jwk.d);
  });
});
