import { textOf } from '../../database/embedded/start-error.js';

/** What somebody outside did not do, in one line; for the log, not for callers. */
export class OutsideError extends Error {}

export interface PostAnswer {
  status: number;
  /** Without parameters, in lower case. */
  type: string;
  body: Buffer;
}

const NEVER = new AbortController().signal;

/**
 * One POST, bounded in time (the whole of it) and in size (bytes of the answer). Redirects are not followed: who is
 * asked is configuration. Throws OutsideError.
 */
export async function post(
  url: string,
  content: { type: string; body: string | Buffer },
  bounds: { timeMs: number; bytes: number; stopping?: AbortSignal | undefined },
): Promise<PostAnswer> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': content.type },
      body: typeof content.body === 'string' ? content.body : new Uint8Array(content.body),
      redirect: 'error',
      signal: AbortSignal.any([AbortSignal.timeout(bounds.timeMs), bounds.stopping ?? NEVER]),
    });
    const type = answer.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
    return { status: answer.status, type, body: await bodyOf(answer, bounds.bytes) };
  } catch (error) {
    if (error instanceof OutsideError) throw error;
    if (textOf(error, 'name') === 'TimeoutError') throw new OutsideError('does not answer in time');
    const cause = (error as { cause?: unknown }).cause ?? error;
    throw new OutsideError(textOf(cause, 'message') || textOf(cause, 'code') || String(cause));
  }
}

async function bodyOf(answer: Response, atMost: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    parts.push(part as Uint8Array);
    length += (part as Uint8Array).length;
    if (length > atMost) throw new OutsideError(`answers more than ${atMost} bytes`);
  }
  return Buffer.concat(parts);
}
