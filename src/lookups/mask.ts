import { createHash, timingSafeEqual } from 'node:crypto';
import {
  fieldEntry,
  isDerived,
  isFieldId,
  isFieldMode,
  permits,
  type FieldId,
  type FieldMode,
} from '../agreements/field-catalogue.js';
import { beforeNumbers, isSameAddress, townBlock } from '../contract/address.js';
import { invariant } from '../contract/domain-error.js';
import { meterKey, personText, phoneDigits, supplyPointId, visibleText } from '../contract/normalise.js';
import { columnOf, derivedValue, type RawRecord } from './derived.js';

export type FieldProfile = ReadonlyMap<FieldId, FieldMode>;
export type MaskedValue = string | boolean | null;

export interface Masked {
  fields: Record<string, MaskedValue>;
  /** What may be matched or revealed: the same for every record, so that it tells nothing about one. */
  withheld: { field: FieldId; mode: 'match' | 'reveal' }[];
}

/** Longer texts are no field of a call; letting them through would let a whole record through in one column. */
const LONGEST_SHOWN = 500;
const LONGEST_STATED = 200;
/** A meter number shorter than this would be shown nearly whole by its last four. */
const SHORTEST_METER = 6;

/** Profile rows as they stand in the database. An unknown field or mode is a defect there: nothing is shown. */
export function profileOf(rows: readonly { field_id: string; mode: string }[]): FieldProfile {
  const profile = new Map<FieldId, FieldMode>();
  for (const { field_id: field, mode } of rows) {
    invariant(isFieldId(field), `field profile names an unknown field: ${field}`);
    invariant(isFieldMode(mode), `field profile names an unknown mode: ${mode}`);
    invariant(!profile.has(field), `field profile names a field twice: ${field}`);
    profile.set(field, mode);
  }
  return profile;
}

/**
 * What of a record may leave. The loop runs over the profile, never over the record: a column that nobody
 * classed cannot leak (law 3), and the set of members is the same for every record. A mode beyond the
 * catalogue's ceiling yields nothing, even though the database refuses such a profile.
 *
 * @param situation matchOnly: an outbound call, or an energised premises without a ticket: only what the
 *   utility itself says about the outage is shown, and nothing is offered for reveal.
 */
export function mask(record: RawRecord, profile: FieldProfile, situation: { matchOnly: boolean }): Masked {
  const masked: Masked = { fields: {}, withheld: [] };
  for (const [field, mode] of profile) {
    if (!isFieldId(field) || !permits(field, mode)) continue;
    if (mode === 'match' || (mode === 'reveal' && !situation.matchOnly))
      masked.withheld.push({ field, mode });
    if (situation.matchOnly && !isToldOnAnyCall(field)) continue;
    if (mode === 'show') masked.fields[field] = scalar(columnOf(record, field));
    if (mode === 'part') masked.fields[field] = partOf(field, columnOf(record, field));
    if (mode === 'derived' && isDerived(field)) masked.fields[field] = derivedValue(record, field);
  }
  return masked;
}

/**
 * What the utility itself says of the outage may be told on any call, but for the ticket's number: whoever knows it
 * is shown more than that.
 */
export function isToldOnAnyCall(field: FieldId): boolean {
  return fieldEntry(field).class === 'T' && field !== 'call_ticket_id';
}

/**
 * What goes into the ticket for the utility's crew, and never onto the screen: the fields of mode `dispatch`,
 * by the same loop and the same bounds. Free text and lists of a record never pass.
 */
export function dispatchValues(record: RawRecord, profile: FieldProfile): Record<string, MaskedValue> {
  const values: Record<string, MaskedValue> = {};
  for (const [field, mode] of profile) {
    if (mode !== 'dispatch' || !isFieldId(field) || !permits(field, mode)) continue;
    values[field] = isDerived(field) ? derivedValue(record, field) : scalar(columnOf(record, field));
  }
  return values;
}

/** Strings of sane size, numbers and booleans; an object or a list never passes, whatever is in it. */
function scalar(value: unknown): string | boolean | null {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  if (typeof value !== 'string') return null;
  const text = visibleText(value);
  return text.length <= LONGEST_SHOWN ? text : null;
}

/** What a part is, for each field that has one; any other field has none. */
const PARTS: Partial<Record<FieldId, (value: string) => string | null>> = {
  supply_point_id: (value) => tail(supplyPointId(value), 6),
  supply_address: (value) => townBlock(value) ?? (beforeNumbers(value) || null),
  contact_phone: (value) => tail(phoneDigits(value), 4),
  customer_phone: (value) => tail(phoneDigits(value), 4),
  meter_number: (value) => {
    const key = meterKey(value);
    return key !== null && key.length >= SHORTEST_METER ? tail(key, 4) : null;
  },
};

function partOf(field: FieldId, value: unknown): string | null {
  return typeof value === 'string' ? (PARTS[field]?.(value) ?? null) : null;
}

function tail(text: string | null, length: number): string | null {
  return text === null ? null : `…${text.slice(-length)}`;
}

/** 都度開示: the clear value, only of a field whose ceiling permits reveal. The caller records it first. */
export function revealValue(record: RawRecord, field: FieldId): string | null {
  if (!permits(field, 'reveal')) return null;
  const value = scalar(columnOf(record, field));
  return value === null || value === '' ? null : String(value);
}

/**
 * 照合: whether what the caller stated is what the record holds. Nothing matches an empty or missing value.
 * The comparison takes the same time wherever the two differ.
 */
export function matchValue(field: FieldId, recordValue: unknown, stated: string): boolean {
  if (!permits(field, 'match') || stated.length > LONGEST_STATED) return false;
  const held = scalar(recordValue);
  if (typeof held !== 'string' || held.length > LONGEST_STATED) return false;
  if (field === 'supply_address') return isSameAddress(held, stated);
  const [have, said] = [comparable(field, held), comparable(field, stated)];
  return sameDigest(have ?? '', said ?? '') && have !== null && have !== '';
}

/** How the two sides are brought to one form before they are compared; text without spaces where none is named. */
const COMPARABLE: Partial<Record<FieldId, (text: string) => string | null>> = {
  supply_point_id: supplyPointId,
  contact_phone: phoneDigits,
  customer_phone: phoneDigits,
  meter_number: meterKey,
  contract_holder_name: nameKey,
};

function comparable(field: FieldId, text: string): string | null {
  const form = COMPARABLE[field];
  return form === undefined ? personText(text).replace(/\s/gu, '').toLowerCase() : form(text);
}

/** A name as it is spoken: spaces, width, case and the choice of kana do not count; 株式会社 may be 「(株)」. */
function nameKey(text: string): string {
  return personText(text)
    .replace(/[\s\p{Variation_Selector}]/gu, '')
    .toLowerCase()
    .replace(/\(株\)/gu, '株式会社')
    .replace(/\(有\)/gu, '有限会社')
    .replace(/[ぁ-ゖ]/gu, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60));
}

function sameDigest(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
