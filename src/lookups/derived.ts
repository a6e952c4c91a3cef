import type { DerivedFieldId } from '../agreements/field-catalogue.js';

/**
 * What the crew and the operator need, computed from columns that never leave themselves. Each answer is a
 * boolean or a word of a closed list; `null` means that the record does not say. Where a statement is ambiguous
 * (「人工呼吸器は使っていない」), safety decides: a flag too many costs a question, one too few may cost a life.
 */
export type RawRecord = Readonly<Record<string, unknown>>;
export type DerivedValue = boolean | 'powered' | 'unreachable' | 'unknown' | SupplyClass | null;
type SupplyClass = 'low_single_phase' | 'low_three_phase' | 'high';

/** Own members only: a record cannot answer through its prototype. */
export function columnOf(record: RawRecord, column: string): unknown {
  return Object.hasOwn(record, column) ? record[column] : undefined;
}

/** What is searched for words is bounded; no column of a real record is longer. */
const LONGEST = 4000;

/** A column as one searchable text, '' if it is there and empty, null if the record does not have it. */
function wordsOf(record: RawRecord, column: string): string | null {
  const value = columnOf(record, column);
  if (value === undefined || value === null) return null;
  // The record was read from JSON, so a structured column can be written as JSON again.
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.slice(0, LONGEST).normalize('NFKC').toLowerCase();
}

const LIFE_SUPPORT =
  /呼吸器|在宅酸素|酸素濃縮|透析|吸引器|生命維持|医療機器|医療用機器|補助人工心臓|人工心臓|life_?support|ventilator|oxygen|dialysis/u;
const ACCESS_HAZARD = /犬|猛獣|施錠|鍵|門扉|オートロック|立入|access_?hazard|\bdog\b|\bgate\b|\bkey\b/u;
const CRITICAL_LOAD =
  /透析|呼吸器|生命維持|医療|病院|診療所|排水ポンプ|給水ポンプ|揚水|消防|消火|信号機|エレベーター|昇降機|critical/u;
const NONE = /^\s*(?:"?(?:なし|無し?|非該当|対象外|該当なし|none|no|false|0)(?![a-z0-9])|$)/u;
const ENDED = /廃止|撤去|送電停止|供給停止|契約終了|解約|休止|discontinued|disconnected|ended/u;
const RUNNING = /契約中|供給中|使用中|active|in_?service/u;

/** A column that says something: neither missing nor empty nor 「なし」. */
export function isEntry(record: RawRecord, column: string): boolean {
  const words = wordsOf(record, column);
  return words !== null && !NONE.test(words);
}

function flag(words: string | null, sign: RegExp): boolean | null {
  return words === null ? null : sign.test(words);
}

/** The meter's own word for its power where the record is structured, else the text. */
function meterReachability(record: RawRecord): DerivedValue {
  const value = columnOf(record, 'smart_meter_info');
  const power =
    typeof value === 'object' && value !== null ? columnOf(value as RawRecord, 'power') : undefined;
  const words = wordsOf(power === undefined ? record : { smart_meter_info: power }, 'smart_meter_info');
  if (words === null || /不明|unknown/u.test(words)) return 'unknown';
  if (
    /不通|停電|[非未無]通電|通電(?:なし|せず|していない)|応答(?:なし|無)|圏外|unreachable|no_?response/u.test(
      words,
    )
  ) {
    return 'unreachable';
  }
  return /通電|powered|energi[sz]ed|reachable/u.test(words) ? 'powered' : 'unknown';
}

function isDisconnectedByContract(record: RawRecord): boolean | null {
  const measure = wordsOf(record, 'discontinuation_measure_info');
  if (measure !== null && !NONE.test(measure) && ENDED.test(measure)) return true;
  const status = wordsOf(record, 'contract_status');
  if (status !== null && ENDED.test(status)) return true;
  if (status !== null && RUNNING.test(status)) return false;
  return measure !== null && NONE.test(measure) ? false : null;
}

/** Any sign of a generator counts; "none" needs the flag to say so, since a missing entry proves nothing. */
function hasGenerationHazard(record: RawRecord): boolean | null {
  const columns = [
    'grid_interconnection_flag',
    'fit_category',
    'fit_certified_operator_info',
    'fit_purchase_info',
  ];
  if (columns.some((column) => isEntry(record, column))) return true;
  return wordsOf(record, 'grid_interconnection_flag') === null ? null : false;
}

function supplyClass(record: RawRecord): SupplyClass | null {
  const words = wordsOf(record, 'supply_method') ?? '';
  if (/高圧|high/u.test(words)) return 'high';
  if (/単相|動力なし|single/u.test(words)) return 'low_single_phase';
  return /三相|3相|three/u.test(words) ? 'low_three_phase' : null;
}

const DERIVATIONS: Readonly<Record<DerivedFieldId, (record: RawRecord) => DerivedValue>> = {
  life_support_flag: (record) => flag(wordsOf(record, 'customer_statement_notes'), LIFE_SUPPORT),
  access_hazard_flag: (record) => flag(wordsOf(record, 'customer_statement_notes'), ACCESS_HAZARD),
  meter_reachability: meterReachability,
  critical_load_flag: (record) => flag(wordsOf(record, 'load_equipment_info'), CRITICAL_LOAD),
  is_disconnected_by_contract: isDisconnectedByContract,
  has_generation_hazard: hasGenerationHazard,
  supply_class: supplyClass,
};

/** The value of a derived field, for the screen or the crew's ticket: the caller checks the mode. */
export function derivedValue(record: RawRecord, field: DerivedFieldId): DerivedValue {
  return DERIVATIONS[field](record);
}
