import type { Act } from '../contract/actions.js';
import type { Code } from '../contract/codes.js';
import {
  whyNotConfirmable,
  whyNotExtendable,
  whyNotGrown,
  whyNotOpen,
  type DeclarationFacts,
} from './declaration.js';

type Declaration = DeclarationFacts & { declared_by: string };

/** 確認: by another person than the declarer, once, while there is something to confirm. */
export function whyNotConfirmedBy(row: Declaration, personId: string, now: Date): Code | undefined {
  if (row.declared_by === personId) return 'same_person';
  return row.confirmed_at !== null ? 'already_confirmed' : whyNotConfirmable(row, now);
}

/** 解除: also of what has run out by itself, so that its closing is complete. */
export function whyNotLifted({ lifted_at }: DeclarationFacts): Code | undefined {
  return lifted_at === null ? undefined : 'already_lifted';
}

/** What a person can do with a declaration now. `area` makes it smaller, at once; `grow` is the same route for two persons. */
export function actsOn(row: Declaration, personId: string, now: Date): Act[] {
  const on = '/api/v1/declarations/:id';
  return [
    { name: 'confirm', route: `POST ${on}/confirm`, whyNot: whyNotConfirmedBy(row, personId, now) },
    { name: 'support-call', route: `POST ${on}/support-calls`, whyNot: whyNotOpen(row, now) },
    { name: 'extend', route: `POST ${on}/extend`, whyNot: whyNotExtendable(row, now) },
    { name: 'area', route: `POST ${on}/area`, whyNot: whyNotOpen(row, now) },
    { name: 'grow', route: `POST ${on}/area`, whyNot: whyNotGrown(row, now) },
    { name: 'lift', route: `POST ${on}/lift`, whyNot: whyNotLifted(row) },
    { name: 'revoke-all', route: `POST ${on}/revoke-all`, whyNot: undefined },
  ];
}
