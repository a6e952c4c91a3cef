import { DomainError } from '../contract/domain-error.js';

/** How fetch, and the library around it, say that nobody answered. */
const AWAY = new Set(['TypeError', 'TimeoutError', 'AbortError']);
const AWAY_CODES = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'ERR_JWKS_TIMEOUT']);

interface Failure {
  name?: unknown;
  code?: unknown;
  cause?: unknown;
  status?: unknown;
}

/**
 * A failed exchange with a provider: is it away, or is what it said not to be believed? The log is told the library's
 * code and never its message, which may quote a token.
 */
export function signInFailure(providerId: string, error: unknown): DomainError {
  const internal = `${providerId}: ${codeOf(error)}`;
  return new DomainError(isAway(error) ? 'provider_unavailable' : 'sign_in_failed', { internal });
}

function isAway(error: unknown): boolean {
  const { name, code, cause, status } = (error ?? {}) as Failure;
  if (typeof code === 'string' && AWAY_CODES.has(code)) return true;
  if (typeof status === 'number') return status >= 500;
  if (typeof name === 'string' && AWAY.has(name) && typeof code !== 'string') return true;
  return cause !== undefined && cause !== null && cause !== error && isAway(cause);
}

function codeOf(error: unknown): string {
  const { name, code } = (error ?? {}) as Failure;
  return [name, code].filter((part) => typeof part === 'string').join(' ');
}
