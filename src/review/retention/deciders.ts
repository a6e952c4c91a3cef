import type { Caller } from '../../contract/caller.js';
import type { Code } from '../../contract/codes.js';

/** What becomes of the records is not headquarters', whose acts are in them; officers and the compliance officer decide. */
export function notForHeadquarters(_body: unknown, { role }: Caller): Code | undefined {
  return role === 'headquarters' ? 'role_not_allowed' : undefined;
}
