import { Injectable } from '@nestjs/common';
import type { FieldId, FieldMode } from '../agreements/field-catalogue.js';
import type { Reference } from '../config/secret-keys.js';
import { CODES, type Code } from '../contract/codes.js';
import { DomainError } from '../contract/domain-error.js';
import type { AccessTokenClaims } from '../credentials/access-token.js';
import { OauthService } from '../credentials/oauth.service.js';
import { Database } from '../database/database.js';
import type { RefusalFloods } from '../identity/refusal-floods.js';
import { Ledger } from '../ledger/ledger.js';
import type { WheelingRecord } from '../wheeling/wheeling-record.js';
import { customerFacts, statedFacts, type CustomerFacts } from './audit-facts.js';
import { hasPower } from './decide.js';
import type { EvaluationView } from './evaluation.dto.js';
import type { Evaluation, Place } from './evaluation.request.js';
import type { GateAnswer, GateQuestion } from './gate-question.js';
import type { Gate } from './gate.js';
import { EVALUATION } from './lookups.records.js';
import { namedTicket, type Systems } from './question.js';
import type { Used } from './receipt.js';
import { isTicketOf, type TicketPoint } from './tickets.js';

/** What was fetched for an evaluation; a resource server that states its facts leaves `record` null. */
interface Found {
  record: WheelingRecord | null;
  customer: CustomerFacts | null;
  ticketPoint: TicketPoint;
}
const NOT_FETCHED: Found = { record: null, customer: null, ticketPoint: undefined };

/**
 * Decisions for resource servers that hold the data themselves (OpenID AuthZEN). The decision is the recorded
 * use: a server that asks and then shows nothing has used it all the same. That the operator's proof was
 * checked is the resource server's duty; that its token is current is checked here.
 */
@Injectable()
export class EvaluationService {
  constructor(
    private readonly gate: Gate,
    private readonly oauth: OauthService,
    private readonly systems: Systems,
    private readonly reference: Reference,
    private readonly refusals: { database: Database; ledger: Ledger; floods: RefusalFloods },
  ) {}

  async evaluate(clientId: string, asked: Evaluation): Promise<Used<EvaluationView>> {
    const holder = this.oauth.verifyOrNothing(asked.token);
    if (holder === undefined) return this.refuseForged(clientId, asked);
    const base = this.question(clientId, asked, holder);
    const { stated } = asked;
    const fields = asked.fields.filter((field) => field !== null);
    let found: Found | DomainError = NOT_FETCHED;
    if (fields.length < asked.fields.length || stated === null || needsTicket(asked, stated)) {
      // Nothing is fetched for whoever may not use it: first the checks, then the wheeling system.
      const { call } = asked;
      const use = { action: 'enter', call, field: null, fields: asked.fields, kind: 'evaluate' } as const;
      const entry = await this.gate.ask({ ...base, use });
      if (!entry.decision.permit) return viewOf({ ...entry, answer: null });
      found = await this.find(asked);
      if (found instanceof DomainError) return this.refuse(clientId, asked, holder, found.code);
    }
    const { customer, ticketPoint, record } = found;
    const place = record === null ? stated : placeOf(record);
    if (place === null) return this.refuse(clientId, asked, holder, 'outside_area');
    const hasTicket = hasOwnTicket(asked, record, ticketPoint);
    const isAsked = asked.call.ticketId !== null && hasPower(place);
    const answer = await this.gate.ask<EvaluationView['context']['fields']>({
      ...base,
      use: {
        action: 'evaluate',
        call: asked.call,
        fields,
        mode: asked.mode,
        target: { ...place, hasTicket },
      },
      ticket: namedTicket(this.reference, asked.supplyPointId, {
        target: { ...place, hasTicket },
        ticketPoint,
      }),
      customer: customer ?? statedFacts(place.municipalityCode),
      details: {
        ...base.details,
        outage_state: place.outageState,
        facts: record === null ? 'stated' : 'fetched',
        ticket_verified: isAsked ? hasTicket : null,
      },
      disclose: (profile) => ({ answer: withModes(fields, profile), details: {} }),
    });
    return viewOf(answer);
  }

  private question(
    clientId: string,
    asked: Evaluation,
    holder: AccessTokenClaims,
  ): Omit<GateQuestion<never>, 'use'> {
    return {
      holder,
      replayKey: null,
      sought: this.reference.of('sought', `point ${asked.supplyPointId}`),
      point: null,
      isFailedAttempt: false,
      refHash: null,
      // Whoever asks here holds real data: a drill gets no further than this (law 9).
      dataSet: 'real',
      supplyPointRef: this.reference.of('supply_point', asked.supplyPointId),
      record: EVALUATION,
      details: detailsOf(clientId, asked),
      disclose: () => null,
    };
  }

