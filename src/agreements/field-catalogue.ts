/**
 * Every field a 託送システム may hold about a supply point, and the most that any profile may do with it for a
 * retail grantee (the ceiling). A field that is not here is denied; one without modes can be in no profile.
 * migrations/0002-field-catalogue.sql holds the same rows; a test compares the two.
 *
 * Items: F of the regulator's paper of 2023-02-20, T of the utility's outage system, E of the notice on joint
 * use of data (not in that paper, hence class Z), D computed by the broker.
 */
export const FIELD_MODES = ['show', 'part', 'match', 'reveal', 'derived', 'dispatch'] as const;

/**
 * show: the value · part: its last digits, or town and block · match: yes or no to what the caller said ·
 * reveal: once per call, with a reason · derived: a safe value computed from others · dispatch: into the
 * ticket for the utility's crew, never on the screen.
 */
export type FieldMode = (typeof FIELD_MODES)[number];

/**
 * Who sees the field in the スイッチング支援システム. S: only the customer's own retailer. O: any retailer, for
 * switching purposes. X: not held there. Z: named elsewhere. T: the utility's outage system. D: derived.
 */
export type FieldClass = 'S' | 'O' | 'X' | 'Z' | 'T' | 'D';

export interface FieldEntry {
  item: string;
  class: FieldClass;
  /** The one-word recommendation for a retail grantee. */
  advice: 'SHOW' | 'MATCH' | 'REVEAL' | 'DERIVED' | 'DISPATCH' | 'NEVER';
  /** 非公開情報 (施行規則第33条の4): unpublished, and able to affect competition. `reason` says why (not). */
  nonPublic: boolean;
  ja: string;
  en: string;
  reason: string;
  /** The ceiling. Empty = never, for anybody. */
  modes: readonly FieldMode[];
}

