import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Certificate } from 'pkijs';
import { readFileSync } from 'node:fs';
import { readStamp, type Stamp } from '../../src/ledger/outside/time-stamp-reply.js';
import { askForStamp, type AskedStamp } from '../../src/ledger/outside/time-stamp-request.js';
import { isStampDue } from '../../src/ledger/outside/time-stamper.js';
import { Folders } from './asking.js';
import { isOpensslMissing, openssl, OTHER_POLICY, OwnTsa, POLICY } from './own-tsa.js';

const folders = new Folders();
afterAll(() => folders.remove());

const stamped = Buffer.from('kashikagi.test/ledger\n5\nAAAA\n\n— kashikagi.test/ledger AAAA\n');
const trustedBy = (tsa: OwnTsa): Certificate[] => {
  const [, body = ''] = /-----BEGIN CERTIFICATE-----([^-]+)/.exec(readFileSync(tsa.caFile, 'latin1')) ?? [];
  return [Certificate.fromBER(new Uint8Array(Buffer.from(body, 'base64')))];
};
const read = (reply: Buffer, asked: AskedStamp, tsa: OwnTsa): Promise<Stamp> =>
  readStamp(reply, { asked, stamped, trusted: trustedBy(tsa) });

/** The query with some of its bytes changed, as a cheating authority would take it. */
function changed(asked: AskedStamp, part: Buffer, into: Buffer): Buffer {
  const at = asked.der.indexOf(part);
  if (at < 0) throw new Error('not in the query');
  return Buffer.concat([asked.der.subarray(0, at), into, asked.der.subarray(at + part.length)]);
}
const flipped = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, -1), Buffer.of((bytes.at(-1) ?? 0) ^ 1)]);

