import type { Fault, Outcome } from './fault.js';
import { violations } from './invariants.js';

/** Runs the short form of a fault; whatever did not hold is what the test says. → how many were tried */
export async function expectHeld(fault: Fault): Promise<number> {
  const outcomes: Outcome[] = [];
  await fault.run('short', (outcome) => outcomes.push(outcome));
  const wrong = outcomes.flatMap(({ name, faults, evidence }) =>
    [...faults, ...(evidence ? violations(evidence) : [])].map((one) => [name, one]),
  );
  expect(wrong).toEqual([]);
  expect(outcomes.length).toBeGreaterThan(0);
  return outcomes.length;
}
