import { Injectable } from '@nestjs/common';
import type { FieldId, FieldMode } from '../agreements/field-catalogue.js';
import type { Reference } from '../config/secret-keys.js';
import { CODES, type Code } from '../contract/codes.js';
import { DomainError } from '../contract/domain-error.js';
import type { AccessTokenClaims } from '../credentials/access-token.js';
import { OauthService } from '../credentials/oauth.service.js';
import { Database } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import type { WheelingConnector } from '../wheeling/wheeling.connector.js';
import type { EvaluationView } from './evaluation.dto.js';
import type { Evaluation } from './evaluation.request.js';
import type { GateAnswer, GateQuestion } from './gate-question.js';
import type { Gate } from './gate.js';
import { EVALUATION } from './lookups.records.js';
import type { Target } from './use.js';

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
    private readonly wheeling: WheelingConnector,
    private readonly reference: Reference,
    private readonly refusals: { database: Database; ledger: Ledger },
  ) {}

  async evaluate(clientId: string, asked: Evaluation): Promise<EvaluationView> {
    const holder = this.oauth.verifyOrNothing(asked.token);
    if (holder === undefined) return this.refuse(clientId, asked, undefined, 'invalid_token');
    const fields = asked.fields.filter((field) => field !== null);
    if (fields.length < asked.fields.length)
      return this.refuse(clientId, asked, holder, 'field_not_in_profile');
    const base = this.question(clientId, asked, holder);
    let target = statedTarget(asked);
    const facts = target === null ? 'fetched' : 'stated';
    if (target === null) {
      // Nothing is fetched for whoever may not use it: first the checks, then the wheeling system.
      const { call } = asked;
      const entry = await this.gate.ask({
        ...base,
        use: { action: 'enter', call, field: null, kind: 'lookup' },
      });
      if (!entry.decision.permit) return viewOf({ ...entry, answer: null });
      const found = await this.fetchTarget(asked);
      if (found instanceof DomainError) return this.refuse(clientId, asked, holder, found.code);
      target = found;
    }
    const answer = await this.gate.ask<EvaluationView['context']['fields']>({
      ...base,
      use: { action: 'evaluate', call: asked.call, fields, mode: asked.mode, target },
      details: { ...base.details, outage_state: target.outageState, facts },
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
      supplyPointRef: this.reference.of('supply_point', asked.supplyPointId),
      record: EVALUATION,
      details: detailsOf(clientId, asked),
      disclose: () => null,
    };
  }

  private async fetchTarget(asked: Evaluation): Promise<Target | DomainError> {
    try {
      const found = await this.wheeling.bySupplyPoint(asked.supplyPointId);
      if (found.kind !== 'one') return new DomainError('outside_area');
      return { municipalityCode: found.record.municipality_code, outageState: found.record.outage_state };
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
  }

  /** A refusal before the gate could look at rows: it is on record like any other. */
  private async refuse(
    clientId: string,
    asked: Evaluation,
    holder: AccessTokenClaims | undefined,
    code: Code,
  ): Promise<EvaluationView> {
    const { database, ledger } = this.refusals;
    const recordId = await database.transaction('none', async (tx) => {
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
      return record?.id ?? null;
    });
    return refused(recordId, code);
  }
}

/** What the resource server states of its own record; null where it leaves something out. */
function statedTarget({ municipalityCode, outageState }: Evaluation): Target | null {
  return municipalityCode !== null && outageState !== null ? { municipalityCode, outageState } : null;
}

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
  answer,
}: GateAnswer<{ field: string; mode: string }[]>): EvaluationView {
  if (decision.permit)
    return { decision: true, context: { record_id: recordId, fields: answer ?? [], reason: null } };
  return refused(recordId, decision.code ?? 'outside_area');
}

function refused(recordId: string | null, code: Code): EvaluationView {
  const { ja, en } = CODES[code];
  return { decision: false, context: { record_id: recordId, fields: [], reason: { code, ja, en } } };
}
