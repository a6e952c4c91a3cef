import { createHash } from 'node:crypto';
import type { AcceptedClocks } from '../clock/shipped-clock.js';
import type { GateConnections } from '../database/gate-connections.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Details, NewRecord, RecordType } from '../ledger/record.js';
import { Batcher } from './batcher.js';
import { decide, type Decision, type Facts, type Limits } from './decide.js';
import { GateBatch, type FactsRow, type NewFailure, type NewRef, type NewReveal } from './gate.repository.js';
import type { FieldProfile } from './mask.js';
import type { Profiles } from './profiles.js';
import type { Holder, Use } from './use.js';

/** What leaves after a permitted use: computed inside the batch, from the profile of that instant. */
export interface Disclosure<T> {
  answer: T;
  /** What the record says of it, each member in the class of the record's type. */
  details: Details;
  ref?: Omit<NewRef, 'grantId' | 'expiresAt'>;
  reveal?: Omit<NewReveal, 'grantId'>;
}

export interface GateQuestion<T = unknown> {
  holder: Holder;
  use: Use;
  /** SHA-256 of the proof's key and id: the first decision of a request burns it. */
  replayKey: Buffer | null;
  /** Keyed reference of what was sought, when failed attempts at it are counted. */
  sought: string | null;
  /** The same for the point that a search found, whichever key led to it. */
  point: string | null;
  /** A use that is permitted and still a failed attempt: a statement that does not match. */
  isFailedAttempt: boolean;
  refHash: Buffer | null;
  supplyPointRef: string | null;
  record: RecordType;
  details: Details;
  disclose: (profile: FieldProfile, isMatchOnly: boolean) => Disclosure<T> | null;
}

