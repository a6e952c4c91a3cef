import { PassThrough } from 'node:stream';
import { ZipFile } from 'yazl';
import { COLUMNS, type Cell } from './columns.js';
import type { Rows } from './export-row.js';
import { feed, fed } from './fed.js';

/** Excel's own limit is 1,048,576 with the heading. */
const ROWS_A_SHEET = 1_000_000;
/** Excel takes no more in a cell, and calls a file with more damaged. */
const LONGEST_CELL = 32_767;
const CUT = '…（長いため省略。全文は jsonl か csv に）';

/** The first moment that a zip can say, by its parts: the same in every time zone. */
const OPTIONS = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true };
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** A workbook (SpreadsheetML, ISO/IEC 29500): plain texts and numbers, no formula, no style. */
export function xlsxOf(rows: Rows, rowsASheet = ROWS_A_SHEET): AsyncIterable<Buffer> {
  const zip = new ZipFile();
  const out = zip.outputStream as PassThrough;
  // yazl tells of its own troubles apart from its stream.
  zip.on('error', (error: Error) => out.destroy(error));
  return fed(out, (stopped) => fill(zip, { rows, rowsASheet }, stopped));
}

async function fill(
  zip: ZipFile,
  { rows, rowsASheet }: { rows: Rows; rowsASheet: number },
  stopped: AbortSignal,
): Promise<void> {
  let sheets = 0;
  let inSheet = 0;
  const begin = async (): Promise<PassThrough> => {
    sheets += 1;
    inSheet = 0;
    const sheet = new PassThrough();
    zip.addReadStreamLazy(`xl/worksheets/sheet${sheets}.xml`, OPTIONS, (give) => give(null, sheet));
    await feed(sheet, `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>`, stopped);
    await feed(
      sheet,
      xmlRow(
        COLUMNS.map(([heading]) => heading),
        1,
      ),
      stopped,
    );
    return sheet;
  };
  const end = (sheet: PassThrough): void => void sheet.end('</sheetData></worksheet>');
  let sheet = await begin();
  for await (const row of rows) {
    if (inSheet === rowsASheet) {
      end(sheet);
      sheet = await begin();
    }
    inSheet += 1;
    await feed(
      sheet,
      xmlRow(
        COLUMNS.map(([, cell]) => cell(row)),
        inSheet + 1,
      ),
      stopped,
    );
  }
  end(sheet);
  for (const [path, text] of workbook(sheets)) zip.addBuffer(Buffer.from(HEAD + text), path, OPTIONS);
  zip.end();
}

/** The letters of the columns; there are fewer than 26. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** `number` from 1. */
function xmlRow(cells: readonly Cell[], number: number): string {
  const written = cells.map((cell, n) => xmlCell(cell, `${LETTERS[n] ?? ''}${number}`));
  return `<row r="${number}">${written.join('')}</row>`;
}

function xmlCell(cell: Cell, place: string): string {
  if (cell === null || cell === '') return '';
  if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`;
  const text = cell.length > LONGEST_CELL ? `${cell.slice(0, LONGEST_CELL - CUT.length)}${CUT}` : cell;
  return `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`;
}

/** What XML 1.0 cannot hold at all (control characters, halves of a surrogate pair) is shown as unreadable. */
function xmlText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function workbook(sheets: number): [path: string, text: string][] {
  const each = (of: (n: number) => string): string =>
    Array.from({ length: sheets }, (_, n) => of(n + 1)).join('');
  return [
    [
      '[Content_Types].xml',
      `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/>${each((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPE}.worksheet+xml"/>`)}</Types>`,
    ],
    [
      '_rels/.rels',
      `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      'xl/workbook.xml',
      `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${each((n) => `<sheet name="記録${n}" sheetId="${n}" r:id="rId${n}"/>`)}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="${RELATIONS}">${each((n) => `<Relationship Id="rId${n}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}</Relationships>`,
    ],
  ];
}
