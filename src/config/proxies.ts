import { isIP } from 'node:net';

const MOST = 100;

/** `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`; never everybody, since a header that anyone may write names no one. */
function isProxy(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const [address = '', bits, ...more] = value.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

export function areProxies(value: unknown): boolean {
  return Array.isArray(value) && value.length <= MOST && value.every(isProxy);
}
