import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Folders, ask } from './asking.js';
import { aRecord, lineOf, Signer, writeLog, type OwnRecord } from './own-log.js';

const folders = new Folders();
const signer = new Signer('kashikagi.test/ledger');
/** Three grants in turn, each numbering its uses. */
const records = Array.from({ length: 300 }, (_, n) =>
  aRecord({ grantId: `gr_${n % 3}`, useNo: Math.floor(n / 3) + 1, details: { purpose: '停電受付' } }),
);
const lines = records.map((record, index) => lineOf(index, record));
let folder: string;

beforeAll(async () => {
  folder = await folders.make();
  await writeLog(
    folder,
    signer,
    records.map(({ entry }) => entry),
  );
});
afterAll(() => folders.remove());

async function asked(shown: string[], place = folder): Promise<{ code: number; out: string }> {
  const file = join(await folders.make(), 'records.jsonl');
  await writeFile(file, `${shown.join('\n')}\n`);
  return ask(place, '--key', signer.vkey, '--records', file);
}

/** A log of these records, and all of them shown. */
async function askedOfAll(all: OwnRecord[]): Promise<{ code: number; out: string }> {
  const place = await folders.make();
  await writeLog(
    place,
    signer,
    all.map(({ entry }) => entry),
  );
  return asked(
    all.map((record, index) => lineOf(index, record)),
    place,
  );
}

const changed = (
  index: number,
  change: (line: Record<string, unknown>) => Record<string, unknown>,
): string[] => lines.map((line, n) => (n === index ? JSON.stringify(change(JSON.parse(line))) : line));

describe('verify, with records', () => {
  it('opens every entry, and finds the use numbers of each grant without gaps', async () => {
    const { code, out } = await asked(lines);
    expect(code).toBe(0);
    expect(out).toContain('✓ 300 of 300 records open their entries');
    expect(out).toContain('✓ use numbers of 3 grants have no gap up to the last one shown');
    expect(out).not.toContain('entries not shown');
  });

  it('opens an extract in any order, and says how much was not shown', async () => {
    const extract = lines.filter((_, n) => n % 3 === 1).reverse();
    const { code, out } = await asked(extract);
    expect(code).toBe(0);
    expect(out).toContain('✓ 100 of 100 records open their entries');
    expect(out).toContain('– payloads of 200 entries not shown');
    expect(out).toContain('✓ use numbers of 1 grants have no gap');
  });

  it('says of gaps in an extract that they may only not have been asked for', async () => {
    const { code, out } = await asked(lines.slice(30));
    expect(code).toBe(0);
    expect(out).toContain('– gaps in the use numbers of 3 grants');
  });

  it.each<[string, (line: Record<string, unknown>) => Record<string, unknown>, string]>([
    [
      'a payload with one letter changed',
      (line) => ({ ...line, payload: String(line['payload']).replace('停電受付', '停電受附') }),
      '✗ the record’s payload does not open its entry: no. 77',
    ],
    [
      'a salt of another record',
      (line) => ({ ...line, salt: Buffer.alloc(32).toString('base64') }),
      '✗ the record’s payload does not open its entry: no. 77',
    ],
    [
      'another record’s place',
      (line) => ({ ...line, index: 78 }),
      '✗ two records for one place: no. 78',
    ],
    ['a place beyond the log', (line) => ({ ...line, index: 300 }), '✗ a record for a place beyond the log'],
    ['another id', (line) => ({ ...line, id: 'rec_x' }), '✗ the line and its payload are of different records'],
    ['a payload taken away', (line) => ({ ...line, payload: null }), 'line 78: payload'],
    ['no salt', ({ salt: _salt, ...line }) => line, 'line 78: salt'],
  ])('finds %s', async (_what, change, said) => {
    const { code, out } = await asked(changed(77, change));
    expect(code).toBe(3);
    expect(out).toContain(said);
  }); // prettier-ignore

  it('finds a line that is no JSON', async () => {
    expect(await asked(['{'])).toMatchObject({ code: 3 });
  });

  it('finds a use that was left out of a ledger of which everything is shown', async () => {
    const { code, out } = await askedOfAll(records.filter((_, n) => n !== 100));
    expect(code).toBe(3);
    expect(out).toContain('✗ use numbers are missing: gr_1: 99 / 100');
  });

  it('finds a use number that was given twice', async () => {
    const { code, out } = await askedOfAll([...records, aRecord({ grantId: 'gr_2', useNo: 5 })]);
    expect(code).toBe(3);
    expect(out).toContain('✗ a use number was given twice: gr_2');
  });
});
