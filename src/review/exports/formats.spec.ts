import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import readSheets from 'read-excel-file/node';
import { csvLine } from './csv.js';
import type { ExportRow } from './export-row.js';
import { ExportSlots, sendingMs } from './export-slots.js';
import { Spool } from './spool.js';
import { xlsxOf } from './xlsx.js';

const aRow = (position: number, details: Record<string, unknown> = {}): ExportRow => ({
  position,
  payload: '',
  salt: Buffer.alloc(32),
  record: {
    id: `rc_${position}`,
    at: new Date(0),
    type: 'use.lookup',
    decision: 'permit',
    code: null,
    isDrill: false,
    personId: null,
    organizationId: null,
    declarationId: null,
    grantId: null,
    useNo: null,
    supplyPointRef: null,
    details,
    hasSealed: false,
  },
});

describe('a line of CSV', () => {
  it('quotes what has to be, and doubles the quotes', () => {
    expect(csvLine(['a', 1, null, 'b,c', 'd"e', 'f\r\ng'])).toBe('a,1,,"b,c","d""e","f\r\ng"\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@a', '\tx', '\rx'])('takes %j for no formula', (text) => {
    expect(csvLine([text]).replace(/^"/, '')).toMatch(/^'/);
    expect(csvLine([`a${text}`])).not.toContain("'");
  });

  it('leaves numbers numbers, also below zero', () => {
    expect(csvLine([-5])).toBe('-5\r\n');
  });
});

describe('a workbook', () => {
  const sheets = async (rows: ExportRow[], a: number) =>
    readSheets(await buffer(Readable.from(xlsxOf(Readable.from(rows), a))));

  it('goes on in another sheet where one is full', async () => {
    const read = await sheets(
      [0, 1, 2, 3, 4].map((n) => aRow(n)),
      2,
    );
    expect(read.map(({ sheet, data }) => [sheet, data.slice(1).map(([position]) => position)])).toEqual([
      ['記録1', [0, 1]],
      ['記録2', [2, 3]],
      ['記録3', [4]],
    ]);
  });

  it('cuts a text that Excel would not open, and says so; marks up and broken characters do no harm', async () => {
    const [sheet] = await sheets(
      [aRow(0, { text: 'x'.repeat(40_000) }), aRow(1, { text: '<&>\u0001\ud800' })],
      9,
    );
    const cells = sheet?.data.slice(1).map((row) => String(row[13])) ?? [];
    expect(cells[0]).toHaveLength(32_767);
    expect(cells[0]).toMatch(/省略。全文は jsonl か csv に）$/);
    expect(JSON.parse(cells[1] ?? '')).toEqual({ text: '<&>\u0001\ud800' });
  });

  it('lets go of its rows when its reader gives up', async () => {
    let isOpen = true;
    async function* endless(): AsyncGenerator<ExportRow> {
      try {
        for (let n = 0; ; n += 1) yield await Promise.resolve(aRow(n, { text: Math.sin(n) }));
      } finally {
        isOpen = false;
      }
    }
    let read = 0;
    for await (const chunk of xlsxOf(endless())) {
      read += chunk.length;
      if (read > 100_000) break;
    }
    expect(isOpen).toBe(false);
  });
});

describe('the file on the disk', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kashikagi-spool-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has no name, and gives back what was written', async () => {
    const spool = await Spool.open(folder, 10_000_000);
    const text = 'あ'.repeat(500_000);
    await spool.writeAll(Readable.from([text, 'end']));
    expect(await readdir(folder)).toEqual([]);
    expect((await spool.seal()).length).toBe(32);
    let gone = 0;
    const read = await buffer(spool.read(() => (gone += 1)));
    expect(read.toString()).toBe(`${text}end`);
    expect(gone).toBeGreaterThan(0);
  });

  it('is given up for a reader who does not read it in time, and only then', async () => {
    const gone: string[] = [];
    const sent = async (name: string, withinMs: number): Promise<Readable> => {
      const spool = await Spool.open(folder, 10_000_000);
      await spool.write(name);
      await spool.seal();
      return spool.read(() => gone.push(name), withinMs);
    };
    const patient = await sent('patient', sendingMs(1));
    await once(await sent('stalled', 0), 'close');
    expect(gone).not.toContain('patient');
    expect((await buffer(patient)).toString()).toBe('patient');
    expect([...new Set(gone)].sort()).toEqual(['patient', 'stalled']);
  });

  it('has ten minutes to be sent, and a second for each 32 KiB', () => {
    expect(sendingMs(0)).toBe(600_000);
    expect(sendingMs(60 * 32 * 1024)).toBe(660_000);
  });

  it('takes no more than it may', async () => {
    const spool = await Spool.open(folder, 10);
    await spool.write('123456789');
    await expect(spool.write('01')).rejects.toMatchObject({ code: 'export_too_large' });
    await spool.close();
  });
});

describe('the places', () => {
  it('are two to write in, and one of each person until the file is sent, given back once', () => {
    const slots = new ExportSlots();
    const first = slots.take('a');
    expect(() => slots.take('a')).toThrow('export_under_way');
    const second = slots.take('b');
    expect(() => slots.take('c')).toThrow('exports_busy');
    first.isWritten();
    second.isWritten();
    slots.take('c');
    expect(() => slots.take('a')).toThrow('export_under_way');
    first.giveBack();
    slots.take('a');
    expect(() => slots.take('d')).toThrow('exports_busy');
    // What is said of the place before says nothing of this one.
    first.isWritten();
    first.giveBack();
    expect(() => slots.take('a')).toThrow('export_under_way');
    expect(() => slots.take('d')).toThrow('exports_busy');
  });
});
