import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DomainError } from '../contract/domain-error.js';
import type { PresentingRequest } from '../credentials/presented.js';
import { Database } from '../database/database.js';
import { GrantsRepository } from '../grants/grants.repository.js';
import type { KnownRequest } from '../identity/caller.decorator.js';
import type { FloodKey } from '../identity/floods.js';
import { REFUSED } from '../identity/identity.records.js';
import { RefusalFloods } from '../identity/refusal-floods.js';
import { Ledger } from '../ledger/ledger.js';
import { RequestMeter } from '../meters/request-meter.js';

/** Who reports what should not have been seen is sealed (MECH-6); who was refused there would tell as much. */
const WITHOUT_PERSON = new Set(['/api/v1/incidents']);

type Request = FastifyRequest & KnownRequest & PresentingRequest;

/** Law 2: a refusal of a signed-in caller is a record, a flood of them one with their number; those of strangers are counted. */
@Injectable()
export class Refusals {
  readonly ofStrangers = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly grants: GrantsRepository,
    private readonly meter: RequestMeter,
    private readonly floods: RefusalFloods,
  ) {}

  /** → the record's id, if the caller is known and the refusal is not on record already. */
  async note(request: Request, error: DomainError): Promise<string | undefined> {
    const { caller, system, claimed } = request;
    const isKnown = caller !== undefined || system !== undefined || claimed !== undefined;
    this.meter.refused(error.code, isKnown ? 'known' : 'stranger');
    if (error.more.recordId !== undefined) return error.more.recordId;
    if (!isKnown) {
      this.ofStrangers.set(error.code, (this.ofStrangers.get(error.code) ?? 0) + 1);
      return undefined;
    }
    return this.floods.note(floodKeyOf(request, error), error.code, () => this.record(request, error));
  }

  private async record(request: Request, error: DomainError): Promise<string | undefined> {
    const { caller, system, claimed } = request;
    const route = request.routeOptions.url ?? '';
    const known = WITHOUT_PERSON.has(route) ? undefined : caller;
    const [record] = await this.database.transaction('none', async (tx) => {
      const grant = claimed && (await this.grants.placeOf(tx, claimed.grantId));
      return this.ledger.append(tx, {
        type: REFUSED,
        decision: 'refuse',
        code: error.code,
        subject: {
          isDrill: grant?.is_drill ?? false,
          personId: known?.personId ?? claimed?.personId,
          organizationId: known?.organizationId ?? grant?.organization_id,
          grantId: claimed?.grantId,
          declarationId: claimed?.declarationId,
        },
        details: {
          method: request.method,
          route,
          status: error.status,
          client: system?.clientId,
        },
      });
    });
    return record?.id;
  }
}

function floodKeyOf(request: Request, { status }: DomainError): FloodKey {
  const { caller, system, claimed, presented } = request;
  const isSealed = WITHOUT_PERSON.has(request.routeOptions.url ?? '');
  const kind = status === 429 ? 'limit' : claimed && !presented ? 'proof' : 'any';
  return {
    personId: isSealed ? undefined : (caller?.personId ?? claimed?.personId),
    organizationId: isSealed ? undefined : (caller?.organizationId ?? claimed?.organizationId),
    clientId: system?.clientId,
    kind,
  };
}
