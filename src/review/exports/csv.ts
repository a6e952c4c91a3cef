import { COLUMNS, type Cell } from './columns.js';
import type { Rows } from './export-row.js';

const BOM = '\ufeff';

/** CSV of RFC 4180 for a spreadsheet in Japan: UTF-8 with BOM, CRLF. */
export async function* csvOf(rows: Rows): AsyncGenerator<string> {
  yield `${BOM}${csvLine(COLUMNS.map(([heading]) => heading))}`;
  for await (const row of rows) yield csvLine(COLUMNS.map(([, cell]) => cell(row)));
}

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(field).join(',')}\r\n`;
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers are numbers. */
function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
