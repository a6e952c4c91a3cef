import type { Caller } from '../../contract/caller.js';
import { DomainError } from '../../contract/domain-error.js';

/** What becomes of the records is not headquarters', whose acts are in them; officers and the compliance officer decide. */
export function notForHeadquarters(_body: unknown, caller: Caller): boolean {
  if (caller.role === 'headquarters') throw new DomainError('role_not_allowed');
  return true;
}