// A table, one field in two lines: broken up, it could not be read against its source.
// prettier-ignore
export const FIELD_CATALOGUE = {
  supply_point_id: { item: 'F01', class: 'O', advice: 'SHOW', nonPublic: true, modes: ['part', 'match', 'dispatch'],
    ja: '供給地点特定番号', en: 'Supply point number', reason: 'Key to a switching request and has no check digit; six digits name the point on the ticket.' },
  supply_address: { item: 'F02', class: 'O', advice: 'SHOW', nonPublic: true, modes: ['part', 'match', 'reveal', 'dispatch'],
    ja: '供給地点住所', en: 'Supply address', reason: 'Town and block locate the fault; a room number points at a person.' },
  service_pole_number: { item: 'F03', class: 'O', advice: 'SHOW', nonPublic: true, modes: ['show', 'match', 'dispatch'],
    ja: '引込柱番号', en: 'Service pole number', reason: 'The crew finds the premises by it; it names no person, but contractors ask for it in peacetime.' },
  service_area_code: { item: 'F04', class: 'O', advice: 'SHOW', nonPublic: false, modes: ['show', 'dispatch'],
    ja: '電力会社エリア', en: 'Service area', reason: 'Follows from the address and is public; it routes the call.' },
  contract_holder_name: { item: 'F05', class: 'S', advice: 'MATCH', nonPublic: true, modes: ['match'],
    ja: '契約者名義（需要者名）', en: 'Contract holder', reason: 'A switching request needs this exact spelling; yes or no suffices to identify a caller.' },
  contact_phone: { item: 'F06', class: 'S', advice: 'REVEAL', nonPublic: true, modes: ['part', 'match', 'reveal', 'dispatch'],
    ja: '連絡先電話番号', en: 'Contact telephone', reason: 'Reaches the customer again, and is a sales lead: each sight is counted.' },
  customer_phone: { item: 'F07', class: 'S', advice: 'REVEAL', nonPublic: true, modes: ['part', 'match', 'reveal', 'dispatch'],
    ja: '需要者電話番号', en: 'Customer telephone', reason: 'As the contact telephone; can be compared with the number that calls.' },
  meter_number: { item: 'F08', class: 'O', advice: 'MATCH', nonPublic: true, modes: ['part', 'match', 'dispatch'],
    ja: 'メーター番号', en: 'Meter number', reason: 'Caller and crew agree on one meter of a building; nothing to browse.' },
  site_map_ref: { item: 'F09', class: 'X', advice: 'SHOW', nonPublic: true, modes: ['show', 'dispatch'],
    ja: '地図', en: 'Site map reference', reason: 'The reference of the sheet only; the map itself bears the names of neighbours and stays behind.' },
  supply_method: { item: 'F10', class: 'O', advice: 'DERIVED', nonPublic: true, modes: ['dispatch'],
    ja: '供給方式', en: 'Supply method', reason: 'Crew equipment depends on it; the operator needs no more than supply_class.' },
  customer_statement_notes: { item: 'F11', class: 'X', advice: 'DERIVED', nonPublic: true, modes: [],
    ja: '需要家からの申出事項', en: 'Statements by the customer', reason: 'Free text holds complaints and plans to switch; only safety flags are taken from it.' },
  ampere_breaker_presence: { item: 'F12', class: 'O', advice: 'REVEAL', nonPublic: true, modes: ['reveal', 'dispatch'],
    ja: 'アンペアブレーカー有無', en: 'Ampere breaker present', reason: 'Helps when a single premises is out, and only then.' },
  remote_switch_capability: { item: 'F12', class: 'O', advice: 'REVEAL', nonPublic: true, modes: ['reveal', 'dispatch'],
    ja: '遠隔操作有無', en: 'Remote switching possible', reason: 'Helps when a single premises is out, and only then.' },
  smart_meter_info: { item: 'F13', class: 'O', advice: 'DERIVED', nonPublic: true, modes: [],
    ja: 'スマートメーター情報', en: 'Smart meter data', reason: 'Whether the meter answers is enough (meter_reachability); model and route are not needed.' },

  contract_current_a: { item: 'F14', class: 'O', advice: 'REVEAL', nonPublic: true, modes: ['reveal'],
    ja: '契約電流', en: 'Contract current (A)', reason: 'Sizes an offer, and helps little with a tripped breaker.' },
  contract_capacity_kva: { item: 'F15', class: 'O', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '契約容量', en: 'Contract capacity (kVA)', reason: 'Sizes an offer; of use to the utility only.' },
  contract_current_upper_limit_a: { item: 'F16', class: 'O', advice: 'REVEAL', nonPublic: true, modes: ['reveal'],
    ja: '契約電流上限値', en: 'Upper limit of contract current (A)', reason: 'For a breaker that trips in one premises.' },
  current_limit_value_a: { item: 'F17', class: 'O', advice: 'REVEAL', nonPublic: true, modes: ['reveal'],
    ja: '電流制限値', en: 'Current limit (A)', reason: 'The limiter of a smart meter may be why one premises is out.' },
  meter_equipment_info: { item: 'F18', class: 'O', advice: 'DISPATCH', nonPublic: true, modes: ['dispatch'],
    ja: '（電力計）計器情報', en: 'Metering equipment', reason: 'For the crew that replaces a damaged meter.' },
  load_equipment_info: { item: 'F19', class: 'X', advice: 'DERIVED', nonPublic: true, modes: [],
    ja: '負荷設備情報', en: 'Load equipment', reason: 'An inventory to sell by; only critical_load_flag is taken from it.' },
  discontinuation_measure_info: { item: 'F20', class: 'O', advice: 'DERIVED', nonPublic: true, modes: [],
    ja: '廃止措置情報', en: 'Discontinuation measures', reason: 'Answers debt and vacancy questions; the crew gets a yes or no.' },
  contract_form: { item: 'F21', class: 'O', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '契約形態', en: 'Form of contract', reason: 'Can give away feed-in or last-resort supply.' },
  island_universal_service_flag: { item: 'F22', class: 'O', advice: 'DISPATCH', nonPublic: true, modes: ['dispatch'],
    ja: '（離島）ユニバーサルサービス対象', en: 'Island universal service', reason: 'Routes the ticket to island generation; on a screen it would tell who supplies.' },
  flat_rate_lighting_info: { item: 'F23', class: 'O', advice: 'DISPATCH', nonPublic: true, modes: ['dispatch'],
    ja: '定額電灯情報', en: 'Flat-rate lighting', reason: 'A street light has no meter that the crew could look for.' },
  power_factor: { item: 'F24', class: 'O', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '力率', en: 'Power factor', reason: 'Of no use in an outage.' },

  retailer_name: { item: 'F25', class: 'S', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '小売電気事業者名', en: 'Retailer', reason: 'Whose customer it is: the core of competition.' },
  retailer_code: { item: 'F25', class: 'Z', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '小売電気事業者コード', en: 'Retailer code', reason: 'Whose customer it is: the core of competition.' },
  energy_usage_kwh: { item: 'F26', class: 'S', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '電力使用量', en: 'Energy usage (kWh)', reason: 'To be had with the consent of the customer, not through a disaster.' },
  usage_history_13m: { item: 'F26', class: 'S', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '使用電力量（過去13ヶ月分）', en: 'Usage of the last 13 months', reason: 'To be had with the consent of the customer, not through a disaster.' },
  contract_power_kw: { item: 'F27', class: 'S', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '契約電力', en: 'Contract power (kW)', reason: 'Sizes an offer.' },
  wheeling_service_menu: { item: 'F28', class: 'S', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '接続送電サービスメニュー', en: 'Wheeling service menu', reason: 'Tells the tariff.' },
  meter_reading_date: { item: 'F29', class: 'O', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '検針日', en: 'Meter reading date', reason: 'Times a switch; of no use in an outage.' },
  transfer_application_received_date: { item: 'F30', class: 'O', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '異動申込受付日', en: 'Transfer application received on', reason: 'Shows who is about to switch.' },
  transfer_application_status: { item: 'F30', class: 'O', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '異動申込み受付情報', en: 'Transfer application', reason: 'Shows who is about to switch.' },
  wheeling_transfer_history: { item: 'F31', class: 'X', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '託送異動申込履歴', en: 'History of transfers', reason: 'Shows who switches often; leaked once already.' },
  contract_determination_method: { item: 'F32', class: 'O', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '契約決定方法', en: 'How the contract value is set', reason: 'Tells the tariff.' },
  minimum_charge_applies: { item: 'F33', class: 'O', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '最低料金制適用有無', en: 'Minimum charge applies', reason: 'Tells the tariff.' },
  past_new_or_expanded_date: { item: 'F34', class: 'O', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '過去新増設年月日', en: 'Date of new or expanded supply', reason: 'Finds new buildings to canvass.' },
  current_retailer_contract_number: { item: 'F35', class: 'Z', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '現（旧）小売電気事業者の契約番号', en: 'Contract number at the retailer', reason: 'Serves a switch and nothing else.' },
  contract_end_date: { item: 'F36', class: 'Z', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '廃止年月日', en: 'End of contract', reason: 'Answers whether a debt can still be collected.' },
  switch_date: { item: 'F36', class: 'Z', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '契約切替日', en: 'Date of switch', reason: 'Times win-back sales.' },
  fit_category: { item: 'F37', class: 'Z', advice: 'NEVER', nonPublic: true, modes: [],
    ja: 'FIT区分', en: 'Feed-in category', reason: 'Bound to its purpose by the renewables act; the crew gets has_generation_hazard.' },
  fit_certified_operator_info: { item: 'F38', class: 'Z', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '再エネ認定事業者情報', en: 'Certified renewables operator', reason: 'Bound to its purpose by the renewables act.' },
  fit_purchase_info: { item: 'F38', class: 'Z', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '特定契約に基づく送配電買取の情報', en: 'Feed-in purchase', reason: 'Bound to its purpose by the renewables act.' },
  last_resort_supply_customer_info: { item: 'F39', class: 'Z', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '最終保障供給の顧客情報', en: 'Last-resort supply', reason: 'That nobody supplies this customer is itself a lead.' },
  switch_request_holder_name: { item: 'F40', class: 'Z', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '切替の申出のあった顧客の名義', en: 'Name on a switching request', reason: 'Confirms or saves a switch.' },
  previous_contract_info: { item: 'F41', class: 'Z', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '旧契約情報', en: 'Previous contract', reason: 'About the former resident, who is not calling.' },
  grid_spare_capacity_data: { item: 'F42', class: 'Z', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '系統の熱容量の空容量データ', en: 'Spare grid capacity', reason: 'Favours a generator that knows it before publication.' },

  outage_state: { item: 'T01', class: 'T', advice: 'SHOW', nonPublic: false, modes: ['show', 'dispatch'],
    ja: '停電状態', en: 'Outage state', reason: 'The utility publishes where power is out.' },
  outage_incident_id: { item: 'T02', class: 'T', advice: 'SHOW', nonPublic: false, modes: ['show', 'dispatch'],
    ja: '停電事故番号', en: 'Outage incident', reason: 'A number of the fault, not of a customer.' },
  estimated_restoration_at: { item: 'T03', class: 'T', advice: 'SHOW', nonPublic: false, modes: ['show', 'dispatch'],
    ja: '復旧見込み', en: 'Estimated restoration', reason: 'Published with the outage.' },
  feeder_section_code: { item: 'T04', class: 'T', advice: 'SHOW', nonPublic: false, modes: ['show', 'dispatch'],
    ja: '配電線区間', en: 'Feeder section', reason: 'Names a stretch of the network and affects no competition.' },
  planned_crew_eta: { item: 'T05', class: 'T', advice: 'SHOW', nonPublic: false, modes: ['show', 'dispatch'],
    ja: '作業班の到着見込み', en: 'Expected arrival of the crew', reason: 'About the work of the utility, not about a customer.' },
  public_notice_text: { item: 'T06', class: 'T', advice: 'SHOW', nonPublic: false, modes: ['show', 'dispatch'],
    ja: '公表文', en: 'Public notice', reason: 'Published.' },
  call_ticket_id: { item: 'T07', class: 'T', advice: 'SHOW', nonPublic: false, modes: ['show', 'dispatch'],
    ja: '受付番号', en: 'Ticket', reason: 'A number of the call, which the caller is told.' },
  danger_report: { item: 'T08', class: 'T', advice: 'SHOW', nonPublic: false, modes: ['show', 'dispatch'],
    ja: '危険通報（断線・倒柱）', en: 'Danger report', reason: 'About lines and poles; callers must be warned.' },

  grid_interconnection_flag: { item: 'E01', class: 'Z', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '系統連系設備有無', en: 'Grid-connected generation', reason: 'Tells who owns a generator; the crew gets has_generation_hazard.' },
  contract_status: { item: 'E02', class: 'Z', advice: 'DERIVED', nonPublic: true, modes: [],
    ja: '契約状態', en: 'Contract status', reason: 'Answers debt and vacancy questions; the crew gets a yes or no.' },
  wheeling_contract_change_date: { item: 'E03', class: 'Z', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '託送契約異動年月日', en: 'Change of the wheeling contract', reason: 'Times a switch.' },
  wheeling_contract_demand_info: { item: 'E04', class: 'Z', advice: 'NEVER', nonPublic: true, modes: [],
    ja: '託送契約高情報', en: 'Contracted wheeling demand', reason: 'Sizes an offer.' },

  life_support_flag: { item: 'D01', class: 'D', advice: 'DERIVED', nonPublic: true, modes: ['derived', 'dispatch'],
    ja: '生命維持機器の申出', en: 'Life-support equipment', reason: 'A life may hang on the power; yes or no, never the statement.' },
  access_hazard_flag: { item: 'D02', class: 'D', advice: 'DERIVED', nonPublic: true, modes: ['derived', 'dispatch'],
    ja: '立入時の注意', en: 'Hazard on entering', reason: 'Warns the crew of a dog, a key or a gate; yes or no.' },
  meter_reachability: { item: 'D03', class: 'D', advice: 'DERIVED', nonPublic: true, modes: ['derived', 'dispatch'],
    ja: '計器の応答（通電・不通・不明）', en: 'Meter reachable', reason: 'Answers whether power arrives, without anything about the meter.' },
  critical_load_flag: { item: 'D04', class: 'D', advice: 'DERIVED', nonPublic: true, modes: ['derived', 'dispatch'],
    ja: '重要負荷', en: 'Critical load', reason: 'Sets the order of restoration without naming the equipment.' },
  is_disconnected_by_contract: { item: 'D05', class: 'D', advice: 'DISPATCH', nonPublic: true, modes: ['dispatch'],
    ja: '契約終了による送電停止', en: 'Disconnected by contract', reason: 'Spares the crew a journey; on a screen it answers debt and vacancy questions.' },
  has_generation_hazard: { item: 'D06', class: 'D', advice: 'DISPATCH', nonPublic: true, modes: ['dispatch'],
    ja: '発電設備による逆充電の危険', en: 'Back-feed hazard', reason: 'Protects the crew; on a screen it tells who owns a generator.' },
  supply_class: { item: 'D07', class: 'D', advice: 'DERIVED', nonPublic: true, modes: ['derived', 'dispatch'],
    ja: '供給の別（低圧単相・低圧三相・高圧）', en: 'Supply class', reason: 'Phase and voltage level only, for the right breaker guidance.' },
} as const satisfies Record<string, FieldEntry>;

