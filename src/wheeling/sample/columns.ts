/**
 * The columns of the sample's one table: every field of the field catalogue (F01–F42), the outage fields, and
 * two that the catalogue does not know (record_variant, municipality_code). Values are SQL expressions over the
 * seed's row (seed.ts): n = number of the point, tag = n in seven digits, k = its number in the municipality,
 * variant, town, street, room, dark (in outage), and the municipality's code, prefecture, name and area.
 *
 * Nearly every value carries the tag, so that a search for the bytes of one point's value finds leaks and
 * nothing else. Fields that only some variants have are null for the others, as in a real system.
 */
export type Column = readonly [
  name: string,
  type: 'text' | 'boolean' | 'integer' | 'numeric' | 'json',
  sql: string,
];

const tagged = (words: string, prefix: string): string => `'${words} ${prefix}' || tag`;
const whenVariant = (variants: string, sql: string, otherwise = 'null'): string =>
  `case when variant in (${variants}) then ${sql} else ${otherwise} end`;
const choice = (by: string, values: readonly string[]): string =>
  `(array[${values.map((value) => `'${value}'`).join(',')}])[1 + (${by}) % ${values.length}]`;
const months = Array.from(
  { length: 13 },
  (_, month) => `(180 + (n * 13 + ${month * 37}) % 300) || '.' || tag`,
);
const companies = ['Z9101', 'Z9102', 'Z9103', 'Z9104', 'Z9105'];
const companyNames = [
  'サンプル電力甲',
  'サンプル電力乙',
  'サンプル電力丙',
  'サンプル電力丁',
  'サンプル電力戊',
];
const statements = [
  '特になし',
  '人工呼吸器を使用中のため停電時は至急連絡を希望',
  '犬に注意 玄関横に放し飼い',
  '門扉に鍵 管理人室で借用',
  '他社への切替を検討中 料金の説明に不満',
  '在宅酸素を使用 犬に注意',
  '検針時は事前連絡を希望',
  '切替の申出を一度取下げ',
];

/** F01–F13 and what names the record. */
const NEEDED: readonly Column[] = [
  ['supply_point_id', 'text', 'supply_point_id'],
  ['municipality_code', 'text', 'code'],
  ['record_variant', 'text', 'variant'],
  [
    'supply_address',
    'text',
    `prefecture || name || address || case room when '' then '' else ' サンプル荘' || room || '号室' end`,
  ],
  ['service_pole_number', 'text', `town || '支' || n / 3 || 'L' || n % 3 + 1`],
  ['service_area_code', 'text', 'area'],
  [
    'contract_holder_name',
    'text',
    `'標本 ' || ${choice('n', ['花子', '太郎', '一郎', '美咲', '健', '陽子', '実'])} || ' ' || tag`,
  ],
  // No operator holds 0A0 numbers whose next digit is 0. Some contacts (a caretaker's) serve four points.
  [
    'contact_phone',
    'text',
    `case when k >= 200 and k % 20 < 4 then '09009' || lpad(place::text, 2, '0') || lpad((k / 20)::text, 4, '0') else '0900' || lpad((n * 48271 % 8999993)::text, 7, '0') end`,
  ],
  ['customer_phone', 'text', `'0800' || lpad((n * 69621 % 8999993)::text, 7, '0')`],
  ['meter_number', 'text', `'SM' || lpad((n * 65539 % 99999989)::text, 8, '0')`],
  ['site_map_ref', 'text', `'MAP-' || code || '-' || tag`],
  [
    'supply_method',
    'text',
    whenVariant(
      `'高圧','最終保障'`,
      tagged('高圧 交流三相3線式 6600V', 'SV'),
      tagged('低圧 交流単相3線式 100/200V', 'SV'),
    ),
  ],
  ['customer_statement_notes', 'text', `${choice('k / 2', statements)} || ' 申出' || tag`],
  ['ampere_breaker_presence', 'text', choice('k / 2', ['あり', 'なし'])],
  ['remote_switch_capability', 'text', choice('k / 2', ['可', '可', '不可'])],
  [
    'smart_meter_info',
    'json',
    `json_build_object('unit', 'SMU' || tag, 'route', ${choice('n', ['無線マルチホップ', '1:N無線', 'PLC'])}, 'power', case when k / 2 % 7 = 6 then '不明' when dark then '不通' else '通電' end)`,
  ],
];

/** F14–F24. */
const CONDITIONAL: readonly Column[] = [
  ['contract_current_a', 'integer', `${choice('k / 2', ['30', '40', '50', '60'])}::integer`],
  ['contract_capacity_kva', 'numeric', `(6 + k % 14 || '.' || tag)::numeric`],
  ['contract_current_upper_limit_a', 'integer', '60'],
  ['current_limit_value_a', 'integer', `${choice('k / 2', ['30', '40', '50', '60'])}::integer`],
  ['meter_equipment_info', 'text', tagged('単相3線 30A 検満2031年', 'ME')],
  [
    'load_equipment_info',
    'text',
    `${choice('k / 2', ['電気温水器 IH', '人工透析装置 IH', 'ガス併用', '業務用冷蔵庫'])} || ' LE' || tag`,
  ],
  [
    'discontinuation_measure_info',
    'text',
    whenVariant(`'空家'`, tagged('廃止済 送電停止', 'DM'), tagged('なし', 'DM')),
  ],
  [
    'contract_form',
    'text',
    whenVariant(`'FIT','最終保障'`, `variant || '契約 CF' || tag`, tagged('接続供給', 'CF')),
  ],
  ['island_universal_service_flag', 'boolean', `variant = '離島'`],
  ['flat_rate_lighting_info', 'text', tagged('定額電灯なし', 'FL')],
  ['power_factor', 'numeric', `('0.9' || tag)::numeric`],
];

