import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { packageRoot } from '../../config/package-root.js';
import { FirstFiles } from './first-files.js';

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
};
/** In the order of preference; each is made by the build. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

interface BuiltFile {
  type: string;
  etag: string;
  /** A hashed name: its bytes never change. */
  isForEver: boolean;
  plain: Buffer;
  encoded: ReadonlyMap<string, Buffer>;
}

/**
 * What the build left in dist/console, all of it in memory: some 400 KB, and no path of a request ever reaches the file
 * system.
 */
export class BuiltConsole {
  private constructor(
    private readonly files: ReadonlyMap<string, BuiltFile>,
    /** The page as built, without anybody's answers. */
    readonly html: string,
    readonly firstFiles: FirstFiles,
  ) {}

  /** Nothing, if the console was not built. */
  static read(telephoneProcedure: string): BuiltConsole | undefined {
    const folder = join(packageRoot(), 'dist', 'console');
    const index = join(folder, 'index.html');
    if (!existsSync(index)) return undefined;
    // In the page itself, so that the service worker's copy has it when nobody answers.
    const html = withTelephone(readFileSync(index, 'utf8'), telephoneProcedure);
    const files = new Map<string, BuiltFile>([['/offline.html', pageFile(html)]]);
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name);
      const name = `/${relative(folder, path).replaceAll('\\', '/')}`;
      const isForEver = /^\/assets\/.+\.(js|css)$/.test(name);
      if (isForEver || name === '/service-worker.js') files.set(name, fileAt(path, isForEver));
    }
    return new BuiltConsole(files, html, FirstFiles.in(folder));
  }

  file(path: string): BuiltFile | undefined {
    return this.files.get(path);
  }
}

const TEXT: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function withTelephone(html: string, procedure: string): string {
  const text = procedure.replaceAll(/[&<>"]/g, (one) => TEXT[one] ?? one);
  return html.replace('</title>', () => `</title><meta name="telephone-procedure" content="${text}" />`);
}

const tagOf = (plain: Buffer): string =>
  `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;

function pageFile(html: string): BuiltFile {
  const plain = Buffer.from(html);
  return { type: TYPES['.html'] ?? '', etag: tagOf(plain), isForEver: false, plain, encoded: new Map() };
}

function fileAt(path: string, isForEver: boolean): BuiltFile {
  const plain = readFileSync(path);
  const encoded = ENCODINGS.flatMap(([name, ending]) =>
    existsSync(path + ending) ? [[name, readFileSync(path + ending)] as const] : [],
  );
  return {
    type: TYPES[extname(path)] ?? '',
    etag: tagOf(plain),
    isForEver,
    plain,
    encoded: new Map(encoded),
  };
}

/** The smallest form that the caller takes. */
export function formFor(file: BuiltFile, acceptEncoding: string): { encoding: string | null; bytes: Buffer } {
  const accepted = acceptEncoding.split(',').map((one) => one.trim().split(';')[0]?.toLowerCase());
  for (const [encoding] of ENCODINGS) {
    const bytes = file.encoded.get(encoding);
    if (bytes && accepted.includes(encoding)) return { encoding, bytes };
  }
  return { encoding: null, bytes: file.plain };
}
