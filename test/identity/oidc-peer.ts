import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import Provider from 'oidc-provider';

/** A member of a token endpoint's answer, before it leaves. */
export type Tamper = (idToken: string) => Promise<string>;

const CLIENT = 'kashikagi';

/** A provider that we did not write (oidc-provider), as a server of its own on loopback; its people are whoever they say. */
export class OidcPeer {
  /** Set: what an attacker between the provider and us would put in the place of the ID token. */
  tamper: Tamper | undefined;
  /** How many requests each path has had. */
  readonly asked = new Map<string, number>();
  /** The parameters of the last authorization request. */
  authorization: URLSearchParams | undefined;
  /** Whether another answer than one of the provider comes from its address. */
  isSilent = false;
  private provider: Provider | undefined;

  private constructor(
    readonly issuer: string,
    private readonly server: Server,
    private readonly key: JWK,
  ) {}

  static async start(): Promise<OidcPeer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const key = { ...(await exportJWK(privateKey)), kid: 'peer-1', alg: 'RS256', use: 'sig' };
    const peer = new OidcPeer(issuer, server, key);
    server.on('request', (request, response) => {
      const path = new URL(request.url ?? '/', issuer).pathname;
      peer.asked.set(path, (peer.asked.get(path) ?? 0) + 1);
      // Silence is a connection that is taken and never answered.
      if (!peer.isSilent) void peer.provider?.callback()(request, response);
    });
    return peer;
  }

  /** Opens for one client: the broker at this address, which the provider could not know before. */
  serve(brokerUrl: string, providerId: string): void {
    const secret = 'peer-secret-peer-secret-peer-secret';
    const base = `${brokerUrl}/api/v1/sign-in/${providerId}`;
    this.provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT,
          client_secret: secret,
          redirect_uris: [`${base}/callback`],
          backchannel_logout_uri: `${base}/backchannel-logout`,
          backchannel_logout_session_required: true,
        },
      ],
      jwks: { keys: [this.key] },
      cookies: { keys: ['cookie-key-of-the-peer'] },
      claims: { openid: ['sub', 'employee_number'] },
      conformIdTokenClaims: false,
      pkce: { required: () => true },
      features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
      findAccount: (_context: unknown, id: string) => ({
        accountId: id,
        claims: () => ({ sub: id, employee_number: `E-${id}`, email: 'shared@example.jp' }),
      }),
    });
    this.provider.use(async (context, next) => {
      if (context.path === '/auth') this.authorization = new URL(context.href).searchParams;
      await next();
      const body = context.body as { id_token?: string } | undefined;
      if (context.path === '/token' && body?.id_token !== undefined && this.tamper)
        context.body = { ...body, id_token: await this.tamper(body.id_token) };
    });
  }

  get clientId(): string {
    return CLIENT;
  }
  static get clientSecret(): string {
    return 'peer-secret-peer-secret-peer-secret';
  }

  /** Signs with the provider's own key whatever it is given. */
  async sign(claims: object, header: object = {}, key: JWK = this.key): Promise<string> {
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'peer-1', ...header })
      .sign(await importJWK(key, 'RS256'));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
