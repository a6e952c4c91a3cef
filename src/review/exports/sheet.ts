import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { LongWork } from '../long-work.js';

/** BIZ UDGothic, embedded as the subset that is used: the same on every machine, and its text can be copied out. */
const { resolve } = createRequire(import.meta.url);
const REGULAR = '@expo-google-fonts/biz-udgothic/400Regular/BIZUDGothic_400Regular.ttf';
const BOLD = '@expo-google-fonts/biz-udgothic/700Bold/BIZUDGothic_700Bold.ttf';

const MARGIN = 48;
const HEAD_HEIGHT = 30;
const FOOT_HEIGHT = 24;
const INK = '#1a1a1a';
const FAINT = '#666666';
const LINE = '#b5b5b5';
const CELL = 3;

export interface SheetFacts {
  title: string;
  /** The file's date: nothing of the moment at which it is made. */
  date: Date;
  isDrill: boolean;
  /** Stands at the head of every page: which ledger vouches for it. */
  ledger: string;
}

/** A column: its heading and its share of the width. */
export type TableColumn = readonly [heading: string, share: number];

/** An A4 document in Japanese: headings, facts, tables that go on over pages; head, foot and page numbers at the end. */
export class Sheet {
  private readonly doc: PDFKit.PDFDocument;
  private readonly width: number;
  private readonly bottom: number;

  /** @param work what a table and the frames of its pages are laid out in stretches by: thousands of rows take seconds */
  constructor(
    private readonly facts: SheetFacts,
    private readonly work = new LongWork(),
  ) {
    this.doc = new PDFDocument({
      size: 'A4',
      margins: {
        top: MARGIN + HEAD_HEIGHT,
        bottom: MARGIN + FOOT_HEIGHT,
        left: MARGIN,
        right: MARGIN,
      },
      bufferPages: true,
      lang: 'ja-JP',
      info: { Title: facts.title, Creator: 'Kashikagi', CreationDate: facts.date },
    });
    this.doc.registerFont('regular', resolve(REGULAR)).registerFont('bold', resolve(BOLD));
    const { page } = this.doc;
    this.width = page.width - 2 * MARGIN;
    this.bottom = page.height - MARGIN - FOOT_HEIGHT;
    this.doc.fillColor(INK);
  }

  title(text: string): void {
    this.doc.font('bold').fontSize(20).text(text, { align: 'center' }).moveDown(0.8);
  }

  heading(text: string): void {
    this.room(48);
    this.doc.moveDown(0.8).font('bold').fontSize(11).text(text, MARGIN).moveDown(0.4);
  }

  paragraph(text: string): void {
    this.doc.font('regular').fontSize(10).text(text, MARGIN, this.doc.y, { width: this.width, lineGap: 3 });
    this.doc.moveDown(0.6);
  }

  /** Name and value, one below the other. */
  pairs(pairs: readonly (readonly [name: string, value: string])[]): Promise<void> {
    return this.table(
      [
        ['', 22],
        ['', 78],
      ],
      pairs,
      { size: 9, hasHead: false },
    );
  }

  async table(
    columns: readonly TableColumn[],
    rows: readonly (readonly string[])[],
    { size = 7, hasHead = true }: { size?: number; hasHead?: boolean } = {},
  ): Promise<void> {
    const total = columns.reduce((sum, [, share]) => sum + share, 0);
    const widths = columns.map(([, share]) => (share / total) * this.width);
    const headings = columns.map(([heading]) => heading);
    const draw = (cells: readonly string[], isHead: boolean): void =>
      this.row(cells, widths, { size, isHead });
    if (hasHead) draw(headings, true);
    for (const row of rows) {
      if (this.doc.y + this.height(row, widths, size) > this.bottom) {
        this.doc.addPage();
        if (hasHead) draw(headings, true);
      }
      draw(row, false);
      if (this.work.isDue) await this.work.rest();
    }
    this.doc.moveDown(1);
  }

  /** → the file, as it is written. */
  async finish(): Promise<AsyncIterable<Uint8Array>> {
    const { start, count } = this.doc.bufferedPageRange();
    for (let n = start; n < start + count; n += 1) {
      this.doc.switchToPage(n);
      this.frame(n + 1, count);
      if (this.work.isDue) await this.work.rest();
    }
    this.doc.end();
    return this.doc as AsyncIterable<Uint8Array>;
  }

  private height(cells: readonly string[], widths: readonly number[], size: number): number {
    this.doc.font('regular').fontSize(size);
    const heights = cells.map((text, n) =>
      this.doc.heightOfString(text, { width: (widths[n] ?? 0) - 2 * CELL, lineGap: 1 }),
    );
    return Math.max(...heights) + 2 * CELL;
  }

  private row(
    cells: readonly string[],
    widths: readonly number[],
    { size, isHead }: { size: number; isHead: boolean },
  ): void {
    const { doc } = this;
    const top = doc.y;
    const height = this.height(cells, widths, size);
    if (isHead) doc.rect(MARGIN, top, this.width, height).fill('#eeeeee').fillColor(INK);
    doc.font(isHead ? 'bold' : 'regular').fontSize(size);
    let left = MARGIN;
    for (const [n, text] of cells.entries()) {
      const width = widths[n] ?? 0;
      doc.text(text, left + CELL, top + CELL, { width: width - 2 * CELL, lineGap: 1 });
      left += width;
    }
    doc.y = top + height;
    doc.x = MARGIN;
    doc
      .moveTo(MARGIN, doc.y)
      .lineTo(MARGIN + this.width, doc.y)
      .lineWidth(0.5)
      .stroke(LINE);
  }

  /** A new page unless so much is left, in points: a heading never stands alone at the end. */
  private room(height: number): void {
    if (this.doc.y + height > this.bottom) this.doc.addPage();
  }

  private frame(page: number, pages: number): void {
    const { doc, facts } = this;
    // Text below the margin would begin a page of its own.
    doc.page.margins = { top: 0, bottom: 0, left: 0, right: 0 };
    if (facts.isDrill) this.watermark();
    doc.font('regular').fontSize(7).fillColor(FAINT);
    doc.text(facts.ledger, MARGIN, MARGIN, { width: this.width, lineGap: 1 });
    const foot = doc.page.height - MARGIN - 8;
    doc.text(facts.title, MARGIN, foot, { width: this.width, align: 'left', lineBreak: false });
    doc.text(`${page} / ${pages} ページ`, MARGIN, foot, { width: this.width, align: 'right' });
    doc.fillColor(INK);
  }

  private watermark(): void {
    const { doc } = this;
    const { width, height } = doc.page;
    const origin: [number, number] = [width / 2, height / 2];
    doc.rotate(-35, { origin });
    doc.font('bold').fontSize(150).fillColor('#c00000').fillOpacity(0.12);
    doc.text('訓練', 0, height / 2 - 75, { width, align: 'center' });
    doc.rotate(35, { origin }).fillOpacity(1);
  }
}
