import { countsOf, Detection } from './detect.js';
import { RULES } from './rules.js';
import { HOUR, MINUTE } from './span.js';
import type { RuleName, Sign } from './sign.js';
import { useOf, type Use } from './use.js';

const SHIFT = { from: Date.UTC(2026, 10, 23, 0), to: Date.UTC(2026, 10, 23, 8) };
let made = 0;
/** A use that no rule is struck by, three minutes after the one before: an incoming call about an own customer's outage. */
const use = (changed: Partial<Use> = {}): Use => {
  made += 1;
  return {
    id: `rc_${made}`,
    at: SHIFT.from + HOUR + made * 3 * MINUTE,
    action: 'lookup',
    isPermitted: true,
    code: null,
    personId: 'operator-a-01',
    organizationId: 'retailer-a',
    declarationId: 'dc_1',
    grantId: 'gr_1',
    point: `point-${made}`,
    callId: `call-${made}`,
    isOutbound: false,
    hasTicket: false,
    terminal: 'tm_1',
    hasPower: false,
    isOthers: false,
    isInArea: true,
    fields: ['outage_state', 'service_pole_number'],
    shift: SHIFT,
    ...changed,
  };
};
const times = (count: number, changed: Partial<Use> | ((n: number) => Partial<Use>) = {}): Use[] =>
  Array.from({ length: count }, (_, n) => use(typeof changed === 'function' ? changed(n) : changed));
const signsOf = (uses: readonly Use[]): Sign[] => {
  const detection = new Detection();
  for (const one of uses) detection.see(one);
  return detection.signs();
};
const refused = (code: string): Partial<Use> => ({ isPermitted: false, code });
const after = (minutes: number): Partial<Use> => ({ at: SHIFT.from + minutes * MINUTE });

beforeEach(() => {
  made = 0;
});

/** What strikes a rule, and what comes near it and does not. */
const CASES: Record<RuleName, { strikes: () => Use[]; near: () => Use[] }> = {
  after_the_end: { strikes: () => times(3, refused('lifted')), near: () => times(2, refused('lifted')) },
  outside_area: {
    strikes: () => [...times(2, refused('outside_area')), use({ isInArea: false })],
    near: () => [...times(2, refused('outside_area')), ...times(2, { isInArea: null })],
  },
  wrong_terminal: {
    strikes: () => [use(refused('other_terminal'))],
    near: () => [use(refused('match_only'))],
  },
  two_places: {
    strikes: () => [use(after(100)), use({ ...after(105), terminal: 'tm_2' })],
    near: () => [use(after(100)), use({ ...after(105.1), terminal: 'tm_2' })],
  },
  shift_edges: {
    strikes: () => [...times(2, (n) => after(n)), ...times(2, (n) => after(476 + n)), ...times(4)],
    near: () => [...times(2, (n) => after(n)), use(after(476)), ...times(5)],
  },
  repeated_views: {
    strikes: () => times(3, { point: 'one' }),
    near: () => [...times(2, { point: 'one' }), ...times(2, { point: 'two', callId: 'one call' })],
  },
  quiet_disaster: {
    strikes: () => [
      ...times(20, (n) => after(60 + n)),
      ...times(30, (n) => ({ ...after(120 + n), callId: `call-${n % 20}`, personId: `person-${n}` })),
    ],
    near: () => [
      ...times(20, (n) => after(60 + n)),
      ...times(30, (n) => ({ ...after(120 + n), callId: `late-${n % 21}`, personId: `person-${n}` })),
    ],
  },
  contractor_enquiry: {
    strikes: () => [use({ hasPower: true })],
    near: () => [
      use({ hasPower: true, hasTicket: true }),
      use({ hasPower: true, fields: ['outage_state'] }),
      use(),
    ],
  },
  list_without_calls: {
    strikes: () => times(3, { callId: 'one call' }),
    near: () => [...times(2, { callId: 'one call' }), use(), ...times(2, { isOutbound: true }), use()],
  },
  spelling_tries: {
    strikes: () => times(3, { action: 'match', fields: ['contract_holder_name'], point: 'one' }),
    near: () => [
      ...times(2, { action: 'match', fields: ['contract_holder_name'], point: 'one' }),
      use({ action: 'match', fields: ['meter_number'], point: 'one' }),
    ],
  },
  outbound_of_others: {
    strikes: () => [use({ isOutbound: true, isOthers: true })],
    near: () => [use({ isOthers: true }), use({ isOutbound: true })],
  },
  others_only: {
    strikes: () => [...times(20, { isOthers: true }), ...times(20, { personId: 'operator-a-02' })],
    near: () => [
      ...times(19, { isOthers: true }),
      ...times(20, { personId: 'operator-a-02' }),
      ...times(20, { isOthers: true, declarationId: 'dc_2' }),
    ],
  },
  many_points: {
    strikes: () => times(31, (n) => ({ ...after(60 + n), callId: `call-${n % 15}` })),
    near: () => [
      ...times(31, (n) => ({ ...after(60 + n), callId: `call-${n % 16}` })),
      ...times(31, (n) => ({ ...after(60 + n * 3), callId: `call-${n % 15}`, personId: 'operator-a-02' })),
    ],
  },
};

