import type { Act } from '../contract/actions.js';
import type { Code } from '../contract/codes.js';

/** Someone who has left is brought back by a list of staff, which says that they are employed. */
export function whyNotChanged({ left_at }: { left_at: string | null }): Code | undefined {
  return left_at === null ? undefined : 'already_retired';
}

/** Whether without these people headquarters would be fewer than the two who decide and lift. */
export function isLastOfHeadquarters(headquarters: readonly string[], leaving: readonly string[]): boolean {
  const left = headquarters.filter((id) => !leaving.includes(id));
  return left.length < headquarters.length && left.length < 2;
}

type Leaving = { left_at: string | null; is_last_of_headquarters: boolean };

/** 在籍の終わり: headquarters stay two. */
export function whyNotRetired(person: Leaving): Code | undefined {
  return whyNotChanged(person) ?? (person.is_last_of_headquarters ? 'last_of_headquarters' : undefined);
}

/** 認証基盤での識別子: nobody maps an account to themselves. */
export function whyNotIdentified(
  person: { id: string; left_at: string | null },
  callerId: string,
): Code | undefined {
  return person.id === callerId ? 'same_person' : whyNotChanged(person);
}

export function actsOn(person: Leaving & { id: string }, callerId: string): Act[] {
  const on = '/api/v1/people/:id';
  return [
    { name: 'change', route: `PATCH ${on}`, whyNot: whyNotChanged(person) },
    { name: 'retire', route: `POST ${on}/retire`, whyNot: whyNotRetired(person) },
    { name: 'identity', route: `POST ${on}/identities`, whyNot: whyNotIdentified(person, callerId) },
    { name: 'end-sessions', route: `POST ${on}/end-sessions`, whyNot: undefined },
  ];
}
