import type { Act } from '../contract/actions.js';
import type { Code } from '../contract/codes.js';

/** 変更・廃止: of what has not ended. */
export function whyNotChanged(isEnded: boolean): Code | undefined {
  return isEnded ? 'already_retired' : undefined;
}

/**
 * The acts that all master data have. `retirement` refuses what nobody can do without; whether a change says anything, and
 * something lawful, is seen when it is proposed.
 */
export function actsOn(list: string, isEnded: boolean, retirement?: Code): Act[] {
  const whyNot = whyNotChanged(isEnded);
  return [
    { name: 'change', route: `PATCH /api/v1/${list}/:id`, whyNot },
    { name: 'retire', route: `POST /api/v1/${list}/:id/retire`, whyNot: whyNot ?? retirement },
  ];
}
