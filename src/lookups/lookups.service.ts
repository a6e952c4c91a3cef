import { Injectable, Logger } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { isFieldId, type FieldId } from '../agreements/field-catalogue.js';
import type { SealedBox, Reference } from '../config/secret-keys.js';
import { DomainError } from '../contract/domain-error.js';
import type { Details } from '../ledger/record.js';
import type { WheelingConnector } from '../wheeling/wheeling.connector.js';
import { AnotherPointError, type WheelingAnswer, type WheelingRecord } from '../wheeling/wheeling-record.js';
import type { GateAnswer, GateQuestion } from './gate-question.js';
import type { Gate } from './gate.js';
import type {
  LookupDto,
  LookupView,
  MatchDto,
  MatchView,
  ResultView,
  RevealDto,
  RevealView,
} from './lookups.dto.js';
import { LOOKUP, MATCH, REVEAL } from './lookups.records.js';
import { mask, matchValue, revealValue } from './mask.js';
import type { RefRow, RefsRepository } from './refs.repository.js';
import { isFactorRight, parseSearch, soughtOf, type Search } from './search.js';
import type { Call, Holder, Nothing, Target } from './use.js';

/** A verified holder and its proof: what the guard hands to a data call. */
export interface Presented {
  holder: Holder;
  replayKey: Buffer;
}

interface Finding {
  record: WheelingRecord | null;
  nothing: Nothing | null;
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
    private readonly wheeling: WheelingConnector,
    private readonly refs: RefsRepository,
    private readonly sealedBox: SealedBox,
    private readonly reference: Reference,
  ) {}

  async lookup(presented: Presented, dto: LookupDto): Promise<LookupView> {
    const search = parseSearch(dto.search);
    const call = callOf(dto);
    const sought = this.reference.of('sought', soughtOf(search.key));
    const details = {
      ...detailsOf(dto, call),
      search: soughtOf(search.key),
      search_key: search.key.kind,
      factor_kind: search.factor.kind,
    };
    const base = { ...question(presented), sought, record: LOOKUP, details };
    permitted(await this.gate.ask({ ...base, use: { action: 'enter', call, field: null, kind: 'lookup' } }));

    const finding = await this.find(search);
    const { record } = finding;
    const target = record && targetOf(record);
    const answer = await this.gate.ask<ResultView>({
      ...base,
      replayKey: null,
      use: { action: 'lookup', call, target, nothing: finding.nothing },
      point: record && this.pointKey(record.supply_point_id),
      supplyPointRef: record && this.reference.of('supply_point', record.supply_point_id),
      details: { ...details, outage_state: target?.outageState },
      disclose: (profile, isMatchOnly) =>
        record && this.disclose(record, dto, mask(record, profile, { matchOnly: isMatchOnly }), isMatchOnly),
    });
    return lookupView(answer);
  }

  async match(presented: Presented, ref: string, dto: MatchDto): Promise<MatchView> {
    const field = fieldOf(dto.field);
    const { row, record, base } = await this.enterByRef(presented, ref, field, 'match');
    const isMatch = matchValue(field, record[field], dto.value);
    const answer = await this.gate.ask({
      ...base,
      use: { action: 'match', field, target: targetOf(record), isMatch },
      isFailedAttempt: !isMatch,
      supplyPointRef: row.supply_point_ref,
      record: MATCH,
      details: { ...base.details, outage_state: record.outage_state, stated: dto.value },
      disclose: () => ({ answer: isMatch, details: { is_match: isMatch } }),
    });
    return { record_id: permitted(answer), match: isMatch };
  }

  async reveal(presented: Presented, ref: string, dto: RevealDto): Promise<RevealView> {
    const field = fieldOf(dto.field);
    const { row, record, base } = await this.enterByRef(presented, ref, field, 'reveal');
    const value = revealValue(record, field);
    const { call_id: callId, supply_point_ref: supplyPointRef } = row;
    const answer = await this.gate.ask({
      ...base,
      use: { action: 'reveal', field, target: targetOf(record), callId },
      supplyPointRef,
      record: REVEAL,
      details: { ...base.details, outage_state: record.outage_state, reason: dto.reason },
      disclose: () => ({
        answer: value,
        details: { disclosed: { [field]: value } },
        reveal: { callId, supplyPointRef, field },
      }),
    });
    return { record_id: permitted(answer), field, value };
  }

  /** The checks of a use by reference, then the record as the wheeling system has it now. */
  private async enterByRef(
    presented: Presented,
    ref: string,
    field: FieldId,
    kind: 'match' | 'reveal',
  ): Promise<{ row: RefRow; record: WheelingRecord; base: Omit<GateQuestion, 'use'> }> {
    const refHash = hashOf(ref);
    const row = await this.refs.find(refHash);
    const supplyPointId = row && this.sealedBox.open(row.sealed, refHash.toString('hex')).toString('utf8');
    const base: Omit<GateQuestion, 'use'> = {
      ...question(presented),
      refHash,
      sought: supplyPointId === undefined ? null : this.pointKey(supplyPointId),
      supplyPointRef: row?.supply_point_ref ?? null,
      record: kind === 'match' ? MATCH : REVEAL,
      details: { ...(row && (JSON.parse(row.call) as Details)), call_id: row?.call_id, field },
    };
    permitted(await this.gate.ask({ ...base, use: { action: 'enter', call: null, field, kind } }));
    if (row === undefined || supplyPointId === undefined) throw new DomainError('ref_unknown');
    const found = await this.wheeling.bySupplyPoint(supplyPointId);
    if (found.kind !== 'one') throw new DomainError('ref_unknown');
    return { row, record: found.record, base: { ...base, replayKey: null } };
  }

  /**
   * What the wheeling system holds under the key. Where it answers about another point (it reads a telephone or an
   * address otherwise than we do), nothing was found: an error would tell that there is something.
   */
  private async find(search: Search): Promise<Finding> {
    try {
      return findingOf(await this.fetch(search), search);
    } catch (error) {
      if (!(error instanceof AnotherPointError) || search.key.kind === 'supply_point_id') throw error;
      this.log.error(`the wheeling system answered about another point than sought by ${search.key.kind}`);
      return { record: null, nothing: 'untrusted' };
    }
  }

  private pointKey(supplyPointId: string): string {
    return this.reference.of('sought', `point ${supplyPointId}`);
  }

  private fetch({ key }: Search): Promise<WheelingAnswer> {
    switch (key.kind) {
      case 'supply_point_id':
        return this.wheeling.bySupplyPoint(key.supplyPointId);
      case 'phone':
        return this.wheeling.byPhone(key.phone);
      case 'address':
        return this.wheeling.byAddress(key.municipalityCode, key.address);
    }
  }

  private disclose(
    record: WheelingRecord,
    dto: LookupDto,
    masked: ReturnType<typeof mask>,
    isMatchOnly: boolean,
  ): NonNullable<ReturnType<GateQuestion<ResultView>['disclose']>> {
    const ref = randomBytes(24).toString('base64url');
    const refHash = hashOf(ref);
    const sealed = this.sealedBox.seal(Buffer.from(record.supply_point_id), refHash.toString('hex'));
    const supplyPointRef = this.reference.of('supply_point', record.supply_point_id);
    return {
      answer: { ref, ...masked },
      details: { fields: Object.keys(masked.fields), is_match_only: isMatchOnly, disclosed: masked.fields },
      ref: {
        refHash,
        callId: dto.call.id,
        call: JSON.stringify(detailsOf(dto, callOf(dto))),
        supplyPointRef,
        sealed,
        isMatchOnly,
      },
    };
  }
}

