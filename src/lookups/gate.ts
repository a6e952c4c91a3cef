import { Logger } from '@nestjs/common';
import type { AcceptedClocks } from '../clock/shipped-clock.js';
import type { GateConnections } from '../database/gate-connections.js';
import type { Ledger } from '../ledger/ledger.js';
import type { NewRecord, WrittenRecord } from '../ledger/record.js';
import { GateMeter } from '../meters/gate-meter.js';
import { attemptKeys, Attempts, failuresOf } from './attempts.js';
import { Batcher } from './batcher.js';
import { auditFacts } from './audit-facts.js';
import { decide, type Decision, type Facts, type Limits } from './decide.js';
import { LookupCounts } from './lookup-counts.js';
import type { Disclosure, GateAnswer, GateQuestion } from './gate-question.js';
import {
  GateBatch,
  type FactsRow,
  type LookupCount,
  type NewRef,
  type NewReveal,
} from './gate.repository.js';
import type { FieldProfile } from './mask.js';
import type { Profiles } from './profiles.js';

interface Judged {
  question: GateQuestion;
  facts: Facts | undefined;
  decision: Decision;
  disclosure: Disclosure<unknown> | null;
}

const BATCH = { size: 256, inFlight: 2 };

/**
 * The gate. A batch is one transaction: lock, facts, decide, record, commit; only then does an answer leave
 * (law 2). If the commit's answer is lost, nobody gets a value, and the record says more than happened, never less.
 */
export class Gate {
  private readonly batcher: Batcher<GateQuestion, GateAnswer>;

  readonly meter = new GateMeter();
  private readonly log = new Logger('gate');

  constructor(
    private readonly connections: GateConnections,
    private readonly profiles: Profiles,
    private readonly ledger: Ledger,
    private readonly limits: Limits & { refMinutes: number },
    private readonly clocks: AcceptedClocks,
  ) {
    this.batcher = new Batcher((questions) => this.metered(questions), BATCH);
  }

  async ask<T>(question: GateQuestion<T>): Promise<GateAnswer<T>> {
    const answer = await this.batcher.ask(question);
    return answer as GateAnswer<T>;
  }

  private async metered(questions: GateQuestion[]): Promise<GateAnswer[]> {
    const began = performance.now();
    const answers = await this.decideAll(questions).catch((error: unknown) => {
      this.meter.failed();
      throw error;
    });
    this.meter.decided(
      answers.map(({ decision, ground }, n) => ({
        decision,
        isDrill: ground.isDrill,
        action: questions[n]?.use.action ?? 'fail',
      })),
      (performance.now() - began) / 1000,
    );
    return answers;
  }

  private async decideAll(questions: GateQuestion[]): Promise<GateAnswer[]> {
    const { answers, written } = await this.connections.transaction(async (run) => {
      const batch = new GateBatch(run);
      await batch.lockAttempts(attemptKeys(questions));
      const fresh = await batch.insertProofs(uniqueProofs(questions));
      const rows = await batch.facts(
        questions.map(({ holder, sought, point, ticket, refHash, use }) => ({
          grantId: holder.grantId,
          sought,
          point,
          refHash,
          field: 'field' in use ? use.field : null,
          ticket: ticket?.key ?? null,
          isLookup: use.action === 'lookup' || (use.action === 'enter' && use.kind === 'lookup'),
        })),
      );
      const clock = rows[0] ?? (await batch.clock());
      const at = clock?.now ?? new Date(Number.NaN);
      const counts = new LookupCounts();
      const judged = await this.judge(questions, rows, { batch, fresh, counts }, at);
      return this.write(batch, judged, counts.toAdd(at), at);
    });
    const receipts = this.ledger.receipts(written);
    const receiptOf = new Map<string | null, string | undefined>(
      written.map(({ id }, n) => [id, receipts[n]]),
    );
    return answers.map((answer) => ({ ...answer, receipt: receiptOf.get(answer.recordId) ?? null }));
  }

  private async judge(
    questions: GateQuestion[],
    rows: FactsRow[],
    { batch, fresh, counts }: { batch: GateBatch; fresh: Set<string>; counts: LookupCounts },
    at: Date,
  ): Promise<Judged[]> {
    // One statement read them all, so the clock's text is the same in each.
    const isShipped = rows[0] !== undefined && this.clocks.accepts(rows[0].clock_text);
    const factsOf = new Map(rows.map((row) => [row.n, { ...row, clock_is_shipped: isShipped }]));
    const attempts = new Attempts();
    const judged: Judged[] = [];
    for (const [index, question] of questions.entries()) {
      const found = factsOf.get(index + 1);
      const facts = found && counts.adjust(attempts.adjust(found, question));
      const profile = await this.profileFor(batch, facts);
      const isReplay = question.replayKey !== null && !fresh.delete(question.replayKey.toString('hex'));
      const asked = {
        holder: question.holder,
        use: question.use,
        isReplay,
        hasRef: question.refHash !== null,
        dataSet: question.dataSet ?? null,
      };
      const decision = profile ? decide(facts, asked, profile, this.limits, at) : UNREADABLE_PROFILE;
      const open = profile && without(profile, facts?.frozen_fields);
      const disclosure = open && decision.permit ? question.disclose(open, decision.isMatchOnly) : null;
      if (facts) {
        attempts.note(facts, question, decision);
        counts.note(facts, question, decision);
      }
      judged.push({ question, facts, decision, disclosure });
    }
    return judged;
  }

