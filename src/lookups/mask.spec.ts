import fc from 'fast-check';
import {
  FIELD_IDS,
  FIELD_MODES,
  fieldEntry,
  permits,
  type FieldId,
  type FieldMode,
} from '../agreements/field-catalogue.js';
import { mask, matchValue, profileOf, revealValue } from './mask.js';

const RECORD = {
  supply_point_id: '9900627203000123456789',
  supply_address: '大阪府豊中市本町3丁目1番5号 サンプル荘405号室',
  service_pole_number: '本町支12L1',
  service_area_code: '06',
  contract_holder_name: '標本 花子',
  contact_phone: '090-0123-4567',
  customer_phone: '08001234567',
  meter_number: 'SM00654321',
  customer_statement_notes: '人工呼吸器を使用中のため至急連絡を希望',
  smart_meter_info: { unit: 'SMU1', power: '通電' },
  retailer_name: 'サンプル電力甲',
  outage_state: 'outage',
  estimated_restoration_at: null,
  record_variant: 'FIT',
};

const OUTAGE_CALL = profileOf([
  { field_id: 'supply_point_id', mode: 'part' },
  { field_id: 'supply_address', mode: 'part' },
  { field_id: 'service_pole_number', mode: 'show' },
  { field_id: 'contract_holder_name', mode: 'match' },
  { field_id: 'contact_phone', mode: 'reveal' },
  { field_id: 'meter_number', mode: 'match' },
  { field_id: 'meter_reachability', mode: 'derived' },
  { field_id: 'is_disconnected_by_contract', mode: 'dispatch' },
  { field_id: 'outage_state', mode: 'show' },
  { field_id: 'estimated_restoration_at', mode: 'show' },
]);

const anyMode = fc.constantFrom<FieldMode>(...FIELD_MODES);
const anyProfile = fc
  .array(fc.tuple(fc.constantFrom<FieldId>(...FIELD_IDS), anyMode), { maxLength: 80 })
  .map((rows) => new Map(rows));
/** Nested values, unknown columns, and every known column with a value of its own. */
const anyRecord = fc
  .tuple(
    fc.dictionary(fc.string(), fc.jsonValue()),
    fc.dictionary(fc.constantFrom(...FIELD_IDS), fc.jsonValue()),
  )
  .map(([unknown, known]): Record<string, unknown> => ({ ...unknown, ...known }));
const anySituation = fc.record({ matchOnly: fc.boolean() });
const allOf = (mode: FieldMode): Map<FieldId, FieldMode> => new Map(FIELD_IDS.map((id) => [id, mode]));

describe('the mask of an outage call', () => {
  it('lets out what the profile lists, each in its mode', () => {
    expect(mask(RECORD, OUTAGE_CALL, { matchOnly: false })).toEqual({
      fields: {
        supply_point_id: '…456789',
        supply_address: '大阪府豊中市本町3丁目1番',
        service_pole_number: '本町支12L1',
        meter_reachability: 'powered',
        outage_state: 'outage',
        estimated_restoration_at: null,
      },
      withheld: [
        { field: 'contract_holder_name', mode: 'match' },
        { field: 'contact_phone', mode: 'reveal' },
        { field: 'meter_number', mode: 'match' },
      ],
    });
  });

  it('shows a ticket’s number only where it opens nothing more', () => {
    const profile = profileOf([
      { field_id: 'call_ticket_id', mode: 'show' },
      { field_id: 'outage_state', mode: 'show' },
    ]);
    const record = { call_ticket_id: 'TK-1', outage_state: 'energised' };
    expect(mask(record, profile, { matchOnly: true }).fields).toEqual({ outage_state: 'energised' });
    expect(mask(record, profile, { matchOnly: false }).fields).toEqual(record);
  });

  it('lets out only the outage where nothing but matching is allowed, and offers no reveal', () => {
    expect(mask(RECORD, OUTAGE_CALL, { matchOnly: true })).toEqual({
      fields: { outage_state: 'outage', estimated_restoration_at: null },
      withheld: [
        { field: 'contract_holder_name', mode: 'match' },
        { field: 'meter_number', mode: 'match' },
      ],
    });
  });

  it('has the same members for an empty record', () => {
    const { fields } = mask({}, OUTAGE_CALL, { matchOnly: false });
    expect(Object.keys(fields)).toEqual(Object.keys(mask(RECORD, OUTAGE_CALL, { matchOnly: false }).fields));
    expect(Object.values(fields).filter((value) => value !== null)).toEqual(['unknown']);
  });
});

