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
