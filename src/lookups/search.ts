import { addressKey, isTownBlockOf } from '../contract/address.js';
import { DomainError, type InputFault } from '../contract/domain-error.js';
import {
  meterLast4,
  phoneDigits,
  phoneLast4,
  singleMunicipality,
  supplyPointId,
} from '../contract/normalise.js';
import type { WheelingRecord } from '../wheeling/wheeling-record.js';
import type { SearchDto, SecondFactorDto } from './lookups.dto.js';

/** What is sought, normalised: one of three keys. No name search, no wildcard. */
export type Key =
  | { kind: 'supply_point_id'; supplyPointId: string }
  | { kind: 'phone'; phone: string }
  | { kind: 'address'; municipalityCode: string; address: string };

/** The second factor, of another kind than the key: a typo must not open a stranger's record. */
export type Factor =
  | { kind: 'contact_phone_last4'; digits: string }
  | { kind: 'meter_number_last4'; characters: string }
  | { kind: 'town_block'; townBlock: string };

export interface Search {
  key: Key;
  factor: Factor;
}

const fail = (pointer: string, detail: string): DomainError => {
  const faults: InputFault[] = [{ pointer, detail }];
  return new DomainError('invalid_input', { faults });
};

/** Digits and spaces as people write them (domain.md §5) become one form; what cannot be read is refused here. */
export function parseSearch(dto: SearchDto): Search {
  const key = parseKey(dto);
  const factor = parseFactor(dto.second_factor);
  const isOwnKind =
    (key.kind === 'phone' && factor.kind === 'contact_phone_last4') ||
    (key.kind === 'address' && factor.kind === 'town_block');
  if (isOwnKind) throw fail('/search/second_factor', '検索の鍵とは別の種類で確認してください');
  return { key, factor };
}

function parseKey(dto: SearchDto): Key {
  const { supply_point_id: point, phone, municipality_code: code, address } = dto;
  const given = [point, phone, code ?? address].filter((value) => value !== undefined);
  if (given.length !== 1)
    throw fail('/search', '供給地点特定番号、電話番号、住所のいずれか一つで検索してください');
  if (point !== undefined) {
    const supply = supplyPointId(point);
    if (supply === null) throw fail('/search/supply_point_id', '22桁の数字ではありません');
    return { kind: 'supply_point_id', supplyPointId: supply };
  }
  if (phone !== undefined) {
    const digits = phoneDigits(phone);
    if (digits === null) throw fail('/search/phone', '電話番号ではありません');
    return { kind: 'phone', phone: digits };
  }
  const municipality = code === undefined ? null : singleMunicipality(code);
  if (municipality === null) throw fail('/search/municipality_code', '地方公共団体コードではありません');
  if (address === undefined) throw fail('/search/address', '住所がありません');
  return { kind: 'address', municipalityCode: municipality, address };
}

function parseFactor(dto: SecondFactorDto): Factor {
  const at = '/search/second_factor';
  const { contact_phone_last4: phone, meter_number_last4: meter, town_block: block } = dto;
  if ([phone, meter, block].filter((value) => value !== undefined).length !== 1) {
    throw fail(at, '第二の確認は一つだけにしてください');
  }
  if (phone !== undefined) {
    const digits = last4(phone);
    if (digits === null || !/^\d{4}$/.test(digits))
      throw fail(`${at}/contact_phone_last4`, '4桁の数字ではありません');
    return { kind: 'contact_phone_last4', digits };
  }
  if (meter !== undefined) {
    const characters = last4(meter);
    if (characters === null) throw fail(`${at}/meter_number_last4`, '4文字ではありません');
    return { kind: 'meter_number_last4', characters };
  }
  return { kind: 'town_block', townBlock: block ?? '' };
}

function last4(text: string): string | null {
  const plain = text.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
  return /^[0-9A-Z]{4}$/.test(plain) ? plain : null;
}

/** Does the second factor hold for this record? A missing value never does. */
export function isFactorRight(record: WheelingRecord, factor: Factor): boolean {
  const text = (name: string): string => {
    const value = record[name];
    return typeof value === 'string' ? value : '';
  };
  switch (factor.kind) {
    case 'contact_phone_last4':
      return ['contact_phone', 'customer_phone'].some((name) => phoneLast4(text(name)) === factor.digits);
    case 'meter_number_last4':
      return meterLast4(text('meter_number')) === factor.characters;
    case 'town_block':
      return isTownBlockOf(text('supply_address'), factor.townBlock);
  }
}

/** What failed attempts are counted by: the key sought, of whatever kind. */
export function soughtOf(key: Key): string {
  switch (key.kind) {
    case 'supply_point_id':
      return `supply_point_id ${key.supplyPointId}`;
    case 'phone':
      return `phone ${key.phone}`;
    case 'address':
      return `address ${key.municipalityCode} ${addressKey(key.address) ?? key.address.normalize('NFKC').replace(/\s/g, '')}`;
  }
}