describe('law 3: only what is listed', () => {
  it('puts out no member that the profile does not put out under the ceiling, for any record', () => {
    fc.assert(
      fc.property(anyRecord, anyProfile, anySituation, (record, profile, situation) => {
        for (const field of Object.keys(mask(record, profile, situation).fields) as FieldId[]) {
          const mode = profile.get(field);
          expect(['show', 'part', 'derived']).toContain(mode);
          expect(permits(field, mode as FieldMode)).toBe(true);
          if (situation.matchOnly) expect(fieldEntry(field).class).toBe('T');
          if (situation.matchOnly) expect(field).not.toBe('call_ticket_id');
        }
      }),
    );
  });

  it('puts out no byte of a value that is neither shown nor a part, wherever it stands in the record', () => {
    const secret = 'KAGI-7731-SECRET';
    const poisoned = Object.fromEntries(FIELD_IDS.map((id) => [id, [secret, { [secret]: secret }]]));
    fc.assert(
      fc.property(anyProfile, anySituation, fc.string(), (profile, situation, column) => {
        const shown = [...profile].filter(([field, mode]) => mode === 'show' && permits(field, mode));
        const record = {
          ...Object.fromEntries(FIELD_IDS.map((id) => [id, secret])),
          ...Object.fromEntries(shown.map(([field]) => [field, poisoned[field]])),
          [`x${column}`]: secret,
        };
        const out = JSON.stringify(mask(record, profile, situation));
        expect(out.replaceAll('…CRET', '')).not.toContain('SECRET');
        expect(out).not.toContain('7731');
      }),
    );
  });

  it('tells the same of what is withheld, and the same members, for every record', () => {
    fc.assert(
      fc.property(anyRecord, anyRecord, anyProfile, anySituation, (one, other, profile, situation) => {
        const [a, b] = [mask(one, profile, situation), mask(other, profile, situation)];
        expect(a.withheld).toEqual(b.withheld);
        expect(Object.keys(a.fields)).toEqual(Object.keys(b.fields));
      }),
    );
  });

  it('lets no never-field out in any mode', () => {
    const never = FIELD_IDS.filter((id) => fieldEntry(id).modes.length === 0);
    const record = Object.fromEntries(FIELD_IDS.map((id) => [id, 'x']));
    for (const mode of FIELD_MODES) {
      const { fields, withheld } = mask(record, allOf(mode), { matchOnly: false });
      const out = [...Object.keys(fields), ...withheld.map(({ field }) => field)];
      expect(never.filter((id) => out.includes(id))).toEqual([]);
      expect(never.map((id) => revealValue(record, id)).filter((value) => value !== null)).toEqual([]);
      expect(never.filter((id) => matchValue(id, 'x', 'x'))).toEqual([]);
    }
  });

  it('reads no value through the prototype of a record', () => {
    const record = Object.create(RECORD) as Record<string, unknown>;
    const { fields } = mask(record, OUTAGE_CALL, { matchOnly: false });
    expect(fields['service_pole_number']).toBeNull();
  });

  it('shows contract end and generator to nobody: they are for the ticket', () => {
    const record = { discontinuation_measure_info: '廃止済', grid_interconnection_flag: true };
    const { fields } = mask(record, allOf('derived'), { matchOnly: false });
    expect(fields).not.toHaveProperty('is_disconnected_by_contract');
    expect(fields).not.toHaveProperty('has_generation_hazard');
  });
});

describe('a shown value', () => {
  const shown = (value: unknown): unknown =>
    mask({ public_notice_text: value }, new Map([['public_notice_text', 'show']]), { matchOnly: true })
      .fields['public_notice_text'];

  it.each([
    ['停電\u202e中\u0000です', '停電中です'],
    ['一行目\n二行目', '一行目 二行目'],
    ['あ'.repeat(500), 'あ'.repeat(500)],
    [12, '12'],
    [false, false],
  ])('is a scalar of sane size: %j', (value, expected) => expect(shown(value)).toBe(expected));

  it.each([[{ a: 1 }], [['a']], [null], [undefined], [Number.NaN], ['あ'.repeat(501)], [10n]])(
    'is never an object, nor too long: %p',
    (value) => expect(shown(value)).toBeNull(),
  );
});

