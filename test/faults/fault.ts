import type { Evidence } from './evidence.js';

/** What one fault showed. */
export interface Outcome {
  /** What was broken, and how often. */
  broken: string;
  /** What stood afterwards: null where this fault has none of it. */
  evidence: Evidence | null;
  /** Faults of its own kind: what did not hold, besides the invariants. */
  faults: string[];
  /** What was done and seen, in figures. */
  seen: string;
  /** What callers met instead of an answer, by how often. */
  unanswered?: Record<string, number>;
}

/** How much of it: the short ones belong to CI. */
export type Scale = 'short' | 'full';

export interface Fault {
  name: string;
  run(scale: Scale): Promise<Outcome>;
}
