import { Injectable, Logger } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { SealedBox, Reference } from '../config/secret-keys.js';
import { DomainError } from '../contract/domain-error.js';
import type { Details } from '../ledger/record.js';
import type { WheelingConnector } from '../wheeling/wheeling.connector.js';
import { AnotherPointError, type WheelingAnswer, type WheelingRecord } from '../wheeling/wheeling-record.js';
import { customerFacts } from './audit-facts.js';
import type { Disclosure, GateAnswer, GateQuestion } from './gate-question.js';
import type { Gate } from './gate.js';
import type { LookupDto, LookupView, ResultView } from './lookups.dto.js';
import { LOOKUP } from './lookups.records.js';
import { dispatchValues, mask, type Masked, type MaskedValue } from './mask.js';
import {
  behind,
  callOf,
  detailsOf,
  hashOf,
  namedTicket,
  permitted,
  pointKey,
  question,
  targetOf,
  type Presented,
  type Systems,
} from './question.js';
import type { Used } from './receipt.js';
import { isFactorRight, parseSearch, soughtOf, type Search } from './search.js';
import { isTicketOf, type TicketPoint } from './tickets.js';
import type { Call, Nothing } from './use.js';

interface Finding {
  record: WheelingRecord | null;
  nothing: Nothing | null;
  /** The point that the call's ticket concerns. */
  ticketPoint: TicketPoint;
}

/** What leaves after a lookup: to the screen, and to the crew. */
interface Shown {
  result: ResultView;
  fields: Record<string, MaskedValue>;
}

/**
 * A lookup: check → fetch from the wheeling system → decide again and record what will be disclosed → release.
 * If the second decision refuses, the data is dropped here. A crash in between leaves no value outside.
 */
@Injectable()
export class LookupsService {
  private readonly log = new Logger('lookups');

  constructor(
    private readonly gate: Gate,
    private readonly systems: Systems,
    private readonly sealedBox: SealedBox,
    private readonly reference: Reference,
  ) {}

  async lookup(presented: Presented, dto: LookupDto): Promise<Used<LookupView>> {
    const search = parseSearch(dto.search);
    const call = callOf(dto);
    const details = {
      ...detailsOf(dto, call),
      search: soughtOf(search.key),
      search_key: search.key.kind,
      factor_kind: search.factor.kind,
    };
    const sought = this.reference.of('sought', soughtOf(search.key));
    const base = { ...question(presented), sought, record: LOOKUP, details };
    const entry = await this.gate.ask({
      ...base,
      use: { action: 'enter', call, field: null, kind: 'lookup' },
    });
    permitted(entry);

    const { wheeling, dataSet } = behind(this.systems, entry);
    const second = { ...base, replayKey: null, dataSet };
    const finding = await this.look(wheeling, search, call);
    if (finding instanceof DomainError) {
      // What was sought stays with the refusal, sealed as in any other.
      permitted(await this.gate.ask({ ...second, use: { action: 'fail', code: finding.code } }));
      throw finding;
    }
    const answer = await this.askFor(second, { dto, call, finding });
    const view = lookupView(answer);
    const { receipt } = answer;
    const { fields = {} } = answer.answer ?? {};
    if (call.ticketId === null || Object.keys(fields).length === 0) return { view, receipt };
    const { holder } = presented;
    const dispatched = await this.systems.tickets.dispatch(wheeling, {
      ticketId: call.ticketId,
      recordId: view.record_id,
      terminal: holder.terminalId,
      fields,
      subject: { ...answer.ground, personId: holder.personId, grantId: holder.grantId },
    });
    return { view: { ...view, dispatched }, receipt };
  }

