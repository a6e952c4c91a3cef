import type { Session } from '../api/answers.js';
import { first } from '../first/first-answers.js';
import { learnTime } from './clock.js';
import { store } from './store.js';

export type Role = Session['roles'][number];

/** Who is signed in, as the service last said it. */
export const session = store<Session | null>(first?.session ?? null);
if (first?.session) learnTime(first.session.server_time);

/** True when a session ended while somebody worked: their way back leads here again. */
export const hasEnded = store(false);

export function signedIn(found: Session): void {
  learnTime(found.server_time);
  hasEnded.set(false);
  session.set(found);
}

export function sessionEnded(): void {
  if (session.value === null) return;
  hasEnded.set(true);
  session.set(null);
}