((await isOpensslMissing()) ? describe.skip : describe)('a time-stamp by openssl', () => {
  let tsa: OwnTsa;
  beforeAll(async () => {
    tsa = await OwnTsa.make(join(await folders.make(), 'tsa'));
  });

  it('is asked for as openssl reads it: SHA-256 of these bytes, nonce, policy, certificates wanted', async () => {
    const asked = askForStamp(stamped, POLICY);
    await writeFile(join(tsa.folder, 'asked.tsq'), asked.der);
    const { out } = await openssl(tsa.folder, 'ts', '-query', '-in', 'asked.tsq', '-text');
    expect(out).toContain('Hash Algorithm: sha256');
    expect(out).toContain(`Policy OID: ${POLICY}`);
    expect(out).toContain('Certificate required: yes');
    expect(out.replace(/\s/g, '').toLowerCase()).toContain(`nonce:0x${asked.nonce.toString('hex')}`);
    expect(askForStamp(stamped, POLICY).nonce).not.toEqual(asked.nonce);
  });

  it.each([
    ['RSA', {}],
    ['RSA and SHA-512', { digest: 'sha512' }],
    ['ECDSA', { key: 'ec' as const }],
    ['a CA below the root', { isBelowIntermediate: true }],
  ])('is taken: %s; and openssl takes what was kept', async (_what, form) => {
    const one = await OwnTsa.make(join(await folders.make(), 'tsa'), form);
    const asked = askForStamp(stamped, POLICY);
    const reply = await one.reply(asked.der);
    const stamp = await read(reply, asked, one);
    expect(stamp.policy).toBe(POLICY);
    const { out } = await openssl(one.folder, 'ts', '-reply', '-in', '1.tsr', '-text');
    expect(new Date(/Time stamp: (.+)/.exec(out)?.[1] ?? '').getTime()).toBe(stamp.at.getTime());
    expect(await one.verify(reply, stamped)).toMatchObject({ code: 0 });
    expect(await one.verify(reply, Buffer.from('else'))).toMatchObject({ code: 1 });
  });

  it('is refused: over something else, to another request, by another policy', async () => {
    const asked = askForStamp(stamped, POLICY);
    const otherImprint = changed(asked, asked.imprint, flipped(asked.imprint));
    await expect(read(await tsa.reply(otherImprint), asked, tsa)).rejects.toThrow(
      'has stamped something else',
    );
    const otherNonce = changed(asked, asked.nonce, flipped(asked.nonce));
    await expect(read(await tsa.reply(otherNonce), asked, tsa)).rejects.toThrow('another request (nonce)');
    const der = (oid: string): Buffer => Buffer.from([0x2a, 3, 5, Number(oid.at(-1))]);
    const otherPolicy = changed(asked, der(POLICY), der(OTHER_POLICY));
    await expect(read(await tsa.reply(otherPolicy), asked, tsa)).rejects.toThrow(
      'another policy (1.2.3.5.2)',
    );
    // The control: what was asked, answered.
    await expect(read(await tsa.reply(asked.der), asked, tsa)).resolves.toMatchObject({ policy: POLICY });
    // Bytes that were not asked about, with everything else right.
    const [reply, else_] = [await tsa.reply(asked.der), Buffer.from('else')];
    await expect(readStamp(reply, { asked, stamped: else_, trusted: trustedBy(tsa) })).rejects.toThrow();
  });

  it('is refused: no stamp, but a status', async () => {
    const asked = askForStamp(stamped, '1.2.3.5.9');
    await expect(read(await tsa.reply(asked.der), asked, tsa)).rejects.toThrow(
      'refuses the stamp (status 2)',
    );
  });

  it('is refused: of a CA that is not trusted', async () => {
    const other = await OwnTsa.make(join(await folders.make(), 'tsa'));
    const asked = askForStamp(stamped, POLICY);
    await expect(read(await other.reply(asked.der), asked, tsa)).rejects.toThrow(
      'no certificate that is trusted',
    );
  });

  it.each([
    ['none', ''],
    ['another', 'critical,serverAuth'],
    ['not critical', 'timeStamping'],
    ['and another', 'critical,timeStamping,serverAuth'],
  ])('is refused: the purpose of its certificate is %s', async (_what, purpose) => {
    const bad = await OwnTsa.make(join(await folders.make(), 'tsa'), { purpose });
    const asked = askForStamp(stamped, POLICY);
    const reply = await bad.signAgain(await tsa.reply(asked.der));
    await expect(read(reply, asked, bad)).rejects.toThrow('not for time-stamping alone');
  });

  it('is taken when signed so with a certificate of the right purpose: the control', async () => {
    const good = await OwnTsa.make(join(await folders.make(), 'tsa'));
    const asked = askForStamp(stamped, POLICY);
    const reply = await good.signAgain(await tsa.reply(asked.der));
    await expect(read(reply, asked, good)).resolves.toMatchObject({ policy: POLICY });
  });

  it('is refused: its certificate had ended by then, or had not begun', async () => {
    for (const days of [{ end: '20210101000000Z' }, { start: '20900101000000Z' }]) {
      const old = await OwnTsa.make(join(await folders.make(), 'tsa'), days);
      const asked = askForStamp(stamped, POLICY);
      await expect(read(await old.reply(asked.der), asked, old)).rejects.toThrow('was valid then');
    }
  });

  it('is refused with any byte of it changed, or says the same', async () => {
    const asked = askForStamp(stamped, POLICY);
    const reply = await tsa.reply(asked.der);
    const good = await read(reply, asked, tsa);
    let refused = 0;
    for (let at = 0; at < reply.length; at += 7) {
      const bad = Buffer.from(reply);
      bad[at] = (bad[at] ?? 0) ^ (1 << (at % 8));
      const outcome = await read(bad, asked, tsa).catch((error: Error) => error.constructor.name);
      if (outcome === 'OutsideError') refused += 1;
      else expect([at, outcome]).toEqual([at, good]);
    }
    expect(refused).toBeGreaterThan(reply.length / 7 / 4);
    for (const bad of [Buffer.alloc(0), Buffer.from('<html>'), reply.subarray(0, -1), Buffer.concat([reply, Buffer.of(0)])]) {
      await expect(read(bad, asked, tsa)).rejects.toThrow('that cannot be read');
    }
  }); // prettier-ignore
});

describe('a time-stamp is due', () => {
  const now = new Date('2026-09-01T03:00:00Z');
  const ago = (ms: number): Date => new Date(now.getTime() - ms);
  it.each([
    ['at first', { lastSize: undefined, lastAt: undefined, isWanted: false }, 5, true],
    ['not of nothing', { lastSize: undefined, lastAt: undefined, isWanted: true }, 0, false],
    ['not within the hour', { lastSize: 4, lastAt: ago(3_599_999), isWanted: false }, 5, false],
    ['when the hour is over', { lastSize: 4, lastAt: ago(3_600_000), isWanted: false }, 5, true],
    ['not of what is stamped', { lastSize: 5, lastAt: ago(9_999_999), isWanted: false }, 5, false],
    ['soon after a lift', { lastSize: 4, lastAt: ago(1), isWanted: true }, 5, true],
  ])('%s', (_when, facts, size, isDue) => {
    expect(isStampDue({ ...facts, now }, size)).toBe(isDue);
  });
});