  /** What the resource server left out, and the ticket where it decides: what the wheeling system says of them. */
  private async find(asked: Evaluation): Promise<Found | DomainError> {
    const { wheelings, tickets } = this.systems;
    try {
      let record: WheelingRecord | null = null;
      if (asked.stated === null) {
        const answer = await wheelings.real.bySupplyPoint(asked.supplyPointId);
        if (answer.kind !== 'one') return new DomainError('outside_area');
        record = answer.record;
      }
      const place = asked.stated ?? (record && placeOf(record));
      const isAsked = place !== null && needsTicket(asked, place);
      const ticketPoint = isAsked ? await tickets.pointOf(wheelings.real, asked.call) : undefined;
      return { record, customer: record && customerFacts(record, this.reference), ticketPoint };
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
  }

  /** Of nobody's token: answered 200, so no filter counts it. A flood of them has one record with their number. */
  private async refuseForged(clientId: string, asked: Evaluation): Promise<Used<EvaluationView>> {
    const key = { personId: undefined, organizationId: undefined, clientId, kind: 'any' } as const;
    let used: Used<EvaluationView> | undefined;
    const standing = await this.refusals.floods.note(key, 'invalid_token', async () => {
      used = await this.refuse(clientId, asked, undefined, 'invalid_token');
      return used.view.context.record_id ?? undefined;
    });
    return used ?? { view: refused(standing ?? null, 'invalid_token'), receipt: null };
  }

  /** A refusal before the gate could look at rows: it is on record like any other. */
  private async refuse(
    clientId: string,
    asked: Evaluation,
    holder: AccessTokenClaims | undefined,
    code: Code,
  ): Promise<Used<EvaluationView>> {
    const { database, ledger } = this.refusals;
    const record = await database.transaction('none', async (tx) => {
      const [record] = await ledger.append(tx, {
        type: EVALUATION,
        decision: 'refuse',
        code,
        subject: {
          personId: holder?.personId,
          grantId: holder?.grantId,
          declarationId: holder?.declarationId,
          supplyPointRef: this.reference.of('supply_point', asked.supplyPointId),
        },
        details: detailsOf(clientId, asked),
      });
      return record;
    });
    const [receipt = null] = ledger.receipts(record ? [record] : []);
    return { view: refused(record?.id ?? null, code), receipt };
  }
}

/** The ticket decides only where the call may be about more than an outage. */
function needsTicket({ call }: Evaluation, place: Place): boolean {
  return call.ticketId !== null && call.direction === 'inbound' && hasPower(place);
}

function hasOwnTicket(asked: Evaluation, record: WheelingRecord | null, ticketPoint: TicketPoint): boolean {
  if (record !== null) return isTicketOf(record, asked.call, ticketPoint);
  return asked.call.ticketId !== null && ticketPoint === asked.supplyPointId;
}

const placeOf = (record: WheelingRecord): Place => ({
  municipalityCode: record.municipality_code,
  outageState: record.outage_state,
});

function detailsOf(clientId: string, asked: Evaluation): Record<string, string | string[] | null> {
  return {
    client: clientId,
    action: asked.mode,
    // Names that the catalogue does not know may hold anything: they are not kept.
    fields: asked.fields.map((field) => field ?? 'unknown'),
    call_id: asked.call.id,
    direction: asked.call.direction,
    call_started_at: asked.call.startedAt,
    ticket_id: asked.call.ticketId,
    purpose: asked.purpose,
    supply_point_id: asked.supplyPointId,
  };
}

function withModes(
  fields: readonly FieldId[],
  profile: ReadonlyMap<FieldId, FieldMode>,
): { field: string; mode: string }[] {
  return fields.flatMap((field) => {
    const mode = profile.get(field);
    return mode === undefined ? [] : [{ field, mode }];
  });
}

function viewOf({
  decision,
  recordId,
  receipt,
  answer,
}: GateAnswer<{ field: string; mode: string }[]>): Used<EvaluationView> {
  if (!decision.permit) return { view: refused(recordId, decision.code ?? 'outside_area'), receipt };
  const context = { record_id: recordId, fields: answer ?? [], reason: null };
  return { view: { decision: true, context }, receipt };
}

function refused(recordId: string | null, code: Code): EvaluationView {
  const { ja, en } = CODES[code];
  return { decision: false, context: { record_id: recordId, fields: [], reason: { code, ja, en } } };
}
