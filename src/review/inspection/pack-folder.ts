import { createHash } from 'node:crypto';
import { mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface PackedFile {
  path: string;
  size: number;
  sha256: string;
}

type Content = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** The folder of a pack: every file is written once, as it is read, and its hash is kept for the manifest. */
export class PackFolder {
  readonly files: PackedFile[] = [];

  private constructor(readonly path: string) {}

  /** Undefined when something is there already: nothing of anybody is written over. */
  static async make(path: string): Promise<PackFolder | undefined> {
    await mkdir(path, { recursive: true, mode: 0o700 });
    return (await readdir(path)).length === 0 ? new PackFolder(path) : undefined;
  }

  async write(path: string, content: Content | string): Promise<void> {
    const full = join(this.path, path);
    await mkdir(dirname(full), { recursive: true });
    const file = await open(full, 'wx', 0o600);
    const hash = createHash('sha256');
    let size = 0;
    try {
      for await (const chunk of typeof content === 'string' ? [content] : content) {
        const bytes = Buffer.from(chunk as string);
        hash.update(bytes);
        size += bytes.length;
        await file.writeFile(bytes);
      }
    } finally {
      await file.close();
    }
    this.files.push({ path, size, sha256: hash.digest('hex') });
  }

  /** Of every file so far, by its path. */
  manifest(): PackedFile[] {
    return this.files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  }
}
