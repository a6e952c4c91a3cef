import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../contract/domain-error.js';

/** OAuth's endpoints, and OpenID Connect's logout token, which proves itself. */
const takesForms = (route: string): boolean => route.startsWith('/oauth/') || route === LOGOUT_ROUTE;
const LOGOUT_ROUTE = '/api/v1/sign-in/:provider/backchannel-logout';

type Done = (error: Error | null, body?: unknown) => void;

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
/** Names that reach into JavaScript's own machinery; also written with escapes, hence the backslash. */
const SUSPECT = /__proto__|constructor|\\u/;
const DEEPEST = 16;
const [QUOTE, BACKSLASH, OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = Buffer.from('"\\{}[]');

/**
 * How bodies are read. JSON everywhere; forms only where OAuth asks for them, since a form is what another
 * site's page can send without asking. An empty body is no body, whatever its content type says.
 */
export function readBodies(app: NestFastifyApplication, bodyLimit: number): void {
  app.getHttpAdapter().getInstance().removeContentTypeParser('text/plain');
  app.useBodyParser('application/json', { bodyLimit }, (_request, body: Buffer, done: Done) => {
    answer(done, () => jsonOf(body));
  });
  const form = 'application/x-www-form-urlencoded';
  app.useBodyParser(form, { bodyLimit }, (request: FastifyRequest, body: Buffer, done: Done) => {
    answer(done, () => {
      if (!takesForms(request.routeOptions.url ?? '')) {
        throw new DomainError('unsupported_media_type');
      }
      return formOf(body);
    });
  });
}

function answer(done: Done, read: () => unknown): void {
  try {
    done(null, read());
  } catch (error) {
    done(error instanceof DomainError ? error : new DomainError('malformed_body'));
  }
}

/** Refuses what is not UTF-8 (a replacement character would be recorded in place of what was sent). */
function jsonOf(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (isTooDeep(body)) throw new DomainError('malformed_body');
  const text = STRICT_UTF8.decode(body);
  return SUSPECT.test(text) ? (JSON.parse(text, withoutMachinery) as unknown) : (JSON.parse(text) as unknown);
}

/** Nothing of ours is deep; what walks a body (validation, hashing) may recurse. UTF-8 never reuses these bytes. */
function isTooDeep(body: Buffer): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === QUOTE) isText = !isText;
    else if (isText && byte === BACKSLASH) at += 1;
    else if (!isText && (byte === OPEN_OBJECT || byte === OPEN_LIST)) depth += 1;
    else if (!isText && (byte === CLOSE_OBJECT || byte === CLOSE_LIST)) depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}

function withoutMachinery(name: string, value: unknown): unknown {
  if (name === '__proto__' || name === 'constructor') throw new DomainError('malformed_body');
  return value;
}

/** Each name once: RFC 6749 §3.1 forbids repeating a parameter. */
function formOf(body: Buffer): Record<string, string> {
  const form = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(STRICT_UTF8.decode(body))) {
    if (name in form) throw new DomainError('malformed_body');
    form[name] = value;
  }
  return form;
}