describe('the rules of detection', () => {
  it('leave an ordinary shift alone', () => {
    expect(signsOf(times(60))).toEqual([]);
  });

  it.each(Object.keys(RULES) as RuleName[])('%s strikes at its threshold', (name) => {
    expect(countsOf(signsOf(CASES[name].strikes()))).toHaveProperty(name, 1);
  });

  it.each(Object.keys(RULES) as RuleName[])('%s does not strike just below it', (name) => {
    expect(countsOf(signsOf(CASES[name].near()))).not.toHaveProperty(name);
  });

  it('tell the graver first, and name the uses', () => {
    const signs = signsOf([...times(3, { point: 'one' }), use({ hasPower: true })]);
    expect(signs.map(({ rule, subjectId, uses, records }) => ({ rule, subjectId, uses, records }))).toEqual([
      { rule: 'contractor_enquiry', subjectId: 'operator-a-01', uses: 1, records: ['rc_4'] },
      { rule: 'repeated_views', subjectId: 'one', uses: 3, records: ['rc_1', 'rc_2', 'rc_3'] },
    ]);
  });

  it('count a use of a list once, however long the list is', () => {
    const [sign] = signsOf(times(25, { callId: 'one call' })).filter(
      ({ rule }) => rule === 'list_without_calls',
    );
    expect([sign?.uses, sign?.records.length]).toEqual([25, 20]);
  });

  it('keep people, declarations and days apart', () => {
    const by = (n: number): Partial<Use> => ({ point: 'one', personId: `operator-a-0${n % 2}` });
    expect(countsOf(signsOf(times(4, by)))).toEqual({});
    const twoDays = times(4, (n) => ({ point: 'one', at: SHIFT.to + 7 * HOUR + (n < 2 ? -1 : 1) * HOUR }));
    expect(countsOf(signsOf(twoDays))).not.toHaveProperty('repeated_views');
  });

  it('read a record as it is written', () => {
    const details = {
      call_id: 'c-1', direction: 'outbound', ticket_verified: true, terminal: 'tm_1', outage_state: 'energised',
      is_other_retailers_customer: true, in_declared_area: true, field: 'contract_holder_name',
    }; // prettier-ignore
    const row = {
      id: 'rc_1', at: new Date(SHIFT.from), type: 'use.match', decision: 'refuse', code: 'match_only', person_id: 'p',
      organization_id: null, declaration_id: null, grant_id: null, supply_point_ref: null,
      payload: JSON.stringify({ details }), starts_at: null, ends_at: null,
    }; // prettier-ignore
    for (const [state, hasPower] of [['energised', true], ['restored', true], ['outage', false], [null, false]] as const) // the gate's own words
      expect(useOf({ ...row, payload: JSON.stringify({ details: { outage_state: state } }) }).hasPower).toBe(hasPower); // prettier-ignore
    expect(useOf(row)).toMatchObject({ action: 'match', isPermitted: false, isOutbound: true, hasTicket: true, hasPower: true, isOthers: true, fields: ['contract_holder_name'], shift: null }); // prettier-ignore
  });
});
