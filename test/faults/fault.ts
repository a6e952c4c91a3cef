import type { Evidence } from './evidence.js';

/** What one fault showed. */
export interface Outcome {
  name: string;
  /** What was broken, and how often. */
  broken: string;
  /** What stood afterwards; null where nothing of it was touched. */
  evidence: Evidence | null;
  /** What did not hold of the fault's own, besides the invariants. */
  faults: string[];
  /** What was done and seen, in figures. */
  seen: string;
  /** What callers met instead of an answer, by how often. */
  unanswered?: Record<string, number>;
}

/** How much of it: the short ones belong to CI. */
export type Scale = 'short' | 'full';

/** Faults that share one ground. */
export interface Fault {
  name: string;
  run(scale: Scale, told: (outcome: Outcome) => void): Promise<void>;
}
