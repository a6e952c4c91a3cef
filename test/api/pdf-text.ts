import { inflateSync } from 'node:zlib';

/**
 * The text of a PDF as its own font tables (ToUnicode) give it: what a reader copies out of it, or a search finds.
 * Enough of ISO 32000 for files that hold one object after the other, deflated streams, and Identity-H fonts.
 */
export function pdfText(file: Buffer): string {
  const objects = objectsOf(file);
  const fonts = new Map<string, Map<number, string>>();
  for (const { head } of objects.values()) {
    const [, maps] = /\/Font <<([^>]*)>>/.exec(head) ?? [];
    for (const [, name = '', id = ''] of (maps ?? '').matchAll(/\/(\w+) (\d+) 0 R/g)) {
      const [, table = ''] = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id)?.head ?? '') ?? [];
      fonts.set(name, unicodeOf(objects.get(table)?.stream ?? ''));
    }
  }
  return [...objects.values()]
    .filter(({ stream }) => stream.includes(' Tf'))
    .map(({ stream }) => shown(stream, fonts))
    .join('\n');
}

interface PdfObject {
  head: string;
  /** Inflated; empty where there is none, or it is no text. */
  stream: string;
}

function objectsOf(file: Buffer): Map<string, PdfObject> {
  const text = file.toString('latin1');
  const objects = new Map<string, PdfObject>();
  for (const match of text.matchAll(/(\d+) 0 obj\n([^]*?)(endobj|stream\n)/g)) {
    const [whole, id = '', head = '', end] = match;
    const [, length] = /\/Length (\d+)/.exec(head) ?? [];
    const start = match.index + whole.length;
    const isDeflated = end !== 'endobj' && head.includes('/FlateDecode') && !head.includes('/Length1');
    const bytes = file.subarray(start, start + Number(length));
    objects.set(id, { head, stream: isDeflated ? inflateSync(bytes).toString('latin1') : '' });
  }
  return objects;
}

function unicodeOf(table: string): Map<number, string> {
  const map = new Map<number, string>();
  const text = (hex: string): string => Buffer.from(hex, 'hex').swap16().toString('utf16le');
  for (const [, from = '', , list = ''] of table.matchAll(/<(\w+)> <(\w+)> \[([^\]]*)\]/g)) {
    const start = parseInt(from, 16);
    for (const [n, [, hex = '']] of [...list.matchAll(/<([0-9a-fA-F ]*)>/g)].entries())
      map.set(start + n, text(hex.replaceAll(' ', '')));
  }
  return map;
}

function shown(content: string, fonts: ReadonlyMap<string, ReadonlyMap<number, string>>): string {
  let font: ReadonlyMap<number, string> = new Map();
  let text = '';
  for (const [, name, glyphs] of content.matchAll(/\/(\w+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (name !== undefined) font = fonts.get(name) ?? new Map();
    else {
      for (const [, hex = ''] of (glyphs ?? '').matchAll(/<([0-9a-f]*)>/g))
        for (const one of hex.match(/.{4}/g) ?? []) text += font.get(parseInt(one, 16)) ?? '';
      text += '\n';
    }
  }
  return text;
}
