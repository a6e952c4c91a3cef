import type { FastifyRequest } from 'fastify';

/** Set by the console where nobody did anything: it asks again by itself, every so many seconds. */
export const BACKGROUND_HEADER = 'kashikagi-background';

/**
 * Whether a call says that no person is behind it; then it does not keep the session from going idle. Nothing else
 * depends on it, so whoever sends it can only lose by it.
 */
export const isBackground = (request: FastifyRequest): boolean =>
  request.headers[BACKGROUND_HEADER] !== undefined;
