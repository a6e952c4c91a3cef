import { memberFault, type MemberFault } from './member-fault.js';

/** Limits that the rules give; durations in minutes or hours as their names say. */
export interface Policy {
  unconfirmedMinutes: number;
  declarationHours: number;
  shiftHours: number;
  hoursPerPersonAndDeclaration: number;
  credentialMinutes: number;
  refMinutes: number;
  failuresPerSought: number;
  /** One extension of a declaration at the most. */
  extensionHours: number;
  /** Beyond, the compliance officer is one of the two who extend. */
  daysWithoutCompliance: number;
  /** A list of an organization's staff older than this gives no new grants (MGMT-3). */
  staffFeedDays: number;
  /** How long a proof of presence counts for the acts that ask for one. */
  presenceMinutes: number;
}

/** The ceilings of the architecture: a file may be stricter, never looser. */
const POLICY_CEILING: Policy = {
  unconfirmedMinutes: 30,
  declarationHours: 72,
  shiftHours: 12,
  hoursPerPersonAndDeclaration: 200,
  credentialMinutes: 5,
  refMinutes: 15,
  failuresPerSought: 3,
  extensionHours: 72,
  daysWithoutCompliance: 14,
  staffFeedDays: 92,
  presenceMinutes: 5,
};

export function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most;
}

export const policyFault = (value: unknown): MemberFault | undefined =>
  memberFault(
    value,
    Object.fromEntries(
      Object.entries(POLICY_CEILING).map(([name, most]: [string, number]) => [
        name,
        { isGood: (one: unknown) => isWithin(one, 1, most), allowed: `1 to ${most}` },
      ]),
    ),
  );
