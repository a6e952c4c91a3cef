import { Injectable } from '@nestjs/common';
import { isFieldId, type FieldId } from '../agreements/field-catalogue.js';
import type { SealedBox, Reference } from '../config/secret-keys.js';
import { DomainError } from '../contract/domain-error.js';
import type { Details } from '../ledger/record.js';
import type { WheelingConnector } from '../wheeling/wheeling.connector.js';
import type { WheelingRecord } from '../wheeling/wheeling-record.js';
import { customerFacts } from './audit-facts.js';
import { hasPower } from './decide.js';
import type { GateQuestion } from './gate-question.js';
import type { Gate } from './gate.js';
import type { MatchDto, MatchView, RevealDto, RevealView } from './lookups.dto.js';
import { MATCH, REVEAL } from './lookups.records.js';
import { matchValue, revealValue } from './mask.js';
import {
  behind,
  hashOf,
  namedTicket,
  permitted,
  pointKey,
  question,
  targetOf,
  type detailsOf,
  type Presented,
  type Systems,
} from './question.js';
import type { Used } from './receipt.js';
import type { RefRow, RefsRepository } from './refs.repository.js';
import { isTicketOf } from './tickets.js';
import type { Call } from './use.js';

interface ByRef {
  row: RefRow;
  record: WheelingRecord;
  base: Omit<GateQuestion, 'use'>;
  wheeling: WheelingConnector;
}

/** Match (照合) and reveal (都度開示), by the reference of an earlier lookup; decided twice as a lookup is. */
@Injectable()
export class RefUsesService {
  constructor(
    private readonly gate: Gate,
    private readonly systems: Systems,
    private readonly refs: RefsRepository,
    private readonly sealedBox: SealedBox,
    private readonly reference: Reference,
  ) {}

  async match(presented: Presented, ref: string, dto: MatchDto): Promise<Used<MatchView>> {
    const field = fieldOf(dto.field);
    const { row, record, base } = await this.enterByRef(presented, ref, field, 'match');
    const isMatch = matchValue(field, record[field], dto.value);
    const answer = await this.gate.ask({
      ...base,
      use: { action: 'match', field, target: targetOf(record, false), isMatch },
      isFailedAttempt: !isMatch,
      supplyPointRef: row.supply_point_ref,
      record: MATCH,
      details: { ...base.details, stated: dto.value },
      disclose: () => ({ answer: isMatch, details: { is_match: isMatch } }),
    });
    return { view: { record_id: permitted(answer), match: isMatch }, receipt: answer.receipt };
  }

  async reveal(presented: Presented, ref: string, dto: RevealDto): Promise<Used<RevealView>> {
    const field = fieldOf(dto.field);
    const { row, record, base, wheeling } = await this.enterByRef(presented, ref, field, 'reveal');
    const call = callOfRef(row);
    // Where the premises have no power the ticket decides nothing, and is not asked after again.
    const ticketPoint = hasPowerNow(record) ? await this.systems.tickets.pointOf(wheeling, call) : undefined;
    const hasTicket = isTicketOf(record, call, ticketPoint);
    const target = targetOf(record, hasTicket);
    const ticket = namedTicket(this.reference, record.supply_point_id, { target, ticketPoint });
    const value = revealValue(record, field);
    const { call_id: callId, supply_point_ref: supplyPointRef } = row;
    const verified = hasPowerNow(record) && call.ticketId !== null ? { ticket_verified: hasTicket } : {};
    const answer = await this.gate.ask({
      ...base,
      use: { action: 'reveal', field, call, target },
      // Counted by the lookup already: the reference goes on with its ticket.
      ticket: ticket && { ...ticket, isWrong: false },
      supplyPointRef,
      record: REVEAL,
      details: { ...base.details, ...verified, reason: dto.reason },
      disclose: () => ({
        answer: value,
        details: { disclosed: { [field]: value } },
        reveal: { callId, supplyPointRef, field },
      }),
    });
    return { view: { record_id: permitted(answer), field, value }, receipt: answer.receipt };
  }

  /** The checks of a use by reference, then the record as the wheeling system has it now. */
  private async enterByRef(
    presented: Presented,
    ref: string,
    field: FieldId,
    kind: 'match' | 'reveal',
  ): Promise<ByRef> {
    const refHash = hashOf(ref);
    const row = await this.refs.find(refHash);
    const supplyPointId = row && this.sealedBox.open(row.sealed, refHash.toString('hex')).toString('utf8');
    const base: Omit<GateQuestion, 'use'> = {
      ...question(presented),
      refHash,
      sought: supplyPointId === undefined ? null : pointKey(this.reference, supplyPointId),
      supplyPointRef: row?.supply_point_ref ?? null,
      record: kind === 'match' ? MATCH : REVEAL,
      details: { ...(row && (JSON.parse(row.call) as Details)), call_id: row?.call_id, field },
    };
    const entry = await this.gate.ask({ ...base, use: { action: 'enter', call: null, field, kind } });
    permitted(entry);
    if (row === undefined || supplyPointId === undefined) throw new DomainError('ref_unknown');
    const { wheeling, dataSet } = behind(this.systems, entry);
    const found = await wheeling.bySupplyPoint(supplyPointId);
    if (found.kind !== 'one') throw new DomainError('ref_unknown');
    const { record } = found;
    const details = { ...base.details, outage_state: record.outage_state };
    const second = {
      ...base,
      replayKey: null,
      dataSet,
      customer: customerFacts(record, this.reference),
      details,
    };
    return { row, record, base: second, wheeling };
  }
}

const hasPowerNow = ({ outage_state: outageState }: WheelingRecord): boolean => hasPower({ outageState });

/** The call as the lookup recorded it, for a later use of its reference. */
function callOfRef(row: RefRow): Call {
  const { direction, call_started_at, ticket_id } = JSON.parse(row.call) as ReturnType<typeof detailsOf>;
  return { id: row.call_id, direction, startedAt: call_started_at, ticketId: ticket_id };
}

function fieldOf(text: string): FieldId {
  if (isFieldId(text)) return text;
  // An unknown field is denied like one that the profile does not list.
  throw new DomainError('field_not_in_profile');
}
