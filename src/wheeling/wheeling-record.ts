import { DomainError } from '../contract/domain-error.js';
import { isSameAddress } from './address.js';

/** 停電中 · 通電 · 復電 · 不明. */
export const OUTAGE_STATES = ['outage', 'energised', 'restored', 'unknown'] as const;
export type OutageState = (typeof OUTAGE_STATES)[number];

/**
 * One supply point as the wheeling system answered it. Only the three named members have been read; all others
 * are whatever the system sent, also columns that nobody has classified, and leave through the gate's mask only.
 */
export type WheelingRecord = Readonly<Record<string, unknown>> &
  Readonly<{ supply_point_id: string; municipality_code: string; outage_state: OutageState }>;

/** One or none: what several points share names none of them. */
export type WheelingAnswer = { kind: 'one'; record: WheelingRecord } | { kind: 'none' } | { kind: 'several' };

export type Sought =
  { supply_point_id: string } | { phone: string } | { municipality_code: string; address: string };

/** What cannot be used says which rule it broke, never what stood there. */
export function untrusted(rule: string): DomainError {
  return new DomainError('wheeling_untrusted', { internal: rule });
}

/** An answer about another point than the one sought: usable by nobody, and it must not tell that a point is there. */
export class AnotherPointError extends DomainError {
  constructor() {
    super('wheeling_untrusted', { internal: 'another point than the one sought' });
  }
}

/**
 * Reads the body of an answer to a search, once, into the narrow type. The wheeling system is trusted for
 * values, not for choosing the point: each record must be the one that was sought.
 * @throws DomainError wheeling_untrusted
 */
export function parseAnswer(body: string, sought: Sought): WheelingAnswer {
  const records = itemsOf(body).map(parseRecord);
  if (!records.every((record) => isSought(record, sought))) throw new AnotherPointError();
  const [record, second] = records;
  if (record === undefined) return { kind: 'none' };
  return second === undefined ? { kind: 'one', record } : { kind: 'several' };
}

function itemsOf(body: string): unknown[] {
  const answer = parseJson(body);
  if (!isObject(answer) || !Array.isArray(answer['items'])) throw untrusted('no list of items');
  return answer['items'];
}

export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The error of JSON.parse quotes the text, so it must not travel.
    throw untrusted('no JSON');
  }
}

function parseRecord(item: unknown): WheelingRecord {
  if (!isObject(item)) throw untrusted('an item is no object');
  const { supply_point_id, municipality_code, outage_state } = item;
  if (!matches(supply_point_id, /^\d{22}$/)) throw untrusted('supply_point_id');
  if (!matches(municipality_code, /^\d{6}$/)) throw untrusted('municipality_code');
  if (!OUTAGE_STATES.some((state) => state === outage_state)) throw untrusted('outage_state');
  return item as WheelingRecord;
}

function isSought(record: WheelingRecord, sought: Sought): boolean {
  if ('supply_point_id' in sought) return record.supply_point_id === sought.supply_point_id;
  if ('phone' in sought) {
    return [record['contact_phone'], record['customer_phone']].some(
      (phone) => digitsOf(phone) === sought.phone,
    );
  }
  const { supply_address } = record;
  return (
    record.municipality_code === sought.municipality_code &&
    typeof supply_address === 'string' &&
    isSameAddress(sought.address, supply_address)
  );
}

function digitsOf(phone: unknown): string | undefined {
  return typeof phone === 'string' ? phone.replace(/\D/g, '') : undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}
