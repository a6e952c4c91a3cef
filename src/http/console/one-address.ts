import type { FastifyRequest } from 'fastify';

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * → where the page is that somebody opened by another name of this machine (`localhost` for `127.0.0.1`): there every change
 * would be another site's. Undefined: here. Never to anywhere but the configured address, and only from loopback to loopback
 * on the same port, so that no proxy's or tunnel's visitor is sent away.
 */
export function pageElsewhere(
  { url, headers }: Pick<FastifyRequest, 'url' | 'headers'>,
  publicUrl: string,
): string | undefined {
  const asked = `http://${headers.host ?? ''}`;
  // An address in the request line (RFC 9112 §3.2.2) does not begin so; put behind ours it might name another host.
  if (!url.startsWith('/') || !URL.canParse(asked)) return undefined;
  const [here, known] = [new URL(asked), new URL(publicUrl)];
  const isOther = here.host !== known.host && here.port === known.port;
  if (!isOther || !LOOPBACK.has(here.hostname) || !LOOPBACK.has(known.hostname)) return undefined;
  return `${known.origin}${url}`;
}
