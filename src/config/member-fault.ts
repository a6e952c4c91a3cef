/** What is wrong within a setting of several members: which one, what stands there, and what may. */
export interface MemberFault {
  member: string;
  value: unknown;
  allowed: string;
}

export type Members = Readonly<Record<string, { isGood: (value: unknown) => boolean; allowed: string }>>;

/** The first member that is unknown, missing or not usable; undefined: all are there and good. */
export function memberFault(value: unknown, members: Members): MemberFault | undefined {
  const names = Object.keys(members).join(', ');
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { member: '', value, allowed: `an object of ${names}` };
  const given = value as Record<string, unknown>;
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(members, name));
  if (unknown !== undefined)
    return { member: unknown, value: given[unknown], allowed: `no such setting; there are ${names}` };
  for (const [member, { isGood, allowed }] of Object.entries(members))
    if (!isGood(given[member])) return { member, value: given[member], allowed };
  return undefined;
}
