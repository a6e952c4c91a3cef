import type { Session, WaysIn } from '../api/answers.js';
import type { Policy } from '../kit/policy.js';

/** What the service wrote into the page: who is signed in, by what one signs in, and the first screen's answers. */
export interface FirstAnswers {
  session: Session | null;
  ways: WaysIn;
  policy: Policy;
  /** By address, as `read` would ask for them. */
  answers: Record<string, unknown>;
}

/** Null: the page was not written by the service, but kept by the service worker; one is offline. */
export const first = readFirst();

function readFirst(): FirstAnswers | null {
  const text = document.getElementById('first-answers')?.textContent ?? '';
  return text.trim() === '' ? null : (JSON.parse(text) as FirstAnswers);
}

/** What the page brought along for an address. It is as old as the page, so it is good only while the first screen is made. */
export function takeFirstAnswer(address: string): unknown {
  return first?.answers[address];
}

/** From now on everything is asked for anew: the first screen stands, or something was changed. */
export function spendFirstAnswers(): void {
  if (first) first.answers = {};
}
