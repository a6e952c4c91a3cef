import type { RecordQuery } from '../../src/review/records.dto.js';
import { DECLARATIONS, nameOf } from './search-records.js';
import { createHash } from 'node:crypto';

type Filter = Partial<Omit<RecordQuery, 'after' | 'take'>>;

const day = 86_400_000;
/** The n-th of the times that a question is about: within the five years, by day. */
const since = (n: number, days: number): Filter => {
  const from = new Date(performance.timeOrigin - ((n * 43) % 1_700) * day - days * day);
  return { from, to: new Date(from.getTime() + days * day) };
};
const pointRef = (n: number): string =>
  createHash('sha256').update(`point ${n}`).digest('base64url').slice(0, 22);

const declaration = (n: number): Filter => ({ declaration: nameOf.declaration(n) });
const person = (n: number): Filter => ({ person: nameOf.person(n * 7) });
const organization = (n: number): Filter => ({
  organization: n % 8 === 7 ? 'tdo' : `retailer-bench-${n % 7}`,
});
const grant = (n: number): Filter => ({ grant: nameOf.grant(n % DECLARATIONS, n * 3) });
const TYPES = ['use.lookup', 'use.reveal', 'probe.gate', 'session.started', 'grant.approved', 'records.read'];
const type = (n: number): Filter => ({ type: TYPES[n % TYPES.length] ?? '' });
const decision = (n: number): Filter => ({ decision: ['permit', 'refuse', 'done'][n % 3] ?? '' });
const both =
  (...filters: ((n: number) => Filter)[]) =>
  (n: number): Filter =>
    Object.assign({}, ...filters.map((filter) => filter(n))) as Filter;

/** Every filter of `GET /records`, alone and as auditors put them together. */
export const questions: { what: string; filter: (n: number) => Filter }[] = [
  { what: 'no filter', filter: () => ({}) },
  { what: 'declaration', filter: declaration },
  { what: 'grant', filter: grant },
  { what: 'person', filter: person },
  { what: 'organization', filter: organization },
  { what: 'supply point', filter: (n) => ({ supply_point_ref: pointRef(n * 50) }) },
  { what: 'supply point never seen', filter: (n) => ({ supply_point_ref: pointRef(9_000_000 + n) }) },
  { what: 'type', filter: type },
  { what: 'type never used', filter: () => ({ type: 'drill.use_nothing' }) },
  { what: 'decision', filter: decision },
  { what: 'a day', filter: (n) => since(n, 1) },
  { what: 'a year', filter: (n) => since(n, 365) },
  { what: 'declaration, type', filter: both(declaration, type) },
  { what: 'declaration, decision', filter: both(declaration, decision) },
  { what: 'declaration, organization', filter: both(declaration, organization) },
  { what: 'declaration, person', filter: both(declaration, person) },
  {
    what: 'declaration, organization, type, decision',
    filter: both(declaration, organization, type, decision),
  },
  { what: 'person, type', filter: both(person, type) },
  { what: 'person, decision', filter: both(person, decision) },
  { what: 'person, a month', filter: both(person, (n) => since(n, 30)) },
  { what: 'organization, type', filter: both(organization, type) },
  { what: 'organization, decision', filter: both(organization, decision) },
  { what: 'organization, type, a month', filter: both(organization, type, (n) => since(n, 30)) },
  { what: 'type, decision', filter: both(type, decision) },
  { what: 'decision, a month', filter: both(decision, (n) => since(n, 30)) },
  { what: 'supply point, type', filter: both((n) => ({ supply_point_ref: pointRef(n * 50) }), type) },
];