  /** The second decision, and the record of what it lets out. */
  private askFor(
    second: Omit<GateQuestion<Shown>, 'use' | 'disclose'>,
    { dto, call, finding }: { dto: LookupDto; call: Call; finding: Finding },
  ): Promise<GateAnswer<Shown>> {
    const { record, nothing, ticketPoint } = finding;
    const target = record && targetOf(record, isTicketOf(record, call, ticketPoint));
    const verified = call.ticketId === null || target === null || nothing !== null ? null : target.hasTicket;
    return this.gate.ask<Shown>({
      ...second,
      use: { action: 'lookup', call, target, nothing },
      point: record && pointKey(this.reference, record.supply_point_id),
      ticket:
        nothing === null && record && target
          ? namedTicket(this.reference, record.supply_point_id, { target, ticketPoint })
          : null,
      supplyPointRef: record && this.reference.of('supply_point', record.supply_point_id),
      customer: record && customerFacts(record, this.reference),
      details: { ...second.details, outage_state: target?.outageState, ticket_verified: verified },
      disclose: (profile, isMatchOnly) =>
        record &&
        this.disclose(record, { ...detailsOf(dto, call), ticket_verified: verified }, dto.call.id, {
          masked: mask(record, profile, { matchOnly: isMatchOnly }),
          fields: target?.hasTicket === true && !isMatchOnly ? dispatchValues(record, profile) : {},
          isMatchOnly,
        }),
    });
  }

  /**
   * The point, and beside it the call's ticket: asked together and both awaited, whatever is found, so that the
   * time of an answer does not tell which kind of nothing it was.
   */
  private async look(
    wheeling: WheelingConnector,
    search: Search,
    call: Call,
  ): Promise<Finding | DomainError> {
    const ticket = this.systems.tickets.pointOf(wheeling, call);
    try {
      const found = await this.find(wheeling, search);
      return { ...found, ticketPoint: await ticket };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.log.warn(error.message);
      return error;
    }
  }

  /**
   * What the wheeling system holds under the key. Where it answers about another point (it reads a telephone or an
   * address otherwise than we do), nothing was found: an error would tell that there is something.
   */
  private async find(wheeling: WheelingConnector, search: Search): Promise<Omit<Finding, 'ticketPoint'>> {
    try {
      return findingOf(await fetchBy(wheeling, search), search);
    } catch (error) {
      if (!(error instanceof AnotherPointError) || search.key.kind === 'supply_point_id') throw error;
      this.log.error(`the wheeling system answered about another point than sought by ${search.key.kind}`);
      return { record: null, nothing: 'untrusted' };
    }
  }

  private disclose(
    record: WheelingRecord,
    call: Details,
    callId: string,
    { masked, fields, isMatchOnly }: { masked: Masked; fields: Shown['fields']; isMatchOnly: boolean },
  ): Disclosure<Shown> {
    const ref = randomBytes(24).toString('base64url');
    const refHash = hashOf(ref);
    const sealed = this.sealedBox.seal(Buffer.from(record.supply_point_id), refHash.toString('hex'));
    const supplyPointRef = this.reference.of('supply_point', record.supply_point_id);
    return {
      answer: { result: { ref, ...masked }, fields },
      details: {
        fields: Object.keys(masked.fields),
        is_match_only: isMatchOnly,
        disclosed: masked.fields,
        dispatched: Object.keys(fields),
      },
      ref: {
        refHash,
        callId,
        call: JSON.stringify(call),
        supplyPointRef,
        sealed,
        isMatchOnly,
      },
    };
  }
}

function fetchBy(wheeling: WheelingConnector, { key }: Search): Promise<WheelingAnswer> {
  switch (key.kind) {
    case 'supply_point_id':
      return wheeling.bySupplyPoint(key.supplyPointId);
    case 'phone':
      return wheeling.byPhone(key.phone);
    case 'address':
      return wheeling.byAddress(key.municipalityCode, key.address);
  }
}

function findingOf(found: WheelingAnswer, search: Search): Omit<Finding, 'ticketPoint'> {
  if (found.kind === 'none') return { record: null, nothing: 'not_found' };
  if (found.kind === 'several') return { record: null, nothing: 'several' };
  const isRight = isFactorRight(found.record, search.factor);
  return { record: found.record, nothing: isRight ? null : 'wrong_factor' };
}

/** Found nothing, for whatever reason: one answer for all, only the ledger knows which. */
function lookupView(answer: GateAnswer<Shown>): LookupView {
  const { decision, recordId, answer: shown } = answer;
  if (decision.permit && shown)
    return { record_id: permitted(answer), outcome: 'found', results: [shown.result] };
  if (!decision.permit && decision.code === null)
    return { record_id: recordId ?? '', outcome: 'no_result', results: [] };
  permitted(answer);
  throw new DomainError('wheeling_untrusted');
}
