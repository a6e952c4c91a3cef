import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/package-root.js';
import { SessionsService, type StartedSession } from '../../src/identity/sessions.service.js';
import type { SignIn } from '../../src/identity/session.js';
import { Broker, type BrokerOptions } from '../harness/broker.js';
import { send, type Answer, type Person } from '../stories/actors.js';
import { expectStatus } from '../stories/storm.js';
import { Browser } from './browser.js';
import { OidcPeer } from './oidc-peer.js';

type Json = Record<string, unknown>;

/** A broker with identity providers, and what a test does with it: the utility's, and one retailer's own. */
export class IdentityHouse {
  private constructor(
    readonly broker: Broker,
    readonly utility: OidcPeer,
    readonly retailer: OidcPeer,
    private readonly folder: string,
  ) {}

  static async open(more: Json = {}, options: BrokerOptions = {}): Promise<IdentityHouse> {
    const folder = await mkdtemp(join(tmpdir(), 'kashikagi-identity-'));
    const [utility, retailer] = await Promise.all([OidcPeer.start(), OidcPeer.start()]);
    const clientSecretFile = join(folder, 'client-secret');
    await writeFile(clientSecretFile, `${OidcPeer.clientSecret}\n`);
    const provider = (id: string, peer: OidcPeer, organizationIds: string[], claim: string): Json => ({
      id,
      label: `${id} の認証基盤`,
      issuer: peer.issuer,
      clientId: peer.clientId,
      clientSecretFile,
      organizationIds,
      claim,
    });
    const shipped = await readFile(join(packageRoot(), 'config', 'demonstration.json'), 'utf8');
    const file = join(folder, 'kashikagi.json');
    const identityProviders = [
      provider('utility', utility, ['tdo'], 'employee_number'),
      provider('retailer-a', retailer, ['retailer-a'], 'sub'),
    ];
    await writeFile(file, JSON.stringify({ ...(JSON.parse(shipped) as Json), identityProviders, ...more }));
    const broker = await Broker.start({ ...options, environment: { KASHIKAGI_CONFIG: file } });
    utility.serve(broker.url, 'utility');
    retailer.serve(broker.url, 'retailer-a');
    return new IdentityHouse(broker, utility, retailer, folder);
  }

  get url(): string {
    return this.broker.url;
  }

  /** Two officers map a subject to a person. */
  async map(personId: string, provider: string, subject: string): Promise<string> {
    const body = { provider, subject };
    const proposed = await (
      await this.broker.storm.person('officer-1')
    ).post(`/api/v1/people/${personId}/identities`, body);
    return this.confirm(String(expectStatus(proposed, 202)['change_id']));
  }

  async confirm(changeId: string): Promise<string> {
    const confirmer = await this.broker.storm.person('officer-2');
    const answer = await confirmer.post(`/api/v1/changes/${changeId}/confirm`);
    return (expectStatus(answer, 200) as { resource: { id: string } }).resource.id;
  }

  signInUrl(provider = 'utility', query = ''): string {
    return `${this.url}/api/v1/sign-in/${provider}${query}`;
  }

  /** All the way through the provider, as somebody. */
  async signedIn(login: string, provider = 'utility', query = '', browser = new Browser()): Promise<Browser> {
    const seen = await browser.walk(this.signInUrl(provider, query), login);
    if (seen.status !== 200 || !seen.text.includes('http-equiv="refresh"'))
      throw new Error(`no sign-in: ${seen.status} ${seen.text}`);
    return browser;
  }

  /** Up to the provider's answer, which is not delivered: the address of the return. */
  async upToReturn(login: string, provider = 'utility', browser = new Browser()): Promise<URL> {
    const seen = await browser.walk(this.signInUrl(provider), login, (url) => url.includes('/callback?'));
    return new URL(seen.url);
  }

  /** A call with the browser's session, as a program sees it. */
  async call(browser: Browser, method: string, path: string, body?: unknown): Promise<Answer> {
    const cookie = [...browser.jar(this.url)].map(([name, value]) => `${name}=${value}`).join('; ');
    return send(`${this.url}${path}`, method, body, { cookie });
  }

  /** A session of another way of signing in, as that way would start it. */
  async session(signIn: SignIn): Promise<{ browser: Browser; started: StartedSession }> {
    const [instance] = this.broker.instances;
    if (!instance) throw new Error('one instance runs');
    const started = await instance.app.get(SessionsService, { strict: false }).start(signIn);
    const browser = new Browser();
    browser.jar(this.url).set('kashikagi_session', started.token);
    return { browser, started };
  }

  person(id: string): Promise<Person> {
    return this.broker.storm.person(id);
  }

  async close(): Promise<void> {
    await this.broker.stop();
    // One that a test has stopped already is down all the same.
    await Promise.allSettled([this.utility.stop(), this.retailer.stop()]);
    await rm(this.folder, { recursive: true });
  }
}

/** The code of a problem, out of the page that a browser is shown. */
export const codeOf = (text: string): string | undefined => /<small>(\w+)/.exec(text)?.[1];
