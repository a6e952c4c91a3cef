/** `http(s)://host:port`, and nothing behind it. */
export function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}

/** The wheeling system: the sample, or an address. */
export function isWheeling(value: unknown): boolean {
  const { kind, url } = (value ?? {}) as { kind?: unknown; url?: unknown };
  return kind === 'sample' || (kind === 'http' && typeof url === 'string' && URL.canParse(url));
}

export function isNone(value: unknown): boolean {
  return ((value ?? {}) as { kind?: unknown }).kind === 'none';
}

/** One system by two spellings of its address is one system. */
export function placeOf(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, '')}${search}`;
}

export const isPort = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535;

/** `{"host", "port"}`: where something listens. */
export function isListeningPlace(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false;
  const { host, port } = value as Record<string, unknown>;
  return typeof host === 'string' && host.length > 0 && isPort(port);
}

/** The environment's port beside the file's host; loopback where the file opens none. */
export function withPort(said: unknown, port: number): object {
  return { host: '127.0.0.1', ...(said as object | null), port };
}
