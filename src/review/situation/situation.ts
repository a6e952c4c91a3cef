import type { Role } from '../../contract/caller.js';
import { whyNotInForce, type DeclarationFacts } from '../../declarations/declaration.js';
import type { UsesByMinute } from './situation.dto.js';

/** 最初の画面. Pure: which parts are whose, and what is counted of which facts. */

export const MINUTES = 60;
const MINUTE_MS = 60_000;

/** Who sees how many seats, grants and uses there are; a supervisor those of the own organization. */
const COUNTING: readonly Role[] = [
  'headquarters',
  'compliance_officer',
  'auditor',
  'regulator',
  'supervisor',
];
const LEDGER: readonly Role[] = ['headquarters', 'officer', 'compliance_officer', 'auditor', 'regulator'];
const WATCHING: readonly Role[] = ['headquarters', 'compliance_officer', 'auditor', 'regulator'];

export const seesCounts = (role: Role): boolean => COUNTING.includes(role);
export const seesLedger = (role: Role): boolean => LEDGER.includes(role);
export const seesExposures = (role: Role): boolean => WATCHING.includes(role);

/** How long a declaration goes on at most; 0 when it gives nothing. */
export function remainingSeconds(facts: DeclarationFacts, now: Date): number {
  if (whyNotInForce(facts, now) !== undefined) return 0;
  return Math.floor((facts.hard_end_at.getTime() - now.getTime()) / 1000);
}

/** The first of the sixty minutes that `now` ends. */
export function firstMinute(now: Date): Date {
  return new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS - (MINUTES - 1) * MINUTE_MS);
}

export interface CountedMinute {
  at: Date;
  lookups: number;
  refused: number;
}

/** A number for each minute, also for those in which nothing was. */
export function minutesFrom(from: Date, counted: readonly CountedMinute[]): UsesByMinute {
  const lookups = Array<number>(MINUTES).fill(0);
  const refused = Array<number>(MINUTES).fill(0);
  for (const minute of counted) {
    const n = (minute.at.getTime() - from.getTime()) / MINUTE_MS;
    lookups[n] = minute.lookups;
    refused[n] = minute.refused;
  }
  return { from: from.toISOString(), lookups, refused };
}
