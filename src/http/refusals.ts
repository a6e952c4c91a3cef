import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { FastifyRequest } from 'fastify';
import { BrokerClock } from '../clock/broker-clock.js';
import type { DomainError } from '../contract/domain-error.js';
import type { PresentingRequest } from '../credentials/presented.js';
import { Database } from '../database/database.js';
import { GrantsRepository } from '../grants/grants.repository.js';
import type { KnownRequest } from '../identity/caller.decorator.js';
import { REFUSED, REFUSED_OFTEN } from '../identity/identity.records.js';
import { Ledger } from '../ledger/ledger.js';
import { RequestMeter } from '../meters/request-meter.js';
import { Turns } from '../meters/turns.js';
import { Floods, type Flood, type FloodKey } from './limits/floods.js';

/** Who reports what should not have been seen is sealed (MECH-6); who was refused there would tell as much. */
const WITHOUT_PERSON = new Set(['/api/v1/incidents']);

type Request = FastifyRequest & KnownRequest & PresentingRequest;

/** Law 2: a refusal of a signed-in caller is a record, a flood of them one with their number; those of strangers are counted. */
@Injectable()
export class Refusals implements OnApplicationShutdown {
  readonly turns = new Turns('refusals');
  readonly ofStrangers = new Map<string, number>();
  private readonly floods = new Floods();
  private readonly log = new Logger('refusals');

  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly grants: GrantsRepository,
    private readonly meter: RequestMeter,
    private readonly clock: BrokerClock,
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
    const key = floodKeyOf(request, error);
    const { isRecorded, record } = this.floods.note(key, error.code, this.clock.now());
    if (!isRecorded) return record;
    const id = await this.record(request, error);
    this.floods.recorded(key, id);
    return id;
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

  @Interval(10_000)
  async tick(): Promise<void> {
    await this.turns.count('refusals', this.runOnce()).catch((error: unknown) => this.tell(error));
  }

  /**
   * Records the floods whose minute is over; `all`: also those under way. A crash loses the numbers of a minute.
   * Error: what kept the last of those from being recorded that were not; the others are.
   */
  async runOnce(all = false): Promise<number> {
    const floods = this.floods.take(this.clock.now(), all);
    const failures: unknown[] = [];
    for (const flood of floods)
      await this.recordFlood(flood).catch((failure: unknown) => failures.push(failure));
    if (failures.length > 0) throw failures.at(-1);
    return floods.length;
  }

  /** After the last answer: nothing is left uncounted. */
  async onApplicationShutdown(): Promise<void> {
    await this.runOnce(true).catch((error: unknown) => this.tell(error));
  }

  private tell(failure: unknown): void {
    this.log.error(`floods could not be recorded: ${failure instanceof Error ? failure.name : 'unknown'}`);
  }

  private async recordFlood(flood: Flood): Promise<void> {
    const { personId, organizationId, clientId, counts } = flood;
    await this.database.transaction('none', (tx) =>
      this.ledger.append(tx, {
        type: REFUSED_OFTEN,
        decision: 'refuse',
        subject: { personId, organizationId },
        details: {
          client: clientId,
          count: Object.values(counts).reduce((sum, count) => sum + count, 0),
          codes: Object.entries(counts).map(([code, count]) => `${code} ${count}`),
          first: flood.firstRecord ?? null,
          since: flood.since.toISOString(),
          until: flood.until.toISOString(),
        },
      }),
    );
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
