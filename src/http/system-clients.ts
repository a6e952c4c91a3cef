import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { JSONWebKeySet } from 'jose';
import { BrokerClock } from '../clock/broker-clock.js';
import type { SystemCaller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { PublicUrl } from '../contract/public-url.js';
import { authenticateClient, type RegisteredClient } from '../credentials/client-authentication.js';
import { ClientSecrets } from '../credentials/client-secret.js';
import { CredentialsRepository } from '../credentials/credentials.repository.js';
import { Database } from '../database/database.js';

/** Resource servers: HTTP Basic or private_key_jwt; an assertion is good once, on any instance. */
@Injectable()
export class SystemClients {
  constructor(
    private readonly clock: BrokerClock,
    private readonly publicUrl: PublicUrl,
    private readonly secrets: ClientSecrets,
    private readonly credentials: CredentialsRepository,
    private readonly database: Database,
  ) {}

  async authenticate(request: FastifyRequest): Promise<SystemCaller> {
    const url = this.publicUrl.value;
    const body = (request.body ?? {}) as Record<string, unknown>;
    const client = await authenticateClient(
      { ...body, authorization: request.headers.authorization },
      {
        lookup: (id) => this.find(id),
        secrets: this.secrets,
        audiences: [url, `${url}${request.url.split('?')[0]}`],
        now: this.clock.now(),
      },
    );
    if (client.method === 'private_key_jwt') await this.burn(client.replayKey);
    return { clientId: client.clientId };
  }

  private async find(id: string): Promise<RegisteredClient | undefined> {
    if (!/^[a-z][a-z0-9-]{1,63}$/.test(id)) return undefined;
    const row = await this.credentials.clientById(id);
    if (!row) return undefined;
    return {
      id: row.id,
      ...(row.secret_hash && { secretHash: row.secret_hash }),
      ...(row.jwks !== null && { jwks: JSON.parse(row.jwks) as JSONWebKeySet }),
    };
  }

  private async burn(replayKey: Buffer): Promise<void> {
    const isNew = await this.database.transaction('none', (tx) => this.credentials.burnProof(tx, replayKey));
    if (!isNew) throw new DomainError('invalid_client', { internal: 'assertion replayed' });
  }
}
