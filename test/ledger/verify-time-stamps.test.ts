import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { certificatesInPem } from '../../src/ledger/verify/certificates.js';
import { DerError, membersOf, oidOf, readDer, timeOf } from '../../src/ledger/verify/der.js';
import { readTimeStamp, TokenError, type TimeStamp } from '../../src/ledger/verify/time-stamp-token.js';
import { ask, Folders } from './asking.js';
import { aRecord, checkpointOf, Signer, writeLog } from './own-log.js';
import { isOpensslMissing, OwnTsa, POLICY } from './own-tsa.js';

const folders = new Folders();
afterAll(() => folders.remove());

const trusting = (tsa: OwnTsa) => certificatesInPem(readFileSync(tsa.caFile, 'latin1'));
const read = (token: Buffer, tsa: OwnTsa): TimeStamp => readTimeStamp(token, trusting(tsa));
const aTsa = async (form?: Parameters<typeof OwnTsa.make>[1]): Promise<OwnTsa> =>
  OwnTsa.make(join(await folders.make(), 'tsa'), form);

describe('DER, read strictly', () => {
  const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

  it('takes one value and what is in it', () => {
    const [one, two] = membersOf(readDer(bytes('30 06 020101 020102')));
    expect([one?.content, two?.content]).toEqual([Buffer.of(1), Buffer.of(2)]);
    expect(oidOf(readDer(bytes('06 06 2a864886f70d')))).toBe('1.2.840.113549');
    expect(oidOf(readDer(bytes('06 03 550403')))).toBe('2.5.4.3');
    expect(timeOf(readDer(Buffer.from('\x17\x0d260901030000Z', 'latin1')))).toEqual(new Date('2026-09-01T03:00:00Z'));
    expect(timeOf(readDer(Buffer.from('\x18\x1120260901030000.5Z', 'latin1')))).toEqual(new Date('2026-09-01T03:00:00.5Z'));
  }); // prettier-ignore

  it.each([
    ['nothing', ''],
    ['bytes behind the end', '0201 01 00'],
    ['a value cut short', '0202 01'],
    ['an indefinite length', '3080 0000'],
    ['a length longer than need be', '028101 01'],
    ['a length with zeroes', `02820080${'00'.repeat(128)}`],
    ['a tag of several octets', '1f8101 00'],
  ])('refuses %s', (_what, hex) => {
    expect(() => readDer(bytes(hex))).toThrow(DerError);
  });

  it.each([
    '20260231030000Z',
    '202609010300Z',
    '20260901030000',
    '20260901030000.50Z',
    '20260901030000+0900',
  ])('refuses the time %s', (text) => {
    const der = Buffer.concat([Buffer.of(0x18, text.length), Buffer.from(text)]);
    expect(() => timeOf(readDer(der))).toThrow(DerError);
  });
});

