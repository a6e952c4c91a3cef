import type { Act } from '../contract/actions.js';
import type { Code } from '../contract/codes.js';
import type { Selves } from '../roster/selves.repository.js';
import { hasEnded, isAcknowledged, isSuspended, whyNotLive, type GrantFacts } from './grant.js';

/** A grant, and who suspended it. */
export interface ActedOn extends GrantFacts {
  suspended_by: string | null;
  /** All who suspended it since the last resumption. */
  suspenders: readonly string[];
}

/** 本人確認: before the end, and again after each resumption. Of which notice is another question. */
export function whyNotAcknowledged(grant: GrantFacts, now: Date): Code | undefined {
  if (isAcknowledged(grant)) return 'already_acknowledged';
  return whyNotSuspended(grant, now);
}

/** 停止: of what could still be live. */
export function whyNotSuspended(grant: GrantFacts, now: Date): Code | undefined {
  return hasEnded(grant, now) ? 'grant_ended' : undefined;
}

/** 再開: by another natural person than all who suspended it. */
export function whyNotResumed(grant: ActedOn, selves: Selves, now: Date): Code | undefined {
  const { suspended_by: by, suspenders } = grant;
  if (hasEnded(grant, now)) return 'grant_ended';
  if (!isSuspended(grant) || by === null) return 'not_suspended';
  return [by, ...suspenders].some((one) => selves.has(one)) ? 'same_person' : undefined;
}

/** What a person can do with a grant now; what is done already, and would change nothing once more, is not offered. */
export function actsOn(grant: ActedOn, selves: Selves, now: Date): Act[] {
  const on = '/api/v1/grants/:id';
  const acts: Act[] = [
    { name: 'acknowledge', route: `POST ${on}/acknowledge`, whyNot: whyNotAcknowledged(grant, now) },
    { name: 'credential', route: `POST ${on}/credential`, whyNot: whyNotLive(grant, now)[0] },
    { name: 'suspend', route: `POST ${on}/suspend`, whyNot: whyNotSuspended(grant, now) },
    { name: 'resume', route: `POST ${on}/resume`, whyNot: whyNotResumed(grant, selves, now) },
  ];
  if (grant.revoked_at === null) acts.push({ name: 'revoke', route: `POST ${on}/revoke`, whyNot: undefined });
  if (grant.handed_back_at === null)
    acts.push({ name: 'hand-back', route: `POST ${on}/hand-back`, whyNot: undefined });
  return acts;
}
