import type { Fault, Outcome } from './fault.js';
import { violations } from './invariants.js';

/** Runs the short form of a fault; whatever did not hold is what the test says. */
export async function expectHeld(fault: Fault): Promise<Outcome> {
  const outcome = await fault.run('short');
  expect([...outcome.faults, ...(outcome.evidence ? violations(outcome.evidence) : [])]).toEqual([]);
  return outcome;
}
