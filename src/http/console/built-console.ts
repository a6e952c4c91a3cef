import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { packageRoot } from '../../config/package-root.js';

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
  ) {}

  /** Nothing, if the console was not built. */
  static read(): BuiltConsole | undefined {
    const folder = join(packageRoot(), 'dist', 'console');
    const index = join(folder, 'index.html');
    if (!existsSync(index)) return undefined;
    const files = new Map<string, BuiltFile>([['/offline.html', fileAt(index, false)]]);
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name);
      const name = `/${relative(folder, path).replaceAll('\\', '/')}`;
      const isForEver = /^\/assets\/.+\.(js|css)$/.test(name);
      if (isForEver || name === '/service-worker.js') files.set(name, fileAt(path, isForEver));
    }
    return new BuiltConsole(files, readFileSync(index, 'utf8'));
  }

  file(path: string): BuiltFile | undefined {
    return this.files.get(path);
  }
}

function fileAt(path: string, isForEver: boolean): BuiltFile {
  const plain = readFileSync(path);
  const encoded = ENCODINGS.flatMap(([name, ending]) =>
    existsSync(path + ending) ? [[name, readFileSync(path + ending)] as const] : [],
  );
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { type: TYPES[extname(path)] ?? '', etag, isForEver, plain, encoded: new Map(encoded) };
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
