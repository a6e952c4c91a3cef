import { Injectable, type OnModuleInit } from '@nestjs/common';
import { importJWK, type CryptoKey, type JWK } from 'jose';
import { readFile } from 'node:fs/promises';
import {
  allowInsecureRequests,
  ClientSecretBasic,
  clockSkew,
  Configuration,
  discovery,
  enableNonRepudiationChecks,
  None,
  PrivateKeyJwt,
  type ClientAuth,
  type ServerMetadata,
} from 'openid-client';
import { BrokerClock } from '../clock/broker-clock.js';
import { isPlainIssuer, type IdentityProvider } from '../config/identity-providers.js';
import { KeyFileError, readKeyFile } from '../config/key-files.js';
import { Settings } from '../config/settings.js';
import { DomainError } from '../contract/domain-error.js';
import { PublicUrl } from '../contract/public-url.js';

/** For each call to a provider; a sign-in makes at most three. */
export const PROVIDER_WAITS_SECONDS = 4;
const DISCOVERED_FOR_MS = 10 * 60_000;

interface Discovered {
  metadata: ServerMetadata;
  at: number;
}

/**
 * The identity providers of the settings, as OpenID Connect clients of theirs. What a provider says of itself is read
 * at the first sign-in and every ten minutes; while it cannot be read again, what it said before goes on being used.
 */
@Injectable()
export class IdentityProviders implements OnModuleInit {
  private readonly auth = new Map<string, ClientAuth>();
  private readonly discovered = new Map<string, Discovered>();

  constructor(
    private readonly settings: Settings,
    private readonly clock: BrokerClock,
    private readonly publicUrl: PublicUrl,
  ) {}

  /** A key that cannot be read stops the start: later it would stop a sign-in. */
  async onModuleInit(): Promise<void> {
    for (const provider of this.all) this.auth.set(provider.id, await authOf(provider));
  }

  get all(): readonly IdentityProvider[] {
    return this.settings.identityProviders;
  }

  find(id: string): IdentityProvider {
    const provider = this.all.find((one) => one.id === id);
    if (!provider) throw new DomainError('not_found');
    return provider;
  }

  /** Where the provider sends the browser back to; registered there. One for each, so that no answer passes for another's. */
  callbackOf(provider: IdentityProvider): string {
    return `${this.publicUrl.value}/api/v1/sign-in/${provider.id}/callback`;
  }

  /** The client as of now; times in tokens are judged by the database's clock. Errors: `provider_unavailable`. */
  async client(provider: IdentityProvider): Promise<Configuration> {
    const metadata = await this.metadata(provider);
    const client = { [clockSkew]: Math.round(this.clock.aheadBySeconds) };
    const configuration = new Configuration(metadata, provider.clientId, client, this.auth.get(provider.id));
    configuration.timeout = PROVIDER_WAITS_SECONDS;
    // The ID token's signature is verified as well, not only the TLS of the answer that brought it.
    enableNonRepudiationChecks(configuration);
    if (isPlainIssuer(provider)) allowInsecureRequests(configuration);
    return configuration;
  }

  private async metadata(provider: IdentityProvider): Promise<ServerMetadata> {
    const known = this.discovered.get(provider.id);
    const now = this.clock.now().getTime();
    if (known && now - known.at < DISCOVERED_FOR_MS) return known.metadata;
    try {
      const found = await discovery(new URL(provider.issuer), provider.clientId, undefined, None(), {
        timeout: PROVIDER_WAITS_SECONDS,
        execute: isPlainIssuer(provider) ? [allowInsecureRequests] : [],
      });
      const metadata = found.serverMetadata();
      this.discovered.set(provider.id, { metadata, at: now });
      return metadata;
    } catch (error) {
      if (known) return known.metadata;
      throw new DomainError('provider_unavailable', { internal: `${provider.id}: ${nameOf(error)}` });
    }
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

async function authOf(provider: IdentityProvider): Promise<ClientAuth> {
  const { clientSecretFile, privateKeyFile } = provider;
  if (privateKeyFile !== undefined) return PrivateKeyJwt(await privateKey(privateKeyFile));
  if (clientSecretFile === undefined) return None();
  const secret = await readFile(clientSecretFile, 'utf8').catch(() => '');
  if (secret.trim() === '') throw new KeyFileError(clientSecretFile, 'holds no client secret');
  return ClientSecretBasic(secret.trim());
}

async function privateKey(path: string): Promise<CryptoKey> {
  const jwk = (await readKeyFile(path, false)) as (JWK & { alg?: string }) | undefined;
  const key = await Promise.resolve()
    .then(() => importJWK(jwk ?? {}))
    .catch(() => undefined);
  if (!key || key instanceof Uint8Array || key.type !== 'private') {
    throw new KeyFileError(path, 'has no private key (a JWK with "alg")');
  }
  return key;
}
