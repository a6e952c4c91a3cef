import type { Evidence, RecordRow } from './evidence.js';
import { violations } from './invariants.js';

const use = (place: number, more: Partial<RecordRow> = {}): RecordRow => ({
  id: `rc_${place}`,
  at: 1_000 + place,
  type: 'use.lookup',
  decision: 'permit',
  grantId: 'gr_1',
  declarationId: 'dc_1',
  useNo: null,
  place,
  ...more,
});

/** One grant, acknowledged, two uses, revoked; the declaration lifted; all as it should be. */
const sound = (): Evidence => ({
  values: [
    { grantId: 'gr_1', recordId: 'rc_1', askedAt: 10 },
    { grantId: 'gr_1', recordId: 'rc_2', askedAt: 20 },
  ],
  endings: [
    { what: 'revoke', grantId: 'gr_1', declarationId: 'dc_1', doneAt: 30, isOwed: true },
    { what: 'lift', grantId: null, declarationId: 'dc_1', doneAt: 40, isOwed: true },
  ],
  repeats: [{ what: 'lift', first: { id: 'dc_1', live: false }, again: { live: false, id: 'dc_1' } }],
  records: [
    use(0, { type: 'grant.acknowledged', decision: 'done' }),
    use(1, { useNo: 1 }),
    use(2, { useNo: 2 }),
    use(3, { type: 'use.lookup', decision: 'refuse' }),
    use(4, { type: 'grant.revoked', decision: 'done' }),
    use(5, { type: 'declaration.lifted', decision: 'done', grantId: null }),
  ],
  grants: [{ id: 'gr_1', declarationId: 'dc_1', startsAt: 900, endsAt: 2_000, hardEndAt: 3_000, lastNo: 2 }],
  ledger: { code: 0, out: '' },
  recoveries: [{ what: 'again', tookMs: 5, boundMs: 10 }],
});

type Plant = (evidence: Evidence) => void;
const record = (evidence: Evidence, place: number): RecordRow => {
  const found = evidence.records[place];
  if (!found) throw new Error('planted where nothing is');
  return found;
};

describe('the invariants after a fault', () => {
  it('hold of what is sound', () => {
    expect(violations(sound())).toEqual([]);
  });

  it.each<[string, Violated, Plant]>([
    ['a value given after the revocation was answered', 'only the live set', (e) => (e.values[1]!.askedAt = 31)],
    ['a value given after the lift was answered', 'only the live set', (e) => { e.endings.shift(); e.values[1]!.askedAt = 41; }],
    ['a use after the end of its shift', 'only the live set', (e) => (e.grants[0]!.endsAt = 1_002)],
    ['a use before its shift', 'only the live set', (e) => (e.grants[0]!.startsAt = 1_002)],
    ['a use after the hard end of its declaration', 'only the live set', (e) => (e.grants[0]!.hardEndAt = 1_002)],
    ['a use in the ledger after its revocation', 'only the live set', (e) => (record(e, 4).place = 1.5)],
    ['a use in the ledger after the lift', 'only the live set', (e) => (record(e, 5).place = 1.5)],
    ['a use in the ledger before its acknowledgement', 'only the live set', (e) => (record(e, 0).place = 1.5)],
    ['a use of no grant', 'only the live set', (e) => e.records.push(use(6, { id: 'rc_x', grantId: 'gr_none', place: 1.1 }))],
    ['a value without a record', 'no value without record', (e) => (e.values[1]!.recordId = 'rc_none')],
    ['a value on a refusal', 'no value without record', (e) => (e.values[1]!.recordId = 'rc_3')],
    ['a value on another grant’s record', 'no value without record', (e) => (e.values[1]!.grantId = 'gr_2')],
    ['two values on one record', 'no value without record', (e) => (e.values[1]!.recordId = 'rc_1')],
    ['a gap in the use numbers', 'no value without record', (e) => (record(e, 2).useNo = 3)],
    ['a use number twice', 'no value without record', (e) => (record(e, 2).useNo = 1)],
    ['a number given out and not on record', 'no value without record', (e) => (e.grants[0]!.lastNo = 3)],
    ['a record that has no place', 'the ledger verifies', (e) => (record(e, 3).place = null)],
    ['a verifier that says no', 'the ledger verifies', (e) => (e.ledger.code = 3)],
    ['a service that never came back', 'it recovers by itself', (e) => (e.recoveries[0]!.tookMs = null)],
    ['a service that came back too late', 'it recovers by itself', (e) => (e.recoveries[0]!.tookMs = 11)],
    ['a lift that was not answered', 'lifting works', (e) => (e.endings[1]!.doneAt = null)],
    ['a change that is told otherwise later', 'nothing acknowledged is lost', (e) => (e.repeats[0]!.again = { id: 'dc_1', live: true })],
  ])('find %s', (_what, of, plant) => {
    const evidence = sound();
    plant(evidence);
    expect(new Set(violations(evidence).map((one) => one.of))).toEqual(new Set([of]));
  }); // prettier-ignore

  it('owe no lift while the database is away', () => {
    const evidence = sound();
    evidence.endings = [{ what: 'lift', grantId: null, declarationId: 'dc_1', doneAt: null, isOwed: false }];
    expect(violations(evidence)).toEqual([]);
  });
});

type Violated = ReturnType<typeof violations>[number]['of'];
