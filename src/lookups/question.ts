import { createHash } from 'node:crypto';
import { DomainError } from '../contract/domain-error.js';
import type { Reference } from '../config/secret-keys.js';
import type { WheelingConnector } from '../wheeling/wheeling.connector.js';
import type { WheelingRecord } from '../wheeling/wheeling-record.js';
import { dataSetOf, type DataSet, type WheelingConnectors } from '../wheeling/wheeling.connectors.js';
import { hasPower } from './decide.js';
import type { GateAnswer, GateQuestion, NamedTicket } from './gate-question.js';
import type { LookupDto } from './lookups.dto.js';
import type { TicketPoint, Tickets } from './tickets.js';
import type { Call, Holder, Target } from './use.js';

/** A verified holder and its proof: what the guard hands to a data call. */
export interface Presented {
  holder: Holder;
  replayKey: Buffer;
}

/** What stands behind the gate: the wheeling systems, and their tickets. */
export interface Systems {
  wheelings: WheelingConnectors;
  tickets: Tickets;
}

/** The system that holds the data of the grant's kind (law 9): the second decision compares the two again. */
export function behind(
  { wheelings }: Systems,
  { ground }: GateAnswer,
): { wheeling: WheelingConnector; dataSet: DataSet } {
  const dataSet = dataSetOf(ground.isDrill);
  const wheeling = wheelings.of(dataSet);
  if (wheeling === undefined) throw new DomainError('drill_without_data');
  return { wheeling, dataSet };
}

/** What failed attempts at a point are counted by, whichever key led to it. */
export function pointKey(reference: Reference, supplyPointId: string): string {
  return reference.of('sought', `point ${supplyPointId}`);
}

/** The ticket that the call names, where it decides anything: on a point with power. */
export function namedTicket(
  reference: Reference,
  supplyPointId: string,
  { target, ticketPoint }: { target: Pick<Target, 'outageState' | 'hasTicket'>; ticketPoint: TicketPoint },
): NamedTicket | null {
  if (ticketPoint === undefined || !hasPower(target)) return null;
  return { key: reference.of('sought', `ticket ${supplyPointId}`), isWrong: !target.hasTicket };
}

export const hashOf = (ref: string): Buffer => createHash('sha256').update(ref).digest();

export const targetOf = (record: WheelingRecord, hasTicket: boolean): Target => ({
  municipalityCode: record.municipality_code,
  outageState: record.outage_state,
  hasTicket,
});

/** A question with nothing asked yet. */
export function question({
  holder,
  replayKey,
}: Presented): Omit<GateQuestion<never>, 'use' | 'record' | 'details'> {
  return {
    holder,
    replayKey,
    sought: null,
    point: null,
    isFailedAttempt: false,
    refHash: null,
    supplyPointRef: null,
    disclose: () => null,
  };
}

export function callOf({ call }: LookupDto): Call {
  return {
    id: call.id,
    direction: call.direction,
    startedAt: call.started_at.toISOString(),
    ticketId: call.ticket_id ?? null,
  };
}

export function detailsOf(dto: LookupDto, call: Call) {
  return {
    call_id: call.id,
    direction: call.direction,
    call_started_at: call.startedAt,
    ticket_id: call.ticketId,
    purpose: dto.purpose,
  };
}

/** → the record's id; throws the refusal, which is on record already. */
export function permitted(answer: GateAnswer): string {
  const { decision, recordId, at } = answer;
  if (decision.permit) return recordId ?? '';
  const retryAt = decision.code === null ? undefined : decision.retryAt;
  throw new DomainError(decision.code ?? 'ref_unknown', {
    ...(recordId !== null && { recordId }),
    ...(retryAt && { retryAfter: Math.max(1, Math.ceil((retryAt.getTime() - at.getTime()) / 1000)) }),
  });
}
