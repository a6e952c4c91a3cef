import type { Decision, Facts } from './decide.js';
import type { GateQuestion } from './gate-question.js';
import type { LookupCount } from './gate.repository.js';

/** Lookups are counted in stretches of so long, so that an hour is thirteen rows and not a thousand. */
const SLOT_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;

const keyOf = (facts: Facts): string => JSON.stringify([facts.natural_person_key, facts.is_drill]);

/** A lookup that was answered, whatever was found; a refusal has looked nothing up. */
const isLookup = ({ use }: GateQuestion, decision: Decision): boolean =>
  use.action === 'lookup' && (decision.permit || decision.code === null);

/** The lookups of one batch, by natural person (law 4), drills apart (law 9): earlier questions count for later ones. */
export class LookupCounts {
  readonly #ofBatch = new Map<string, { facts: Facts; lookups: number }>();

  adjust(facts: Facts): Facts {
    const earlier = this.#ofBatch.get(keyOf(facts))?.lookups ?? 0;
    return earlier === 0 ? facts : { ...facts, lookups: (facts.lookups ?? 0) + earlier };
  }

  note(facts: Facts, question: GateQuestion, decision: Decision): void {
    if (!isLookup(question, decision)) return;
    const counted = this.#ofBatch.get(keyOf(facts));
    this.#ofBatch.set(keyOf(facts), { facts, lookups: (counted?.lookups ?? 0) + 1 });
  }

  /** Sorted, so that two batches meet in the same order. */
  toAdd(at: Date): LookupCount[] {
    const slot = new Date(Math.floor(at.getTime() / SLOT_MS) * SLOT_MS);
    return [...this.#ofBatch]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, { facts, lookups }]) => ({
        naturalPersonKey: facts.natural_person_key,
        isDrill: facts.is_drill,
        slot,
        expiresAt: new Date(slot.getTime() + HOUR_MS),
        lookups,
      }));
  }
}
