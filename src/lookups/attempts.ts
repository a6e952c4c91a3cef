import { createHash } from 'node:crypto';
import type { Decision, Facts } from './decide.js';
import type { GateQuestion } from './gate-question.js';
import type { NewFailure } from './gate.repository.js';

/** What earlier questions of the same batch have used up: they count for the later ones. */
export class Attempts {
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
      ticket_failures: sum(facts.ticket_failures, question.ticket?.key ?? null),
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
export function failuresOf(facts: Facts, question: GateQuestion, decision: Decision): NewFailure[] {
  const isFailed = decision.permit ? question.isFailedAttempt : decision.code === null;
  const keys = (isFailed ? [question.sought, question.point] : []).filter((key) => key !== null);
  // A ticket was tried where the answer depends on it: match only, or that refusal.
  const isTicketTried = decision.permit || decision.code === 'match_only';
  if (isTicketTried && question.ticket?.isWrong === true) keys.push(question.ticket.key);
  return keys.map((sought) => ({ declarationId: facts.declaration_id, sought }));
}

const revealKey = ({ use, supplyPointRef }: GateQuestion): string =>
  use.action === 'reveal' ? `${use.call.id} ${supplyPointRef} ${use.field}` : '';

/** Sorted, each once: what must not be attempted twice at the same moment, as lock numbers. */
export function attemptKeys(questions: readonly GateQuestion[]): bigint[] {
  const names = questions.flatMap(({ use, sought, point, ticket, supplyPointRef }) => {
    if (use.action === 'reveal') return [`reveal ${use.call.id} ${supplyPointRef} ${use.field}`];
    const named = ticket?.key ?? null;
    if (use.action !== 'lookup' && use.action !== 'match') return named === null ? [] : [`sought ${named}`];
    return [sought, point, named].flatMap((key) => (key === null ? [] : [`sought ${key}`]));
  });
  const keys = new Set(names.map((name) => createHash('sha256').update(name).digest().readBigInt64BE()));
  return [...keys].sort((one, other) => (one < other ? -1 : 1));
}
