import type { Session } from '../api/answers.js';
import { first } from '../first/first-answers.js';
import { learnTime } from './clock.js';
import { store } from './store.js';

export type Role = Session['roles'][number];

/** Who is signed in, as the service last said it. */
export const session = store<Session | null>(first?.session ?? null);
if (first?.session) learnTime(first.session.server_time);

/** The role of whoever was at work when the session ended: their way back leads here again. */
export const endedFor = store<Role | null>(null);

export function signedIn(found: Session): void {
  learnTime(found.server_time);
  endedFor.set(null);
  session.set(found);
}

export function sessionEnded(): void {
  if (session.value === null) return;
  endedFor.set(session.value.roles[0] ?? null);
  session.set(null);
}
