import { memberFault, type MemberFault } from './member-fault.js';
import { isWithin } from './policy.js';

/** So many a second in the long run, and so many at once. */
export interface Rate {
  perSecond: number;
  burst: number;
}

/** How much one caller may ask of the service. Each instance counts for itself, except `lookupsPerHour`. */
export interface Limits {
  /** Anonymous calls, and calls that could not be told whose they are, by network address. */
  address: Rate;
  person: Rate;
  /** Data calls, by the terminal that proved its key. */
  terminal: Rate;
  /** All of an organization's people and terminals together; the utility itself is not counted. */
  organization: Rate;
  /** Of one organization's calls, how many may be under way at once. */
  organizationAtOnce: number;
  /** Lifting, revoking, suspending, handing back, lost: counted apart, by person, and by nothing else. */
  endings: Rate;
  /** One authenticated system. */
  system: Rate;
  /** Of one natural person, over all instances, counted in the database. */
  lookupsPerHour: number;
}

const MOST = 1_000_000;

const isRate = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const { perSecond, burst, ...more } = value as Record<string, unknown>;
  return (
    Object.keys(more).length === 0 &&
    isWithin(perSecond, 0.01, MOST) &&
    isWithin(burst, 1, MOST) &&
    Number.isInteger(burst)
  );
};
const isCount = (value: unknown): boolean => Number.isInteger(value) && isWithin(value, 1, MOST);

const RATE = {
  isGood: isRate,
  allowed: '{"perSecond": 0.01 to 1000000, "burst": a whole number, 1 to 1000000}',
};
const COUNT = { isGood: isCount, allowed: 'a whole number, 1 to 1000000' };

const MEMBERS: Record<keyof Limits, typeof RATE> = {
  address: RATE,
  person: RATE,
  terminal: RATE,
  organization: RATE,
  organizationAtOnce: COUNT,
  endings: RATE,
  system: RATE,
  lookupsPerHour: COUNT,
};

export const limitsFault = (value: unknown): MemberFault | undefined => memberFault(value, MEMBERS);
