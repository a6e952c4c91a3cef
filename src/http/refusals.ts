import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DomainError } from '../contract/domain-error.js';
import type { PresentingRequest } from '../credentials/presented.js';
import { Database } from '../database/database.js';
import { GrantsRepository } from '../grants/grants.repository.js';
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
    private readonly grants: GrantsRepository,
  ) {}

  /** → the record's id, if the caller is known and the refusal is not on record already. */
  async note(request: Request, error: DomainError): Promise<string | undefined> {
    if (error.more.recordId !== undefined) return error.more.recordId;
    const { caller, system, claimed } = request;
    if (!caller && !system && !claimed) {
      this.ofStrangers.set(error.code, (this.ofStrangers.get(error.code) ?? 0) + 1);
      return undefined;
    }
    const [record] = await this.database.transaction('none', async (tx) => {
      const grant = claimed && (await this.grants.placeOf(tx, claimed.grantId));
      return this.ledger.append(tx, {
        type: REFUSED,
        decision: 'refuse',
        code: error.code,
        subject: {
          isDrill: grant?.is_drill ?? false,
          personId: caller?.personId ?? claimed?.personId,
          organizationId: caller?.organizationId ?? grant?.organization_id,
          grantId: claimed?.grantId,
          declarationId: claimed?.declarationId,
        },
        details: {
          method: request.method,
          route: request.routeOptions.url ?? '',
          status: error.status,
          client: system?.clientId,
        },
      });
    });
    return record?.id;
  }
}
