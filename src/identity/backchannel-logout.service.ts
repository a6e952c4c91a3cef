import { Injectable } from '@nestjs/common';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { BrokerClock } from '../clock/broker-clock.js';
import type { IdentityProvider } from '../config/identity-providers.js';
import { DomainError } from '../contract/domain-error.js';
import { Database } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { PROVIDER_LOGOUT } from './identity.records.js';
import { IdentityProviders, PROVIDER_WAITS_SECONDS } from './providers.service.js';
import { SignInRepository } from './sign-in.repository.js';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const OLDEST_SECONDS = 120;
const TOLERANCE_SECONDS = 30;
/** What a public key can verify; never a shared secret, never none. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

interface LogoutToken {
  jti: string;
  sub: string | undefined;
  sid: string | undefined;
}

/** OpenID Connect Back-Channel Logout 1.0: the provider says that somebody signed out there. */
@Injectable()
export class BackchannelLogoutService {
  private readonly keys = new Map<string, JWTVerifyGetKey>();

  constructor(
    private readonly clock: BrokerClock,
    private readonly providers: IdentityProviders,
    private readonly notices: SignInRepository,
    private readonly database: Database,
    private readonly ledger: Ledger,
  ) {}

  /** Ends what the token names; ending nothing is fine (the session may have ended). Errors: `invalid_logout_token` */
  async end(providerId: string, text: unknown): Promise<void> {
    const provider = this.providers.find(providerId);
    if (typeof text !== 'string') throw new DomainError('invalid_logout_token', { internal: 'none' });
    const token = await this.verify(provider, text);
    const isNew = await this.database.transaction('none', async (tx) => {
      const kept = new Date(tx.now.getTime() + 2 * (OLDEST_SECONDS + TOLERANCE_SECONDS) * 1_000);
      if (!(await this.notices.noticed(tx, provider.id, token.jti, kept))) return false;
      const ended = await this.notices.endProvided(tx, provider.id, token);
      for (const personId of new Set(ended.map((one) => one.person_id))) {
        const sessions = ended.filter((one) => one.person_id === personId).map(({ id }) => id);
        const details = { provider: provider.id, sessions };
        await this.ledger.append(tx, { type: PROVIDER_LOGOUT, subject: { personId }, details });
      }
      return true;
    });
    if (!isNew) throw new DomainError('invalid_logout_token', { internal: `${provider.id}: jti again` });
  }

  private async verify(provider: IdentityProvider, text: string): Promise<LogoutToken> {
    const keys = await this.keysOf(provider);
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(text, keys, {
        issuer: provider.issuer,
        audience: provider.clientId,
        algorithms: ALGORITHMS,
        requiredClaims: ['iat', 'jti', 'events'],
        maxTokenAge: OLDEST_SECONDS,
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: this.clock.now(),
      }));
    } catch (error) {
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) {
        throw new DomainError('provider_unavailable', { internal: provider.id });
      }
      throw new DomainError('invalid_logout_token', { internal: `${provider.id}: ${error.code}` });
    }
    return tokenOf(payload);
  }

  /** A key that is not known is looked for again, at most every half minute: a rotation needs no restart. */
  private async keysOf(provider: IdentityProvider): Promise<JWTVerifyGetKey> {
    const client = await this.providers.client(provider);
    const { jwks_uri: uri } = client.serverMetadata();
    if (uri === undefined) throw new DomainError('provider_unavailable', { internal: 'no jwks_uri' });
    const known = this.keys.get(uri);
    if (known) return known;
    const keys = createRemoteJWKSet(new URL(uri), { timeoutDuration: PROVIDER_WAITS_SECONDS * 1_000 });
    this.keys.set(uri, keys);
    return keys;
  }
}

/** §2.6: what makes it a logout token, so that no ID token passes for one. */
function tokenOf(payload: JWTPayload): LogoutToken {
  const { jti, sub, events, nonce } = payload;
  const { sid } = payload as { sid?: unknown };
  const event: unknown = isObject(events) ? events[EVENT] : undefined;
  const isText = (value: unknown): boolean =>
    value === undefined || (typeof value === 'string' && value.length > 0 && value.length <= 255);
  const isWhole =
    isObject(event) &&
    nonce === undefined &&
    jti !== undefined &&
    [jti, sub, sid].every(isText) &&
    (sub !== undefined || sid !== undefined);
  if (!isWhole) throw new DomainError('invalid_logout_token', { internal: 'its claims' });
  return { jti, sub, sid: sid as string | undefined };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