const hashOf = (ref: string): Buffer => createHash('sha256').update(ref).digest();

const targetOf = (record: WheelingRecord): Target => ({
  municipalityCode: record.municipality_code,
  outageState: record.outage_state,
});

/** A question with nothing asked yet. */
function question({ holder, replayKey }: Presented): Omit<GateQuestion<never>, 'use' | 'record' | 'details'> {
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

function callOf({ call }: LookupDto): Call {
  return {
    id: call.id,
    direction: call.direction,
    startedAt: call.started_at.toISOString(),
    ticketId: call.ticket_id ?? null,
  };
}

function detailsOf(dto: LookupDto, call: Call): Details {
  return {
    call_id: call.id,
    direction: call.direction,
    call_started_at: call.startedAt,
    ticket_id: call.ticketId,
    purpose: dto.purpose,
  };
}

function findingOf(found: WheelingAnswer, search: Search): Finding {
  if (found.kind === 'none') return { record: null, nothing: 'not_found' };
  if (found.kind === 'several') return { record: null, nothing: 'several' };
  const isRight = isFactorRight(found.record, search.factor);
  return { record: found.record, nothing: isRight ? null : 'wrong_factor' };
}

function fieldOf(text: string): FieldId {
  if (isFieldId(text)) return text;
  // An unknown field is denied like one that the profile does not list.
  throw new DomainError('field_not_in_profile');
}

/** → the record's id; throws the refusal, which is on record already. */
export function permitted(answer: GateAnswer): string {
  const { decision, recordId } = answer;
  if (decision.permit) return recordId ?? '';
  throw new DomainError(decision.code ?? 'ref_unknown', recordId === null ? {} : { recordId });
}

/** Found nothing, for whatever reason: one answer for all, only the ledger knows which. */
function lookupView(answer: GateAnswer<ResultView>): LookupView {
  const { decision, recordId, answer: result } = answer;
  if (decision.permit && result) return { record_id: permitted(answer), outcome: 'found', results: [result] };
  if (!decision.permit && decision.code === null)
    return { record_id: recordId ?? '', outcome: 'no_result', results: [] };
  permitted(answer);
  throw new DomainError('wheeling_untrusted');
}
