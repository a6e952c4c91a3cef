import fc from 'fast-check';
import { DERIVED_FROM, FIELD_IDS, type DerivedFieldId, type FieldId } from '../agreements/field-catalogue.js';
import { derivedValue } from './derived.js';

const DERIVED = Object.keys(DERIVED_FROM) as DerivedFieldId[];

describe('a derived value', () => {
  it.each<[DerivedFieldId, Record<string, unknown>, unknown]>([
    [
      'life_support_flag',
      { customer_statement_notes: '人工呼吸器を使用中のため停電時は至急連絡を希望' },
      true,
    ],
    ['life_support_flag', { customer_statement_notes: '在宅酸素を使用 犬に注意' }, true],
    ['life_support_flag', { customer_statement_notes: 'LIFE_SUPPORT' }, true],
    ['life_support_flag', { customer_statement_notes: ['access_hazard', 'life_support'] }, true],
    ['life_support_flag', { customer_statement_notes: '他社への切替を検討中 料金の説明に不満' }, false],
    ['life_support_flag', { customer_statement_notes: null }, null],
    ['access_hazard_flag', { customer_statement_notes: '犬に注意 玄関横に放し飼い' }, true],
    ['access_hazard_flag', { customer_statement_notes: '門扉に鍵 管理人室で借用' }, true],
    ['access_hazard_flag', { customer_statement_notes: '検針時は事前連絡を希望' }, false],
    ['critical_load_flag', { load_equipment_info: '人工透析装置 IH LE0000001' }, true],
    ['critical_load_flag', { load_equipment_info: '電気温水器 IH LE0000001' }, false],
    ['meter_reachability', { smart_meter_info: { unit: 'SMU1', route: 'PLC', power: '通電' } }, 'powered'],
    ['meter_reachability', { smart_meter_info: { unit: 'SMU1', power: '不通' } }, 'unreachable'],
    ['meter_reachability', { smart_meter_info: { unit: 'SMU1', power: '不明' } }, 'unknown'],
    ['meter_reachability', { smart_meter_info: '通電なし' }, 'unreachable'],
    ['meter_reachability', { smart_meter_info: 'unreachable' }, 'unreachable'],
    ['meter_reachability', { smart_meter_info: 'SMU1' }, 'unknown'],
    ['meter_reachability', {}, 'unknown'],
    ['is_disconnected_by_contract', { discontinuation_measure_info: '廃止済 送電停止 DM1' }, true],
    ['is_disconnected_by_contract', { discontinuation_measure_info: 'なし DM1' }, false],
    [
      'is_disconnected_by_contract',
      { discontinuation_measure_info: 'なし', contract_status: '廃止 CS1' },
      true,
    ],
    ['is_disconnected_by_contract', { contract_status: '契約中 CS1' }, false],
    ['is_disconnected_by_contract', { discontinuation_measure_info: '調査中' }, null],
    ['has_generation_hazard', { grid_interconnection_flag: true, fit_category: null }, true],
    ['has_generation_hazard', { grid_interconnection_flag: false, fit_category: '送配電買取 FC1' }, true],
    ['has_generation_hazard', { grid_interconnection_flag: false, fit_category: '対象外' }, false],
    ['has_generation_hazard', { fit_category: 'なし' }, null],
    ['supply_class', { supply_method: '高圧 交流三相3線式 6600V SV1' }, 'high'],
    ['supply_class', { supply_method: '低圧 交流単相3線式 100/200V SV1' }, 'low_single_phase'],
    ['supply_class', { supply_method: '低圧 三相3線式 200V' }, 'low_three_phase'],
    ['supply_class', { supply_method: '不明' }, null],
  ])('%s of %j is %p', (field, record, expected) => expect(derivedValue(record, field)).toBe(expected));

  it('is one of a closed list, whatever the record holds', () => {
    const allowed = [
      ...[true, false, null, 'powered', 'unreachable', 'unknown'],
      ...['low_single_phase', 'low_three_phase', 'high'],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...DERIVED), fc.array(fc.jsonValue()), (field, values) => {
        const record = Object.fromEntries(
          DERIVED_FROM[field].map((column, index) => [column, values[index]]),
        );
        expect(allowed).toContain(derivedValue(record, field));
      }),
    );
  });

  it('is computed from its declared columns alone', () => {
    const telling = fc.constantFrom(
      ...['廃止', '犬', '透析', '呼吸器', '通電', '不通', '高圧', '単相', true, 1],
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...DERIVED),
        fc.dictionary(fc.constantFrom(...FIELD_IDS), telling),
        (field, others) => {
          const kept = Object.entries(others).filter(([id]) => !DERIVED_FROM[field].includes(id as FieldId));
          expect(derivedValue(Object.fromEntries(kept), field)).toBe(derivedValue({}, field));
        },
      ),
    );
  });
});
