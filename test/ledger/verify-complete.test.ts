import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, Folders } from './asking.js';
import { aRecord, leafOf, lineOf, Signer, writeLog, type OwnRecord } from './own-log.js';

const folders = new Folders();
const signer = new Signer('kashikagi.test/ledger');
afterAll(() => folders.remove());

const at = (time: string, more: Record<string, unknown> = {}): OwnRecord => aRecord({ at: time, ...more });

/** Ten of October 2026, ten of November, ten of December; what comes after stands behind them. */
const OLD = ['2026-10-20', '2026-11-20', '2026-12-20'].flatMap((day) =>
  Array.from({ length: 10 }, () => at(`${day}T03:00:00.000Z`)),
);

/** The record of a purge of these positions; of the leaf that stands at the first of them, unless another is named. */
function purge(month: string, ranges: unknown, time = '2032-01-10T00:00:00.000Z', leaf?: string): OwnRecord {
  const first = Array.isArray(ranges) ? (ranges as number[][])[0]?.[0] : 0;
  const firstLeaf = leaf ?? leafOf(OLD[first ?? 0]?.entry ?? YOUNG.entry).toString('base64');
  return at(time, {
    type: 'records.purged',
    details: { purge: 'pu_1', month, ranges, first_leaf: firstLeaf },
  });
}
/** The second of those that are young; position 31 where it is used. */
const YOUNG = at('2032-01-01T00:00:00.000Z');

/** A ledger of these, and a file of all of them but those of `gone`. */
async function asked(
  records: OwnRecord[],
  gone: (index: number) => boolean,
  ...words: string[]
): Promise<{ code: number; out: string; err: string }> {
  const folder = await folders.make();
  await writeLog(folder, signer, records.map(({ entry }) => entry)); // prettier-ignore
  const lines = records.map((record, index) => lineOf(index, record)).filter((_, index) => !gone(index));
  await writeFile(join(folder, 'records.jsonl'), lines.join('\n'));
  const file = join(folder, 'records.jsonl');
  return ask(folder, '--key', signer.vkey, '--records', file, ...(words.length > 0 ? words : ['--complete']));
}

const november = (index: number): boolean => index >= 10 && index < 20;
const nothing = (): boolean => false;

describe('verify, of a package that claims to show every record', () => {
  it('passes when every payload is there', async () => {
    const { code, out } = await asked(OLD, nothing);
    expect(code).toBe(0);
    expect(out).toContain('✓ no payload is missing, but for 0 that were purged on record');
  });

  it('calls a payload that is missing within the retention tampered with', async () => {
    const { code, out } = await asked(OLD, (index) => index === 14);
    expect(code).toBe(3);
    expect(out).toContain('✗ the record’s payload is missing, and no record of a purge names it');
    expect(out).toContain('no. 14');
    expect(out).not.toContain('no payload is missing');
  });

  it('says nothing against the same extract when it claims nothing', async () => {
    const { code, out } = await asked(OLD, (index) => index === 14, '--lang', 'en');
    expect(code).toBe(0);
    expect(out).toContain('– payloads of 1 entries not shown');
  });

  it('takes it for purged when a record of a purge names it', async () => {
    const { code, out } = await asked([...OLD, purge('2026-11', [[10, 19]])], november);
    expect(out).toContain('✓ no payload is missing, but for 10 that were purged on record');
    expect(out).toContain('– payloads of 10 entries that were purged');
    expect(code).toBe(0);
  });

  it('takes no more than what is named, to the position', async () => {
    const { code, out } = await asked([...OLD, purge('2026-11', [[10, 13], [15, 19]])], november); // prettier-ignore
    expect(code).toBe(3);
    expect(out).toContain('no. 14');
    expect(out).not.toContain('no. 13\n');
  });

  it.each<[string, OwnRecord[], (index: number) => boolean, string]>([
    ['is not shown itself', [...OLD, purge('2026-11', [[10, 19]])], (n) => november(n) || n === 30, 'no record of a purge names it'],
    ['comes within five years', [...OLD, purge('2026-11', [[10, 19]], '2031-11-30T14:59:59.999Z')], november, 'purged within the retention of five years'],
    ['names a month before these positions', [...OLD, purge('2026-09', [[10, 19]])], november, 'are not of its month'],
    ['names a month after these positions', [...OLD, purge('2027-01', [[10, 19]], '2032-02-10T00:00:00.000Z')], november, 'are not of its month'],
    ['names an old month for the newest records', [...OLD, at('2031-12-30T00:00:00.000Z'), YOUNG, at('2032-01-02T00:00:00.000Z'), purge('2026-12', [[31, 31]])], (n) => n === 31, 'are not of its month'],
    ['names another leaf for them', [...OLD, purge('2026-11', [[10, 19]], undefined, leafOf(OLD[9]?.entry ?? '').toString('base64'))], november, 'no record of a purge names it'],
    ['names a leaf that is not there', [...OLD, purge('2026-11', [[10, 19]], undefined, leafOf('').toString('base64'))], november, 'are not of its month'],
    ['names positions behind itself', [...OLD, purge('2026-11', [[10, 40]])], november, 'are not of its month'],
    ['names ranges backwards', [...OLD, purge('2026-11', [[19, 10]])], november, 'malformed'],
    ['names ranges that are none', [...OLD, purge('2026-11', 'all')], november, 'malformed'],
    ['names no month', [...OLD, purge('2026-13', [[10, 19]])], november, 'malformed'],
    ['is a record of another type', [...OLD, at('2032-01-10T00:00:00.000Z', { type: 'change.confirmed', details: { month: '2026-11', ranges: [[10, 19]] } })], november, 'no record of a purge names it'],
  ])('does not take it for purged when the record of the purge %s', async (_what, records, gone, why) => {
    const { code, out } = await asked(records, gone);
    expect(out).toContain(why);
    expect(code).toBe(3);
  }); // prettier-ignore

  it('takes the last instant of the retention for the first of a purge', async () => {
    const ended = purge('2026-11', [[10, 19]], '2031-11-30T15:00:00.000Z');
    expect(await asked([...OLD, ended], november)).toMatchObject({ code: 0 });
  });

  it('finds them again in a log that follows another, where all have moved on by one', async () => {
    const following = [
      at('2032-03-01T00:00:00.000Z', { type: 'log.begun' }),
      ...OLD,
      purge('2026-11', [[10, 19]]),
    ];
    expect(await asked(following, (index) => november(index - 1))).toMatchObject({ code: 0 });
    expect(await asked(following, november)).toMatchObject({ code: 3 });
  });

  it('does not believe a record of a purge whose payload was made up', async () => {
    const true_ = [...OLD, purge('2026-11', [[10, 10]])];
    const folder = await folders.make();
    await writeLog(folder, signer, true_.map(({ entry }) => entry)); // prettier-ignore
    const lines = true_
      .map((record, index) => lineOf(index, record).replace('[[10,10]]', '[[10,19]]'))
      .filter((_, index) => !november(index));
    const file = join(folder, 'records.jsonl');
    await writeFile(file, lines.join('\n'));
    const { code, out } = await ask(folder, '--key', signer.vkey, '--records', file, '--complete');
    expect(code).toBe(3);
    expect(out).toContain('payload does not open its entry');
    expect(out).toMatch(/no record of a purge names it[^\n]*: no\. 14$/m);
  });

  it('wants to know which records are complete', async () => {
    expect(await ask('/nowhere', '--complete')).toMatchObject({ code: 2 });
  });
});