describe('a part', () => {
  const part = (field: FieldId, value: unknown): unknown =>
    mask({ [field]: value }, new Map([[field, 'part']]), { matchOnly: false }).fields[field];

  it('of numbers is their last digits', () => {
    expect(part('supply_point_id', '99-0062-7203-0001-2345-6789')).toBe('…456789');
    expect(part('contact_phone', '090-0123-4567')).toBe('…4567');
    expect(part('customer_phone', '+81 6 0123 4567')).toBe('…4567');
    expect(part('meter_number', 'SM-0065 4321')).toBe('…4321');
  });

  it('of what is not such a number is nothing, since it could be the whole', () => {
    expect(part('supply_point_id', '456789')).toBeNull();
    expect(part('contact_phone', '4567')).toBeNull();
    expect(part('meter_number', '54321')).toBeNull();
    expect(part('meter_number', { no: 'SM00654321' })).toBeNull();
  });

  it('of an address without a block ends before the first number', () => {
    expect(part('supply_address', '豊中市本町メゾン405号室')).toBe('豊中市本町メゾン');
    expect(part('supply_address', '豊中市本町')).toBe('豊中市本町');
    expect(part('supply_address', '405号室')).toBeNull();
  });

  it('never holds more digits than it may, whatever the record says', () => {
    const limits: [FieldId, number][] = [
      ['supply_point_id', 6],
      ['contact_phone', 4],
      ['customer_phone', 4],
      ['meter_number', 4],
    ];
    const numeric = fc.string({ unit: fc.constantFrom(...'0123456789０９- A+()'), maxLength: 30 });
    fc.assert(
      fc.property(fc.constantFrom(...limits), fc.oneof(numeric, fc.jsonValue()), ([field, most], value) => {
        const out = part(field, value);
        expect(
          out === null || (typeof out === 'string' && new RegExp(`^…[A-Z0-9]{${most}}$`).test(out)),
        ).toBe(true);
      }),
    );
  });
});

describe('a match', () => {
  it.each<[FieldId, string, string]>([
    ['contract_holder_name', '標本 花子', '標本花子'],
    ['contract_holder_name', 'ヤマダ　タロウ', 'やまだたろう'],
    ['contract_holder_name', 'ﾔﾏﾀﾞ ﾀﾛｳ', 'ヤマダタロウ'],
    ['contract_holder_name', '㈱サンプル', '株式会社サンプル'],
    ['contract_holder_name', 'Sample Taro', 'ＳＡＭＰＬＥ　ＴＡＲＯ'],
    ['contact_phone', '090-0123-4567', '+81 90 0123 4567'],
    ['meter_number', 'SM-00654321', 'ｓｍ００６５４３２１'],
    ['supply_point_id', '9900627203000123456789', '99-0062-7203-0001-2345-6789'],
    ['supply_address', RECORD.supply_address, '本町3-1-5-405'],
    ['service_pole_number', '本町支12L1', '本町支１２Ｌ１'],
  ])('of %s knows %s as %s', (field, held, stated) => expect(matchValue(field, held, stated)).toBe(true));

  it.each<[FieldId, unknown, string]>([
    ['contract_holder_name', '標本 花子', '標本'],
    ['contract_holder_name', '標本 花子', ''],
    ['contract_holder_name', '', ''],
    ['contract_holder_name', null, ''],
    ['contract_holder_name', null, 'null'],
    ['contract_holder_name', { name: '標本' }, '[object Object]'],
    ['contract_holder_name', '標本', '標本'.repeat(200)],
    ['contact_phone', '090-0123-4567', '4567'],
    ['contact_phone', '不明', '不明'],
    ['meter_number', '計器', '不明'],
    ['supply_address', '', ''],
    ['retailer_name', 'サンプル電力甲', 'サンプル電力甲'],
    ['outage_state', 'outage', 'outage'],
  ])('of %s does not take %p for %j', (field, held, stated) =>
    expect(matchValue(field, held, stated)).toBe(false),
  );
});

describe('a reveal', () => {
  it('gives the clear value of a field that may be revealed, and of no other', () => {
    expect(revealValue(RECORD, 'contact_phone')).toBe('090-0123-4567');
    expect(revealValue(RECORD, 'supply_address')).toBe(RECORD.supply_address);
    expect(revealValue(RECORD, 'contract_holder_name')).toBeNull();
    expect(revealValue(RECORD, 'supply_point_id')).toBeNull();
    expect(revealValue({ contact_phone: { secret: '1' } }, 'contact_phone')).toBeNull();
    expect(revealValue({}, 'contact_phone')).toBeNull();
  });
});

describe('a profile', () => {
  it.each([
    [[{ field_id: 'record_variant', mode: 'show' }]],
    [[{ field_id: '__proto__', mode: 'show' }]],
    [[{ field_id: 'outage_state', mode: 'everything' }]],
    [
      [
        { field_id: 'outage_state', mode: 'show' },
        { field_id: 'outage_state', mode: 'match' },
      ],
    ],
  ])('that names what the catalogue does not know is refused: %j', (rows) => {
    expect(() => profileOf(rows)).toThrow('field profile names');
  });
});
