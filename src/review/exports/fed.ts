import { once, type EventEmitter } from 'node:events';

/** Of streams only what is needed: not every archive is one of Node's own. */
interface Source extends AsyncIterable<unknown> {
  destroy(error?: Error): unknown;
}
interface Sink extends EventEmitter {
  write(chunk: string | Buffer): boolean;
}

/**
 * An archive that one side fills and the other reads. The filler goes no faster than the reader, and stops when the
 * reader gives up: it holds a snapshot of the database, which must not stay open for nobody.
 */
export async function* fed(
  out: Source,
  fill: (stopped: AbortSignal) => Promise<void>,
): AsyncGenerator<Buffer> {
  const stop = new AbortController();
  const filling = fill(stop.signal).catch((error: unknown) => void out.destroy(error as Error));
  try {
    for await (const chunk of out) yield chunk as Buffer;
  } finally {
    stop.abort();
    await filling;
  }
}

/** Resolves when there is room for more. Throws when nobody reads any more. */
export async function feed(into: Sink, chunk: string | Buffer, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (!into.write(chunk)) await once(into, 'drain', { signal });
}
