import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Settings } from '../../config/settings.js';
import { PublicUrl } from '../../contract/public-url.js';
import { BuiltConsole, formFor } from './built-console.js';
import { FirstAnswers } from './first-answers.js';
import { pageElsewhere } from './one-address.js';
import { pageOf } from './page.js';

/** Addresses of programs: what is not there is a problem (RFC 9457) there, for a browser too. */
const OF_PROGRAMS = /^\/(api|oauth|access|ledger|\.well-known|metrics|assets)(\/|$)/;

/**
 * The console's files and its page. Only an address that no route has is looked at (`is404`), so a page can never
 * stand in the way of a route, nor be reached past the access table: there is nothing behind it but what everybody may
 * load, and what `FirstAnswers` reads for the person of the session. A console that was not built serves nothing.
 */
export function serveConsole(app: NestFastifyApplication): void {
  sendHome(app);
  const built = BuiltConsole.read(app.get(Settings, { strict: false }).telephoneProcedure);
  if (built === undefined) return;
  const answers = FirstAnswers.in(app);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', async (request, reply) => {
    if (!request.is404 || (request.method !== 'GET' && request.method !== 'HEAD')) return;
    const path = request.url.split('?')[0] ?? '/';
    const file = built.file(path);
    if (file) return sendFile(request, reply, file);
    if (!isPage(request, path)) return;
    // Whose session it is stands in it: nobody keeps it.
    void reply.header('cache-control', 'no-store').header('vary', 'accept-language, cookie');
    const first = await answers.of(request);
    const scripts = built.firstFiles.of(first.language, first.role);
    return reply.type('text/html; charset=utf-8').send(pageOf(built.html, { ...first, scripts }));
  });
}

/** Before a page is read for anybody: whoever opened it by another name of this machine gets it by the known one. */
function sendHome(app: NestFastifyApplication): void {
  const publicUrl = app.get(PublicUrl, { strict: false });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', async (request, reply) => {
    if (!request.is404 || request.method !== 'GET') return;
    if (!isPage(request, request.url.split('?')[0] ?? '/')) return;
    const elsewhere = pageElsewhere(request, publicUrl.value);
    if (elsewhere === undefined) return;
    return reply.header('cache-control', 'no-store').redirect(elsewhere, 302);
  });
}

/** A person's browser asks for a page, at an address that is not a program's. */
function isPage(request: FastifyRequest, path: string): boolean {
  return !OF_PROGRAMS.test(path) && (request.headers.accept ?? '').includes('text/html');
}

/** The worker and the offline page are asked for anew each time, by their tag; hashed names are kept for a year. */
function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: NonNullable<ReturnType<BuiltConsole['file']>>,
): FastifyReply {
  const keep = file.isForEver ? 'public, max-age=31536000, immutable' : 'no-cache';
  void reply.header('cache-control', keep).header('etag', file.etag).header('vary', 'accept-encoding');
  if (request.headers['if-none-match'] === file.etag) return reply.status(304).send();
  const { encoding, bytes } = formFor(file, request.headers['accept-encoding'] ?? '');
  if (encoding !== null) void reply.header('content-encoding', encoding);
  return reply.type(file.type).send(bytes);
}
