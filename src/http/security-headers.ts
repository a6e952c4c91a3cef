import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Answers about people and customers: no browser, proxy or history keeps one. */
const WITH_DATA = /^\/(api|oauth|access)(\/|$|\?)/;

const POLICY = {
  'default-src': ["'self'"],
  'script-src': ["'self'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
  // No text becomes script by being put into a page; the console may name its service worker, and nothing else.
  'require-trusted-types-for': ["'script'"],
  'trusted-types': ['kashikagi'],
};

/** The same for an answer that is given before any hook runs: to an address that no route can have. */
export const HEADERS_BEFORE_ROUTING = {
  'content-security-policy': Object.entries(POLICY)
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join(';'),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/**
 * What every answer tells a browser: take script and style from here alone and none that stands inside a page, show the
 * console in nobody's frame, tell no other site where one comes from, guess no content type; over https, nothing else
 * ever again. /ledger says itself how long its tiles are kept.
 */
export async function answerSafely(app: NestFastifyApplication, publicUrl: string | null): Promise<void> {
  const isSecure = publicUrl?.startsWith('https:') === true;
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    strictTransportSecurity: isSecure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      if (WITH_DATA.test(request.url)) void reply.header('cache-control', 'no-store');
      done();
    });
}