export type FieldId = keyof typeof FIELD_CATALOGUE;
type IdOfClass<C extends FieldClass> = {
  [Id in FieldId]: (typeof FIELD_CATALOGUE)[Id]['class'] extends C ? Id : never;
}[FieldId];
export type DerivedFieldId = IdOfClass<'D'>;

/** The columns of the 託送システム from which each derived field is computed. */
export const DERIVED_FROM: Readonly<Record<DerivedFieldId, readonly FieldId[]>> = {
  life_support_flag: ['customer_statement_notes'],
  access_hazard_flag: ['customer_statement_notes'],
  meter_reachability: ['smart_meter_info'],
  critical_load_flag: ['load_equipment_info'],
  is_disconnected_by_contract: ['discontinuation_measure_info', 'contract_status'],
  has_generation_hazard: [
    'grid_interconnection_flag',
    'fit_category',
    'fit_certified_operator_info',
    'fit_purchase_info',
  ],
  supply_class: ['supply_method'],
};

export const FIELD_IDS = Object.keys(FIELD_CATALOGUE) as FieldId[];

export function isFieldId(text: string): text is FieldId {
  return Object.hasOwn(FIELD_CATALOGUE, text);
}

export function isFieldMode(text: string): text is FieldMode {
  return (FIELD_MODES as readonly string[]).includes(text);
}

/** The entry with its literal types widened, to be read as data. */
export function fieldEntry(id: FieldId): FieldEntry {
  return FIELD_CATALOGUE[id];
}

export function isDerived(id: FieldId): id is DerivedFieldId {
  return fieldEntry(id).class === 'D';
}

/** Whether any profile may use the field in this way. */
export function permits(id: FieldId, mode: FieldMode): boolean {
  return fieldEntry(id).modes.includes(mode);
}