/** F25–F42 and the names of the joint-use notice: never for a retail grantee. */
const NEVER: readonly Column[] = [
  // The five characters before the hyphen name the company; there is none under last-resort supply.
  [
    'retailer_name',
    'text',
    whenVariant(
      `'最終保障'`,
      tagged('小売契約なし', '供給'),
      `${choice('k / 2', companyNames)} || ' 取次' || tag`,
    ),
  ],
  [
    'retailer_code',
    'text',
    whenVariant(`'最終保障'`, `'Z9000-' || tag`, `${choice('k / 2', companies)} || '-' || tag`),
  ],
  ['energy_usage_kwh', 'numeric', `(200 + n % 400 || '.' || tag)::numeric`],
  ['usage_history_13m', 'json', `('[' || ${months.join(` || ',' || `)} || ']')::json`],
  [
    'contract_power_kw',
    'numeric',
    `(${whenVariant(`'高圧','最終保障'`, '50 + n % 400', '3 + n % 9')} || '.' || tag)::numeric`,
  ],
  ['wheeling_service_menu', 'text', tagged('電灯標準接続送電サービス', 'WM')],
  ['meter_reading_date', 'text', `'毎月' || n % 28 + 1 || '日 MR' || tag`],
  [
    'transfer_application_received_date',
    'text',
    whenVariant(`'新設'`, `'2026-05-' || lpad((n % 28 + 1)::text, 2, '0') || ' TA' || tag`),
  ],
  [
    'transfer_application_status',
    'text',
    whenVariant(`'新設'`, tagged('受付済', 'TS'), tagged('なし', 'TS')),
  ],
  ['wheeling_transfer_history', 'text', tagged('2024-04 小売変更 2025-10 小売変更', 'WT')],
  ['contract_determination_method', 'text', tagged('主開閉器契約', 'CD')],
  ['minimum_charge_applies', 'text', tagged('適用', 'MC')],
  ['past_new_or_expanded_date', 'text', `'20' || lpad((n % 26)::text, 2, '0') || '-10-01 NE' || tag`],
  ['current_retailer_contract_number', 'text', `'CN-' || tag || '-7'`],
  ['contract_end_date', 'text', whenVariant(`'空家'`, `'2026-03-31 CE' || tag`)],
  ['switch_date', 'text', `case when k / 2 % 5 = 0 then '2026-08-01 SD' || tag end`],
  ['fit_category', 'text', whenVariant(`'FIT'`, tagged('送配電買取', 'FC'))],
  ['fit_certified_operator_info', 'text', whenVariant(`'FIT'`, tagged('認定事業者 標本発電', 'FO'))],
  ['fit_purchase_info', 'text', whenVariant(`'FIT'`, tagged('特定契約 10kW未満', 'FP'))],
  [
    'last_resort_supply_customer_info',
    'text',
    whenVariant(`'最終保障'`, tagged('最終保障供給 契約者 標本製作所', 'LR')),
  ],
  ['switch_request_holder_name', 'text', `case when k / 2 % 5 = 0 then '切替 申出 ' || tag end`],
  ['previous_contract_info', 'text', tagged('前契約者 旧標本 次郎', 'PC')],
  ['grid_spare_capacity_data', 'text', tagged('熱容量空 1.2MW', 'GS')],
  ['grid_interconnection_flag', 'boolean', `variant = 'FIT'`],
  ['contract_status', 'text', whenVariant(`'空家'`, tagged('廃止', 'CS'), tagged('契約中', 'CS'))],
  ['wheeling_contract_change_date', 'text', `'2025-10-01 WC' || tag`],
  ['wheeling_contract_demand_info', 'text', tagged('託送契約高', 'WD')],
];

/** What the utility's outage system adds. Times are fixed, so that the same seed gives the same bytes. */
const OUTAGE: readonly Column[] = [
  ['outage_state', 'text', `case when dark then 'outage' else 'energised' end`],
  ['outage_incident_id', 'text', `case when dark then 'OI-' || code || '-' || k / 400 + 1 end`],
  [
    'estimated_restoration_at',
    'text',
    `case when dark then '2026-09-10T' || lpad((k / 400 % 12 + 8)::text, 2, '0') || ':00:00+09:00' end`,
  ],
  ['feeder_section_code', 'text', `code || '-F' || k / 100 + 1`],
  [
    'planned_crew_eta',
    'text',
    `case when dark then '2026-09-09T' || lpad((k / 400 % 12 + 8)::text, 2, '0') || ':30:00+09:00' end`,
  ],
  [
    'public_notice_text',
    'text',
    `case when dark then name || 'の一部で停電しています。復旧作業中です。' end`,
  ],
  ['call_ticket_id', 'text', `case when dark and k % 10 = 0 then 'TK-' || tag end`],
  [
    'danger_report',
    'text',
    `case when dark and k % 30 = 0 then ${choice('k / 30', ['引込線の断線', '電柱の傾き'])} end`,
  ],
];

export const COLUMNS: readonly Column[] = [...NEEDED, ...CONDITIONAL, ...NEVER, ...OUTAGE];
