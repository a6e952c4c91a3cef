import { language } from '../kit/language.js';
import { spendFirstAnswers, takeFirstAnswer } from '../first/first-answers.js';
import { addressOf, type AnswerOf, type BodyOf, type PathOf } from './paths.js';
import { NoAnswer, Problem, type ProblemBody } from './problem.js';

/** A poor link takes its time; after this, one is told and may press again. */
const TIMEOUT_MS = 20_000;

interface Sent {
  method: string;
  address: string;
  body?: unknown;
  key?: string;
  /** Of a call that a proof of possession goes with. */
  proof?: Record<string, string>;
  /** Nobody did anything: the service does not take it for a sign of life. */
  isBackground?: boolean | undefined;
}

/** The last that the service gave (RFC 9449 §8); it is no secret. */
let nonce: string | undefined;

async function sendOnce({ method, address, body, key, proof, isBackground }: Sent): Promise<Response> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-language': language,
    ...proof,
  };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (key !== undefined) headers['idempotency-key'] = key;
  if (isBackground === true) headers['kashikagi-background'] = '1';
  try {
    return await fetch(address, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new NoAnswer();
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text().catch(() => {
    throw new NoAnswer();
  });
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    throw new NoAnswer();
  }
}

async function send(sent: Sent): Promise<unknown> {
  if (sent.method !== 'GET') spendFirstAnswers();
  const response = await sendOnce(sent);
  nonce = response.headers.get('dpop-nonce') ?? nonce;
  const body = await bodyOf(response);
  if (response.ok) return body;
  // A gateway before the service answers with pages of its own: as good as no answer.
  if (typeof (body as ProblemBody | undefined)?.code !== 'string') throw new NoAnswer();
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  throw new Problem(body as ProblemBody, Number.isFinite(seconds) ? seconds : null);
}

/** Where one reads: ids for `{…}`, and the query. */
export interface Asked {
  params?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  /** By a timer, not by a person. */
  isBackground?: boolean;
}

/** Reads an address; the first answers came with the page. Errors: `Problem`, `NoAnswer`. */
export async function read<P extends PathOf<'get'>>(path: P, asked: Asked = {}): Promise<AnswerOf<P, 'get'>> {
  const address = addressOf(path, asked.params, asked.query);
  return (takeFirstAnswer(address) ??
    (await send({ method: 'GET', address, isBackground: asked.isBackground }))) as AnswerOf<P, 'get'>;
}

/**
 * Changes something, once: the same key and body give the same answer, however often they are sent.
 * Errors: `Problem`, `NoAnswer`.
 */
export async function change<P extends PathOf<'post'>>(
  path: P,
  act: { params?: Record<string, string>; body?: BodyOf<P, 'post'>; key?: string } = {},
): Promise<AnswerOf<P, 'post'>> {
  const address = addressOf(path, act.params);
  const sent: Sent = { method: 'POST', address };
  if (act.body !== undefined) sent.body = act.body;
  if (act.key !== undefined) sent.key = act.key;
  return (await send(sent)) as AnswerOf<P, 'post'>;
}

/** The same for a member that is changed in place. */
export async function amend<P extends PathOf<'patch'>>(
  path: P,
  act: { params?: Record<string, string>; body?: BodyOf<P, 'patch'>; key?: string },
): Promise<AnswerOf<P, 'patch'>> {
  const sent: Sent = { method: 'PATCH', address: addressOf(path, act.params), body: act.body };
  if (act.key !== undefined) sent.key = act.key;
  return (await send(sent)) as AnswerOf<P, 'patch'>;
}

/** Makes the headers of one attempt: a proof is good once. */
export type Prover = (url: string, nonce: string | undefined) => Promise<Record<string, string>>;

/**
 * A call that the terminal's key proves. Sent once more when the service asks for its nonce: that refusal did nothing.
 * Its answers are never kept, so there is no key to repeat it by. Errors: `Problem`, `NoAnswer`.
 */
export async function proveTo<P extends PathOf<'post'>>(
  path: P,
  act: { params?: Record<string, string>; body?: BodyOf<P, 'post'>; isBackground?: boolean },
  by: Prover,
): Promise<AnswerOf<P, 'post'>> {
  const address = addressOf(path, act.params);
  const attempt = async (): Promise<unknown> => {
    const proof = await by(`${location.origin}${address}`, nonce);
    return send({ method: 'POST', address, body: act.body, proof, isBackground: act.isBackground });
  };
  try {
    return (await attempt()) as AnswerOf<P, 'post'>;
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'use_dpop_nonce')) throw error;
    return (await attempt()) as AnswerOf<P, 'post'>;
  }
}

/** Gives a credential of one's own back (RFC 7009). */
export async function release(token: string): Promise<void> {
  await send({ method: 'POST', address: '/oauth/revoke', body: { token } });
}

/** Ends the session of this browser. */
export async function signOut(): Promise<void> {
  await send({ method: 'DELETE', address: '/api/v1/session' });
}

/** A file as it came: its bytes, its name, and what the service says of it. */
export interface Downloaded {
  blob: Blob;
  name: string;
  headers: Headers;
}

/**
 * Fetches a file; a long one takes as long as it takes, and `onProgress` is told how many of how many bytes are there.
 * Errors: `Problem`, `NoAnswer`.
 */
export async function download(
  asked: { method: 'GET' | 'POST'; address: string; body?: unknown; accept?: string },
  onProgress: (bytes: number, of: number) => void = () => undefined,
): Promise<Downloaded> {
  const headers: Record<string, string> = { accept: asked.accept ?? '*/*', 'accept-language': language };
  if (asked.body !== undefined) headers['content-type'] = 'application/json';
  const body = asked.body === undefined ? null : JSON.stringify(asked.body);
  const response = await fetch(asked.address, { method: asked.method, headers, body }).catch(() => {
    throw new NoAnswer();
  });
  if (!response.ok || response.body === null) {
    const problem = (await bodyOf(response)) as ProblemBody | undefined;
    if (typeof problem?.code !== 'string') throw new NoAnswer();
    throw new Problem(problem, null);
  }
  const parts: BlobPart[] = [];
  const whole = Number(response.headers.get('content-length') ?? 0);
  let bytes = 0;
  const reader = response.body.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      parts.push(read.value);
      bytes += read.value.length;
      onProgress(bytes, whole);
    }
  } catch {
    throw new NoAnswer();
  }
  const [, name = 'download'] =
    /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
  const type = response.headers.get('content-type') ?? 'application/octet-stream';
  return { blob: new Blob(parts, { type }), name, headers: response.headers };
}
