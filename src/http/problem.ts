import { CODES, type Code } from '../contract/codes.js';
import type { Language } from '../contract/caller.js';
import { DomainError, type InputFault } from '../contract/domain-error.js';

/** RFC 9457 with our members: a stable code, the lawful next step, the places that are wrong. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: Code;
  detail: string;
  next?: string;
  faults?: InputFault[];
  values?: Record<string, string | number>;
  record_id?: string;
}

/** Japanese unless the caller prefers English (RFC 9110 §12.5.4). */
export function languageOf(header: string | undefined): Language {
  const weights = (header ?? '').split(',').map((part) => {
    const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
    const q = parameters.map((one) => /^\s*q=([\d.]+)$/.exec(one)?.[1]).find((one) => one !== undefined);
    return { range, weight: q === undefined ? 1 : Number(q) };
  });
  const weightOf = (language: string): number =>
    Math.max(
      0,
      ...weights
        .filter(({ range }) => range === language || range.startsWith(`${language}-`))
        .map((one) => one.weight),
    );
  return weightOf('en') > weightOf('ja') ? 'en' : 'ja';
}

export function problemOf(error: DomainError, language: Language): Problem {
  const { code, more } = error;
  const text = CODES[code];
  const next = 'next' in text ? text.next : undefined;
  return {
    type: `urn:kashikagi:problem:${code}`,
    title: text.en,
    status: text.status,
    code,
    detail: text[language],
    ...(next !== undefined && { next: next[language] }),
    ...(more.faults && { faults: more.faults }),
    ...(more.values && { values: more.values }),
    ...(more.recordId !== undefined && { record_id: more.recordId }),
  };
}

/** What Fastify and Nest throw themselves, by their codes. */
const FOREIGN: Partial<Record<string, Code>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_body',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_body',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_body',
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
};

/** The database is away, full or held up: nothing can be recorded, so nothing leaves (law 10). */
const UNAVAILABLE = /^(EAI_AGAIN|ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|08|25P03|40P01|53|55P03|57014|57P|58)/;

/** Any error as an expected failure, from an allow-list; all the rest is an internal error that says nothing. */
export function domainErrorOf(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const { code, status, statusCode } = (error ?? {}) as {
    code?: unknown;
    status?: unknown;
    statusCode?: unknown;
  };
  const known = typeof code === 'string' ? FOREIGN[code] : undefined;
  if (known !== undefined) return new DomainError(known);
  if (typeof code === 'string' && UNAVAILABLE.test(code))
    return new DomainError('unavailable', { internal: code });
  if (isLostConnection(error)) return new DomainError('unavailable', { internal: 'connection lost' });
  if (status === 404) return new DomainError('not_found');
  if (status === 413 || statusCode === 413) return new DomainError('body_too_large');
  if (status === 415 || statusCode === 415) return new DomainError('unsupported_media_type');
  if (status === 400 || statusCode === 400) return new DomainError('malformed_body');
  return new DomainError('internal_error', { internal: anatomyOf(error) });
}

/** Also a connection that broke between two statements: TypeORM has given it back, and refuses the second one. */
function isLostConnection(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'QueryRunnerAlreadyReleasedError' ||
      /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered)/.test(
        error.message,
      ))
  );
}

/** For the log: what kind of error and where, never its message, which may quote a value. */
function anatomyOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code, constraint } = error as { code?: string; constraint?: string };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const invariantText = error.message.startsWith('invariant: ') ? error.message : '';
  return [error.name, code, constraint, invariantText, ...frames.slice(0, 6).map((line) => line.trim())]
    .filter(Boolean)
    .join(' | ');
}
