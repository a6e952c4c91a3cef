import type { Session, WaysIn } from '../api/answers.js';

/** What the service wrote into the page: who is signed in, by what one signs in, and the first screen's answers. */
export interface FirstAnswers {
  session: Session | null;
  ways: WaysIn;
  /** By address, as `read` would ask for them; each is used once. */
  answers: Record<string, unknown>;
}

/** Null: the page was not written by the service, but kept by the service worker; one is offline. */
export const first = readFirst();

function readFirst(): FirstAnswers | null {
  const text = document.getElementById('first-answers')?.textContent ?? '';
  return text.trim() === '' ? null : (JSON.parse(text) as FirstAnswers);
}

/** What the page brought along for an address, the first time it is asked for. */
export function takeFirstAnswer(address: string): unknown {
  const answer = first?.answers[address];
  if (first && answer !== undefined) delete first.answers[address];
  return answer;
}