  /** Undefined for a profile that cannot be read: it permits nothing, and the others of the batch go on. */
  private async profileFor(batch: GateBatch, facts: Facts | undefined): Promise<FieldProfile | undefined> {
    if (facts === undefined) return NO_PROFILE;
    const { field_profile_id: id, profile_version: version } = facts;
    return this.profiles.of(batch, id, version).catch((error: unknown) => {
      this.log.error(`the field profile ${id}, version ${version}, cannot be read: ${String(error)}`);
      return undefined;
    });
  }

  private async write(
    batch: GateBatch,
    judged: Judged[],
    lookups: LookupCount[],
    at: Date,
  ): Promise<{ answers: GateAnswer[]; written: WrittenRecord[] }> {
    const recorded = judged.filter((one) => !(one.decision.permit && one.question.use.action === 'enter'));
    const useNumbers = await this.numberUses(batch, recorded, lookups);
    await batch.addFailures(
      recorded.flatMap((one) => (one.facts ? failuresOf(one.facts, one.question, one.decision) : [])),
    );
    await batch.insertRefs(recorded.flatMap((one) => this.refOf(one, at)));
    await batch.insertReveals(recorded.flatMap(revealOf), at);
    const records = recorded.map((one) => recordOf(one, useNumbers.get(one)));
    const written = await this.ledger.appendOn(
      (text, parameters) => batch.run({ name: 'ledger_append', text }, parameters),
      at,
      records,
    );
    const ids = new Map(recorded.map((one, index) => [one, written[index]?.id ?? null]));
    const answers = judged.map((one) => ({
      decision: one.decision,
      recordId: ids.get(one) ?? null,
      useNo: useNumbers.get(one) ?? null,
      receipt: null,
      answer: one.disclosure?.answer ?? null,
      at,
      ground: {
        isDrill: one.facts?.is_drill ?? false,
        organizationId: one.facts?.organization_id,
        declarationId: one.facts?.declaration_id,
      },
    }));
    return { answers, written };
  }

  /** Each grant numbers its own uses 1, 2, 3 …, in the order of the batch; each person's lookups are counted with them. */
  private async numberUses(
    batch: GateBatch,
    recorded: Judged[],
    lookups: LookupCount[],
  ): Promise<Map<Judged, number>> {
    const byGrant = new Map<string, Judged[]>();
    for (const one of recorded.filter((each) => each.decision.permit)) {
      const { grantId } = one.question.holder;
      byGrant.set(grantId, [...(byGrant.get(grantId) ?? []), one]);
    }
    const counts = new Map([...byGrant].map(([grant, uses]) => [grant, uses.length]));
    const last = await batch.numberUses(counts, lookups);
    const numbers = new Map<Judged, number>();
    for (const [grant, uses] of byGrant) {
      const first = (last.get(grant) ?? 0) - uses.length + 1;
      uses.forEach((use, index) => numbers.set(use, first + index));
    }
    return numbers;
  }

  private refOf({ question, disclosure }: Judged, at: Date): NewRef[] {
    if (!disclosure?.ref) return [];
    const expiresAt = new Date(at.getTime() + this.limits.refMinutes * 60_000);
    return [{ ...disclosure.ref, grantId: question.holder.grantId, expiresAt }];
  }
}

const NO_PROFILE: FieldProfile = new Map();
const UNREADABLE_PROFILE: Decision = { permit: false, code: 'unavailable' };

/** A frozen field is as good as not listed: it is neither shown, nor offered, nor dispatched. */
function without(profile: FieldProfile, frozen: readonly string[] | null | undefined): FieldProfile {
  if (!frozen) return profile;
  return new Map([...profile].filter(([field]) => !frozen.includes(field)));
}

function revealOf({ facts, disclosure }: Judged): NewReveal[] {
  return disclosure?.reveal && facts ? [{ ...disclosure.reveal, declarationId: facts.declaration_id }] : [];
}

function recordOf(one: Judged, useNo: number | undefined): NewRecord {
  const { question, facts, decision, disclosure } = one;
  return {
    type: question.record,
    decision: decision.permit ? 'permit' : 'refuse',
    code: decision.permit ? undefined : (decision.code ?? decision.nothing),
    useNo,
    subject: {
      isDrill: facts?.is_drill ?? false,
      personId: question.holder.personId,
      organizationId: facts?.organization_id,
      declarationId: facts?.declaration_id,
      grantId: question.holder.grantId,
      supplyPointRef: question.supplyPointRef ?? undefined,
    },
    details: {
      ...question.details,
      terminal: question.holder.terminalId,
      ...(facts && question.customer && auditFacts(question.customer, facts)),
      ...disclosure?.details,
    },
  };
}

function uniqueProofs(questions: readonly GateQuestion[]): Buffer[] {
  const keys = new Map(
    questions.flatMap(({ replayKey }) => (replayKey ? [[replayKey.toString('hex'), replayKey]] : [])),
  );
  return [...keys.values()];
}
