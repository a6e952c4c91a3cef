import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DomainError } from '../../contract/domain-error.js';

const BUFFER_BYTES = 256 * 1024;

/**
 * A file that is written, hashed and measured before anybody gets a byte of it. It loses its name as soon as it is
 * open, so that nothing is left on the disk however the process ends; what a crash can leave is an empty file.
 */
export class Spool {
  private readonly digest = createHash('sha256');
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private sealed: Buffer | undefined;
  private closing: Promise<void> | undefined;
  size = 0;

  private constructor(
    private readonly handle: FileHandle,
    private readonly limit: number,
  ) {}

  /** `limit` in bytes. Error: whatever the file system says (no space, no permission). */
  static async open(folder: string, limit: number): Promise<Spool> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `export-${randomBytes(9).toString('base64url')}`);
    const handle = await open(path, 'wx+', 0o600);
    await rm(path);
    return new Spool(handle, limit);
  }

  /** Resolves when there is room for more; the file's bytes are never held in memory. Error: `export_too_large`. */
  async write(chunk: string | Uint8Array): Promise<void> {
    // A copy: writers use their own memory again as soon as this returns.
    const bytes = Buffer.from(chunk as Uint8Array);
    this.size += bytes.length;
    if (this.size > this.limit) throw new DomainError('export_too_large', { values: { limit: this.limit } });
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    if (this.waitingBytes >= BUFFER_BYTES) await this.flush();
  }

  async writeAll(chunks: AsyncIterable<string | Uint8Array>): Promise<void> {
    for await (const chunk of chunks) await this.write(chunk);
  }

  private async flush(): Promise<void> {
    const bytes = Buffer.concat(this.waiting);
    this.waiting = [];
    this.waitingBytes = 0;
    this.digest.update(bytes);
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.handle.write(bytes, done);
      done += bytesWritten;
    }
  }

  /** SHA-256 of the whole; nothing is written after it. */
  async seal(): Promise<Buffer> {
    await this.flush();
    return (this.sealed ??= this.digest.digest());
  }

  /**
   * The bytes from the beginning. The file is gone, and `gone` called, as soon as the last byte is read from it (a
   * reader who has them all may ask for the next export at once), or when the stream is given up, begun or not. It is
   * given up for a reader who has not read it `withinMs` from now.
   */
  read(gone: () => void = () => undefined, withinMs = Infinity): Readable {
    const end = async (): Promise<void> => {
      await this.close();
      gone();
    };
    const stream = Readable.from(this.chunks(end), { objectMode: false, highWaterMark: BUFFER_BYTES });
    const patience = Number.isFinite(withinMs)
      ? setTimeout(() => stream.destroy(), withinMs).unref()
      : undefined;
    stream.once('close', () => {
      clearTimeout(patience);
      void end();
    });
    return stream;
  }

  private async *chunks(end: () => Promise<void>): AsyncGenerator<Buffer> {
    for (let position = 0; position < this.size;) {
      const chunk = Buffer.allocUnsafe(Math.min(BUFFER_BYTES, this.size - position));
      const { bytesRead } = await this.handle.read(chunk, 0, chunk.length, position);
      if (bytesRead === 0) throw new Error('invariant: the file is as long as what was written');
      position += bytesRead;
      if (position === this.size) await end();
      yield chunk.subarray(0, bytesRead);
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await (this.closing ??= this.handle.close());
  }
}
