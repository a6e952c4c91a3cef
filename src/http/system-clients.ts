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
import { Batcher } from '../lookups/batcher.js';

const BATCH = { size: 256, inFlight: 2 };

/** Resource servers: HTTP Basic or private_key_jwt; an assertion is good once, on any instance. */
@Injectable()
export class SystemClients {
  /** Thousands of calls a second come from a handful of systems: those that wait together are read together. */
  private readonly lookups = new Batcher((ids: string[]) => this.findAll(ids), BATCH);

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
    if (client.method === 'private_key_jwt') await this.burn(client.replayKey, client.usableUntil);
    return { clientId: client.clientId };
  }

  private async find(id: string): Promise<RegisteredClient | undefined> {
    return /^[a-z][a-z0-9-]{1,63}$/.test(id) ? this.lookups.ask(id) : undefined;
  }

  /** Read for every call, after it came: a client that is withdrawn is refused from then on. */
  private async findAll(ids: string[]): Promise<(RegisteredClient | undefined)[]> {
    const rows = await this.credentials.clientsByIds([...new Set(ids)]);
    const found = new Map(rows.map((row) => [row.id, registered(row)]));
    return ids.map((id) => found.get(id));
  }

  private async burn(replayKey: Buffer, usableUntil: number): Promise<void> {
    const until = new Date(usableUntil * 1000);
    const isNew = await this.database.transaction('none', (tx) =>
      this.credentials.burnProof(tx, replayKey, until),
    );
    if (!isNew) throw new DomainError('invalid_client', { internal: 'assertion replayed' });
  }
}

function registered(row: { id: string; secret_hash: Buffer | null; jwks: string | null }): RegisteredClient {
  return {
    id: row.id,
    ...(row.secret_hash && { secretHash: row.secret_hash }),
    ...(row.jwks !== null && { jwks: JSON.parse(row.jwks) as JSONWebKeySet }),
  };
}
