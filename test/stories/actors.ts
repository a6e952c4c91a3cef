import { createHash, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';

/** An answer as a caller sees it. */
export interface Answer<T = Record<string, unknown>> {
  status: number;
  body: T;
  headers: Headers;
}

type Json = Record<string, unknown>;

/** Sends JSON (or nothing) and reads JSON (or nothing). */
export async function send<T = Json>(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
  signal: AbortSignal | null = null,
): Promise<Answer<T>> {
  const response = await fetch(url, {
    method,
    signal,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : parse(text)) as T, headers: response.headers };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}

/** A person at a browser: signs in once, then carries the cookie. */
export class Person {
  private cookie: string | undefined;

  constructor(
    readonly url: string,
    readonly id: string,
  ) {}

  async signIn(): Promise<this> {
    const answer = await send(`${this.url}/api/v1/session`, 'POST', { person_id: this.id });
    if (answer.status !== 200) throw new Error(`${this.id} cannot sign in: ${JSON.stringify(answer.body)}`);
    return this.takeCookie(answer);
  }

  /** As a browser does with the answer of a sign-in. */
  takeCookie(answer: Answer): this {
    this.cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
    return this;
  }

  call<T = Json>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    signal: AbortSignal | null = null,
  ): Promise<Answer<T>> {
    const shown = { ...(this.cookie !== undefined && { cookie: this.cookie }), ...headers };
    return send<T>(`${this.url}${path}`, method, body, shown, signal);
  }

  /** The same person, at another instance. */
  at(url: string): Person {
    const there = new Person(url, this.id);
    there.cookie = this.cookie;
    return there;
  }

  get<T = Json>(path: string): Promise<Answer<T>> {
    return this.call<T>('GET', path);
  }

  post<T = Json>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>> {
    return this.call<T>('POST', path, body, headers);
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A terminal: a P-256 key that never leaves it, and the proofs it makes (RFC 9449). */
export class Terminal {
  private readonly key: KeyObject;
  readonly jwk: { kty: string; crv: string; x: string; y: string };

  constructor(
    /** The clock of the terminal, in milliseconds. */
    private readonly now: () => number = Date.now,
  ) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.key = privateKey;
    this.jwk = publicKey.export({ format: 'jwk' }) as typeof this.jwk;
  }

  proof(method: string, url: string, accessToken?: string, claims: object = {}): string {
    const header = encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: this.jwk });
    const ath =
      accessToken === undefined ? {} : { ath: createHash('sha256').update(accessToken).digest('base64url') };
    const iat = Math.floor(this.now() / 1000);
    const payload = encode({ jti: randomUUID(), htm: method, htu: url, iat, ...ath, ...claims });
    const signed = `${header}.${payload}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.key, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }
}

export interface IssuedCredential extends Json {
  access_token: string;
  token_type: string;
  expires_in: number;
  expires_at: string;
}

/** An operator at a terminal: a credential, and the data calls made with it. */
export class Operator {
  token: string | undefined;

  constructor(
    readonly person: Person,
    readonly terminal: Terminal,
  ) {}

  async credential(grantId: string, url = this.person.url): Promise<Answer<IssuedCredential>> {
    const path = `/api/v1/grants/${grantId}/credential`;
    const answer = await this.person.post<IssuedCredential>(path, undefined, {
      dpop: this.terminal.proof('POST', `${url}${path}`),
    });
    if (answer.status === 200) this.token = answer.body.access_token;
    return answer;
  }

  data<T = Json>(path: string, body: unknown, at = this.person.url): Promise<Answer<T>> {
    const token = this.token ?? '';
    const proof = this.terminal.proof('POST', `${this.person.url}${path}`, token);
    return send<T>(`${at}${path}`, 'POST', body, { authorization: `DPoP ${token}`, dpop: proof });
  }

  lookup(search: object, more: { call?: object; purpose?: string } = {}): Promise<Answer<LookupBody>> {
    const call = {
      id: `call-${randomUUID()}`,
      direction: 'inbound',
      started_at: new Date().toISOString(),
      ...more.call,
    };
    return this.data('/api/v1/lookups', { call, purpose: more.purpose ?? 'outage_enquiry', search });
  }

  match(ref: string, field: string, value: string): Promise<Answer<{ record_id: string; match: boolean }>> {
    return this.data(`/api/v1/lookups/${ref}/match`, { field, value });
  }

  reveal(
    ref: string,
    field: string,
    reason = '折り返しの連絡のため',
  ): Promise<Answer<{ record_id: string; value: string }>> {
    return this.data(`/api/v1/lookups/${ref}/reveal`, { field, reason });
  }
}

export interface LookupBody {
  record_id: string;
  outcome: 'found' | 'no_result';
  dispatched?: boolean;
  results: { ref: string; fields: Json; withheld: { field: string; mode: string }[] }[];
  code?: string;
}
