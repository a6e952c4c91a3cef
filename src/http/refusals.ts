import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DomainError } from '../contract/domain-error.js';
import type { PresentingRequest } from '../credentials/presented.js';
import { Database } from '../database/database.js';
import type { KnownRequest } from '../identity/caller.decorator.js';
import { REFUSED } from '../identity/identity.records.js';
import { Ledger } from '../ledger/ledger.js';

type Request = FastifyRequest & KnownRequest & PresentingRequest;

/** Law 2: a refusal of a signed-in caller is a record; those of strangers are counted. */
@Injectable()
export class Refusals {
  readonly ofStrangers = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
  ) {}

  /** → the record's id, if the caller is known and the refusal is not on record already. */
  async note(request: Request, error: DomainError): Promise<string | undefined> {
    if (error.more.recordId !== undefined) return error.more.recordId;
    const { caller, system, presented } = request;
    if (!caller && !system && !presented) {
      this.ofStrangers.set(error.code, (this.ofStrangers.get(error.code) ?? 0) + 1);
      return undefined;
    }
    const [record] = await this.database.transaction('none', (tx) =>
      this.ledger.append(tx, {
        type: REFUSED,
        decision: 'refuse',
        code: error.code,
        subject: {
          personId: caller?.personId ?? presented?.holder.personId,
          organizationId: caller?.organizationId,
          grantId: presented?.holder.grantId,
          declarationId: presented?.holder.declarationId,
        },
        details: {
          method: request.method,
          route: request.routeOptions.url ?? '',
          status: error.status,
          client: system?.clientId,
        },
      }),
    );
    return record?.id;
  }
}
