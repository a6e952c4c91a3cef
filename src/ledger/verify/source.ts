import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The place cannot be read: no word about what stands there. */
export class UnreadableError extends Error {}

/** Where a ledger is read from: paths as c2sp.org/tlog-tiles serves them, in a folder or below a URL. */
export interface Source {
  place: string;
  /** Undefined: there is no such file. Of a longer one than `atMost`, one byte more: too long, but never endless. Throws UnreadableError. */
  read(path: string, atMost: number): Promise<Buffer | undefined>;
  /** How many reads pay side by side. */
  width: number;
}

const NOT_THERE = new Set(['ENOENT', 'ENOTDIR']);
const TIME_LIMIT_MS = 30_000;

function folder(place: string): Source {
  return {
    place,
    width: 4,
    read: async (path, atMost) => {
      const bytes = await readFile(join(place, path)).catch((error: NodeJS.ErrnoException) => {
        if (NOT_THERE.has(error.code ?? '')) return undefined;
        throw new UnreadableError(`${join(place, path)}: ${error.code ?? error.message}`);
      });
      return bytes?.subarray(0, atMost + 1);
    },
  };
}

function website(place: string): Source {
  const base = place.endsWith('/') ? place : `${place}/`;
  return {
    place,
    width: 8,
    read: async (path, atMost) => {
      const url = new URL(path, base);
      // A line that breaks once in thousands of requests should not cost the whole audit.
      return get(url, atMost).catch(() => get(url, atMost));
    },
  };
}

async function get(url: URL, atMost: number): Promise<Buffer | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIME_LIMIT_MS), redirect: 'follow' });
    if (answer.ok) return await bodyOf(answer, atMost);
    await answer.body?.cancel();
    if (answer.status === 404 || answer.status === 410) return undefined;
    throw new UnreadableError(`${url.href}: HTTP ${answer.status}`);
  } catch (error) {
    if (error instanceof UnreadableError) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new UnreadableError(`${url.href}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

async function bodyOf(answer: Response, atMost: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    parts.push(part as Uint8Array);
    length += parts.at(-1)?.length ?? 0;
    if (length > atMost) break;
  }
  return Buffer.concat(parts).subarray(0, atMost + 1);
}

export const CHECKPOINT_BYTES = 1_000_000;

/** A URL or a folder that holds `checkpoint`, itself or in `ledger/`, as the service and a mirror of it lay it out. */
export async function openSource(place: string): Promise<{ source: Source; checkpoint: Buffer } | undefined> {
  const isUrl = /^https?:\/\//.test(place);
  if (isUrl && !URL.canParse(place)) return undefined;
  const below = isUrl ? `${place.replace(/\/$/, '')}/ledger` : join(place, 'ledger');
  for (const candidate of [place, below]) {
    const source = isUrl ? website(candidate) : folder(candidate);
    const checkpoint = await source.read('checkpoint', CHECKPOINT_BYTES);
    if (checkpoint !== undefined) return { source, checkpoint };
  }
  return undefined;
}

/** 1234067 → `x001/x234/067`, and `.p/<width>` behind it for a partial tile. */
export function tilePath(kind: number | 'entries', index: number, width: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const name = groups.map((group, n) => (n < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${kind}/${name}${width < 256 ? `.p/${width}` : ''}`;
}
