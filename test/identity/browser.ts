export interface Seen {
  url: string;
  status: number;
  headers: Headers;
  text: string;
}

/** As much of a browser as a sign-in needs: cookies of each origin, and redirects that it follows by hand. */
export class Browser {
  private readonly jars = new Map<string, Map<string, string>>();

  /** The cookies that an origin has set here; a test may look, and plant. */
  jar(url: string): Map<string, string> {
    const { origin } = new URL(url);
    const jar = this.jars.get(origin) ?? new Map<string, string>();
    this.jars.set(origin, jar);
    return jar;
  }

  async open(url: string, init: RequestInit = {}): Promise<Seen> {
    const jar = this.jar(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { accept: 'text/html', ...(cookie !== '' && { cookie }), ...(init.headers as object) };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.keep(jar, line);
    return { url, status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Follows redirects, and signs in and consents where the provider asks; stops before an address that `until` names. */
  async walk(url: string, login: string, until: (url: string) => boolean = () => false): Promise<Seen> {
    let seen = await this.open(url);
    for (let steps = 0; steps < 20; steps += 1) {
      const location = seen.headers.get('location');
      if (location !== null && seen.status >= 300 && seen.status < 400) {
        const next = new URL(location, seen.url).href;
        if (until(next)) return { ...seen, url: next };
        seen = await this.open(next);
        continue;
      }
      const form = /action="([^"]+)"[^>]*method="post"/.exec(seen.text)?.[1];
      const prompt = /name="prompt" value="(\w+)"/.exec(seen.text)?.[1];
      if (form === undefined || prompt === undefined) return seen;
      const body = new URLSearchParams({ prompt, ...(prompt === 'login' && { login, password: 'any' }) });
      seen = await this.open(new URL(form, seen.url).href, { method: 'POST', body });
    }
    throw new Error(`no end of the way at ${seen.url}`);
  }

  private keep(jar: Map<string, string>, line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const isGone = attributes.some(
      (one) => /^expires=Thu, 01 Jan 1970/i.test(one) || /^max-age=0$/i.test(one),
    );
    if (isGone || value === '') jar.delete(name);
    else jar.set(name, value);
  }
}