((await isOpensslMissing()) ? describe.skip : describe)('verify --timestamp', () => {
  const log = new Signer('kashikagi.test/ledger');
  const entries = Array.from({ length: 20 }, () => aRecord().entry);
  const note = Buffer.from(checkpointOf(log, entries));
  let tsa: OwnTsa;
  let token: Buffer;
  beforeAll(async () => {
    tsa = await aTsa();
    token = await tsa.stamp(note);
  });

  it.each([
    ['RSA', {}],
    ['RSA and SHA-512', { digest: 'sha512' }],
    ['ECDSA', { key: 'ec' as const }],
    ['a CA below the root', { isBelowIntermediate: true }],
  ])('takes a token of openssl: %s', async (_what, form) => {
    const one = await aTsa(form);
    const stamp = read(await one.stamp(note), one);
    expect(stamp).toMatchObject({ policy: POLICY, signer: 'O=Test, CN=Test TSA' });
  });

  it('finds any bit of it changed, or it says the same', () => {
    const good = read(token, tsa);
    const said = new Map<string, number>();
    const statementOf = (bytes: Buffer): TimeStamp | 'found' => {
      try {
        return read(bytes, tsa);
      } catch (error) {
        if (error instanceof TokenError) return 'found';
        throw error;
      }
    };
    fc.assert(
      fc.property(fc.nat({ max: token.length * 8 - 1 }), (bit) => {
        const bad = Buffer.from(token);
        bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const outcome = statementOf(bad);
        const kind = outcome === 'found' ? 'found' : 'same';
        said.set(kind, (said.get(kind) ?? 0) + 1);
        if (outcome !== 'found') expect(outcome).toEqual(good);
      }),
      { numRuns: 3_000 },
    );
    // What is not under any signature: the status, unused certificates, the parameters of algorithms.
    expect(said.get('found') ?? 0).toBeGreaterThan(1_000);
    for (const bad of [Buffer.alloc(0), token.subarray(0, -1), Buffer.concat([token, Buffer.of(0)])]) {
      expect(statementOf(bad)).toBe('found');
    }
  });

  it('finds any bit of what was stamped, and of the time, the policy and the signature, changed', () => {
    const covered = [
      read(token, tsa).hash.value,
      Buffer.from(`${read(token, tsa).at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`),
      Buffer.from([0x2a, 3, 5, 1]),
      token.subarray(-200),
    ];
    for (const part of covered) {
      const at = token.indexOf(part);
      expect(at).toBeGreaterThan(0);
      for (let bit = 0; bit < part.length * 8; bit += 1) {
        const bad = Buffer.from(token);
        bad[at + (bit >> 3)]! ^= 1 << (bit & 7);
        expect(() => read(bad, tsa)).toThrow(TokenError);
      }
    }
  });

  it('refuses another CA, an ended certificate, one of another purpose, a refusal', async () => {
    const other = await aTsa();
    expect(() => read(token, other)).toThrow('no trusted certificate');
    const old = await aTsa({ end: '20210101000000Z' });
    const ofOld = await old.stamp(note);
    expect(() => read(ofOld, old)).toThrow('was not valid then');
    for (const purpose of ['', 'critical,serverAuth', 'timeStamping', 'critical,timeStamping,serverAuth']) {
      const bad = await aTsa({ purpose });
      const signed = await bad.signAgain(token);
      expect(() => read(signed, bad)).toThrow('not for time-stamping alone');
    }
    // The control: signed in the same way, with the right purpose.
    const again = await aTsa();
    const later = await tsa.stamp(note);
    expect(read(await again.signAgain(later), again).hash).toEqual(read(token, tsa).hash);
    expect(() => read(Buffer.of(0x30, 5, 0x30, 3, 2, 1, 2), tsa)).toThrow('no stamp was granted');
  });

  async function stampedLog(): Promise<{ folder: string; stamp: string }> {
    const folder = await folders.make();
    await writeLog(folder, log, entries);
    const stamp = join(folder, 'checkpoint.tsr');
    await writeFile(stamp, token);
    return { folder, stamp };
  }

  it('says when the checkpoint existed, with the witnesses’ lines under it or without', async () => {
    const { folder, stamp } = await stampedLog();
    const words = [folder, '--key', log.vkey, '--timestamp', stamp, '--tsa-ca', tsa.caFile];
    const at = read(token, tsa).at.toISOString();
    for (const lines of ['', new Signer('w.test/w', 4).cosignature(`${String(note).split('\n\n')[0]}\n`, 1_790_000_000)]) {
      await writeFile(join(folder, 'checkpoint'), Buffer.concat([note, Buffer.from(lines)]));
      const { code, out } = await ask(...words);
      expect(out).toContain(`✓ this checkpoint existed at ${at} (time-stamp ${stamp}, O=Test, CN=Test TSA, policy ${POLICY})`);
      expect(out).toContain('– whether certificates of the time-stamps were revoked');
      expect(code).toBe(0);
    }
    expect((await ask(folder, '--key', log.vkey)).out).toContain('– time-stamps (RFC 3161: --timestamp and --tsa-ca)');
  }); // prettier-ignore

  it('takes stamps of older checkpoints beside their files, and none of what was not given', async () => {
    const { folder, stamp } = await stampedLog();
    const older = join(folder, 'older');
    const olderNote = checkpointOf(log, entries.slice(0, 7));
    await writeFile(older, olderNote);
    const olderStamp = join(folder, 'older.tsr');
    await writeFile(olderStamp, await tsa.stamp(Buffer.from(olderNote)));
    const words = [folder, '--key', log.vkey, '--tsa-ca', tsa.caFile, '--timestamp', olderStamp];
    const { code, out } = await ask(...words, '--timestamp', stamp, '--from', older);
    expect(out).toContain(`✓ the older checkpoint (${older}, 7 entries) existed at `);
    expect(out).toContain('✓ this checkpoint existed at ');
    expect(code).toBe(0);
    const without = await ask(...words);
    expect(without.out).toContain('✗ the time-stamp is over none of the checkpoints');
    expect(without.code).toBe(3);
    // All rebuilt and signed again with the log's own key: the stamp is of another text.
    await writeLog(folder, log, ['forged', ...entries.slice(1)]);
    expect(await ask(folder, '--key', log.vkey, '--tsa-ca', tsa.caFile, '--timestamp', stamp)).toMatchObject({ code: 3 });
  }); // prettier-ignore

  it('is 3 for a stamp that does not hold, and 2 for a question that cannot be answered', async () => {
    const { folder, stamp } = await stampedLog();
    const other = await aTsa();
    const words = [folder, '--key', log.vkey, '--timestamp', stamp];
    const wrong = await ask(...words, '--tsa-ca', other.caFile);
    expect(wrong.out).toContain('✗ the time-stamp (RFC 3161) does not hold');
    expect(wrong.code).toBe(3);
    expect(await ask(...words)).toMatchObject({ code: 2 });
    expect(await ask(...words, '--tsa-ca', stamp)).toMatchObject({ code: 2 });
    expect(await ask(...words, '--tsa-ca', join(folder, 'none'))).toMatchObject({ code: 2 });
    expect(await ask(folder, '--timestamp', join(folder, 'none'), '--tsa-ca', tsa.caFile)).toMatchObject({ code: 2 });
  }); // prettier-ignore
});
