/** How somebody showed who they are; no passwords anywhere. */
export type SignInMethod = 'demonstration' | 'oidc' | 'passkey';

/** What a way of signing in has found out, for a session to be made of it. */
export interface SignIn {
  personId: string;
  method: SignInMethod;
  /** The provider's id in the settings; with `oidc` only. */
  provider?: string | undefined;
  /** The provider's own session (OpenID Connect `sid`), by which it can end this one. */
  providerSid?: string | undefined;
  /** The provider's `sub`; with \`oidc\` only. */
  providerSub?: string | undefined;
  /** A proof of presence came with it: user verification, or a sign-in that was asked for afresh. */
  steppedUp: boolean;
  /** The live session that this one takes the place of, of the same person: a step-up. */
  replaces?: string | undefined;
  /** A session that the browser had until now, whoever's: its token is dead as well. */
  ends?: string | undefined;
}

export type EndCause =
  | 'signed_out'
  | 'ended_by_person'
  | 'ended_by_officer'
  | 'rotated'
  | 'person_changed'
  | 'provider_logout'
  | 'identity_retired'
  | 'passkey_revoked'
  | 'terminal_lost';

/** At the most, from the sign-in on and through every step-up: a constraint of the table as well. */
export const SESSION_HOURS = 12;

/** The instant until which presence counts as proved; null: it was not. The demonstration's lasts as long as the session. */
export function presentUntil(
  session: { method: SignInMethod; stepped_up_at: Date | null; expires_at: Date },
  presenceMinutes: number,
): Date | null {
  if (session.method === 'demonstration') return session.expires_at;
  if (session.stepped_up_at === null) return null;
  const until = session.stepped_up_at.getTime() + presenceMinutes * 60_000;
  return new Date(Math.min(until, session.expires_at.getTime()));
}

export function isPresent(
  session: { method: SignInMethod; stepped_up_at: Date | null; expires_at: Date; now: Date },
  presenceMinutes: number,
): boolean {
  const until = presentUntil(session, presenceMinutes);
  return until !== null && session.now < until;
}