export interface GateAnswer<T = unknown> {
  decision: Decision;
  /** Every use and every refusal has a record; only the permitted entry to a longer use has none yet. */
  recordId: string | null;
  useNo: number | null;
  answer: T | null;
  at: Date;
}

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

  constructor(
    private readonly connections: GateConnections,
    private readonly profiles: Profiles,
    private readonly ledger: Ledger,
    private readonly limits: Limits & { refMinutes: number },
    private readonly clocks: AcceptedClocks,
  ) {
    this.batcher = new Batcher((questions) => this.decideAll(questions), BATCH);
  }

  async ask<T>(question: GateQuestion<T>): Promise<GateAnswer<T>> {
    return (await this.batcher.ask(question as GateQuestion)) as GateAnswer<T>;
  }

  private async decideAll(questions: GateQuestion[]): Promise<GateAnswer[]> {
    return this.connections.transaction(async (run) => {
      const batch = new GateBatch(run);
      await batch.lockAttempts(attemptKeys(questions));
      const fresh = await batch.insertProofs(uniqueProofs(questions));
      const rows = await batch.facts(
        questions.map(({ holder, sought, point, refHash, use }) => ({
          grantId: holder.grantId,
          sought,
          point,
          refHash,
          field: 'field' in use ? use.field : null,
        })),
      );
      const clock = rows[0] ?? (await batch.clock());
      const at = clock?.now ?? new Date(Number.NaN);
      const judged = await this.judge(questions, rows, fresh, at);
      return this.write(batch, judged, at);
    });
  }

  private async judge(
    questions: GateQuestion[],
    rows: FactsRow[],
    fresh: Set<string>,
    at: Date,
  ): Promise<Judged[]> {
    // One statement read them all, so the clock's text is the same in each.
    const isShipped = rows[0] !== undefined && this.clocks.accepts(rows[0].clock_text);
    const factsOf = new Map(rows.map((row) => [row.n, { ...row, clock_is_shipped: isShipped }]));
    const attempts = new Attempts();
    const judged: Judged[] = [];
    for (const [index, question] of questions.entries()) {
      const found = factsOf.get(index + 1);
      const facts = found && attempts.adjust(found, question);
      const profile = await this.profileFor(facts);
      const isReplay = question.replayKey !== null && !fresh.delete(question.replayKey.toString('hex'));
      const asked = {
        holder: question.holder,
        use: question.use,
        isReplay,
        hasRef: question.refHash !== null,
      };
      const decision = profile ? decide(facts, asked, profile, this.limits, at) : UNREADABLE_PROFILE;
      const disclosure = profile && decision.permit ? question.disclose(profile, decision.isMatchOnly) : null;
      if (facts) attempts.note(facts, question, decision);
      judged.push({ question, facts, decision, disclosure });
    }
    return judged;
  }

  /** Undefined for a profile that cannot be read: it permits nothing, and the others of the batch go on. */
  private async profileFor(facts: Facts | undefined): Promise<FieldProfile | undefined> {
    if (facts === undefined) return NO_PROFILE;
    return this.profiles.of(facts.field_profile_id, facts.profile_version).catch(() => undefined);
  }

  private async write(batch: GateBatch, judged: Judged[], at: Date): Promise<GateAnswer[]> {
    const recorded = judged.filter((one) => !(one.decision.permit && one.question.use.action === 'enter'));
    const useNumbers = await this.numberUses(batch, recorded);
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
    return judged.map((one) => ({
      decision: one.decision,
      recordId: ids.get(one) ?? null,
      useNo: useNumbers.get(one) ?? null,
      answer: one.disclosure?.answer ?? null,
      at,
    }));
  }

  /** Each grant numbers its own uses 1, 2, 3 …, in the order of the batch. */
  private async numberUses(batch: GateBatch, recorded: Judged[]): Promise<Map<Judged, number>> {
    const byGrant = new Map<string, Judged[]>();
    for (const one of recorded.filter((each) => each.decision.permit)) {
      const { grantId } = one.question.holder;
      byGrant.set(grantId, [...(byGrant.get(grantId) ?? []), one]);
    }
    const counts = new Map([...byGrant].map(([grant, uses]) => [grant, uses.length]));
    const last = await batch.numberUses(counts);
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

/** What earlier questions of the same batch have used up: they count for the later ones. */
class Attempts {
  private readonly failures = new Map<string, number>();
  private readonly revealed = new Set<string>();

  adjust(facts: Facts, question: GateQuestion): Facts {
    if (this.failures.size === 0 && this.revealed.size === 0) return facts;
    const sum = (stored: number | null, sought: string | null): number =>
      (stored ?? 0) + (sought === null ? 0 : (this.failures.get(failureKey(facts, sought)) ?? 0));
    return {
      ...facts,
      failures: sum(facts.failures, question.sought),
      point_failures: sum(facts.point_failures, question.point),
      is_revealed: facts.is_revealed || this.revealed.has(revealKey(question)),
    };
  }

  note(facts: Facts, question: GateQuestion, decision: Decision): void {
    for (const { sought } of failuresOf(facts, question, decision)) {
      const key = failureKey(facts, sought);
      this.failures.set(key, (this.failures.get(key) ?? 0) + 1);
    }
    if (decision.permit && question.use.action === 'reveal') this.revealed.add(revealKey(question));
  }
}

const failureKey = (facts: Facts, sought: string): string => `${facts.declaration_id} ${sought}`;

/**
 * What counts as a failed attempt: a statement that does not match, and every search that found nothing, for
 * whatever reason, so that the lock itself does not tell what is there. A refusal has tried nothing.
 */
function failuresOf(facts: Facts, question: GateQuestion, decision: Decision): NewFailure[] {
  const isFailed = decision.permit ? question.isFailedAttempt : decision.code === null;
  if (!isFailed) return [];
  const keys = [question.sought, question.point].filter((key) => key !== null);
  return keys.map((sought) => ({ declarationId: facts.declaration_id, sought }));
}

const revealKey = ({ holder, use, supplyPointRef, details }: GateQuestion): string =>
  use.action === 'reveal'
    ? `${holder.grantId} ${String(details['call_id'])} ${supplyPointRef} ${use.field}`
    : '';

function revealOf({ question, disclosure }: Judged): NewReveal[] {
  return disclosure?.reveal ? [{ ...disclosure.reveal, grantId: question.holder.grantId }] : [];
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
    details: { ...question.details, terminal: question.holder.terminalId, ...disclosure?.details },
  };
}

function uniqueProofs(questions: readonly GateQuestion[]): Buffer[] {
  const keys = new Map(
    questions.flatMap(({ replayKey }) => (replayKey ? [[replayKey.toString('hex'), replayKey]] : [])),
  );
  return [...keys.values()];
}

/** Sorted, each once: what must not be attempted twice at the same moment, as lock numbers. */
function attemptKeys(questions: readonly GateQuestion[]): bigint[] {
  const names = questions.flatMap(({ use, sought, point, holder }) => {
    if (use.action === 'reveal') return [`reveal ${holder.grantId} ${use.field}`];
    if (use.action === 'enter' || use.action === 'evaluate') return [];
    return [sought, point].flatMap((key) => (key === null ? [] : [`sought ${key}`]));
  });
  const keys = new Set(names.map((name) => createHash('sha256').update(name).digest().readBigInt64BE()));
  return [...keys].sort((one, other) => (one < other ? -1 : 1));
}
