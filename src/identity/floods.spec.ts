import { describe, expect, it } from '@jest/globals';
import { Floods, type FloodKey } from './floods.js';

const at = (seconds: number): Date => new Date(seconds * 1000);
const keyOf = (kind: FloodKey['kind'], personId = 'operator-a-01'): FloodKey => ({
  personId,
  organizationId: 'retailer-a',
  clientId: undefined,
  kind,
});

describe('Floods', () => {
  it('let one refusal by a limit have its record, and count the others of the minute beside it', () => {
    const floods = new Floods();
    const key = keyOf('limit');
    expect(floods.note(key, 'too_many_requests', at(0))).toEqual({ isRecorded: true, record: undefined });
    floods.recorded(key, 're_1');
    for (let n = 0; n < 40; n += 1) {
      expect(floods.note(key, 'too_many_requests', at(n))).toEqual({ isRecorded: false, record: 're_1' });
    }
    expect(floods.take(at(59))).toEqual([]);
    expect(floods.take(at(60))).toMatchObject([
      { personId: 'operator-a-01', firstRecord: 're_1', counts: { too_many_requests: 40 }, since: at(0) },
    ]);
    expect(floods.note(key, 'too_many_requests', at(61)).isRecorded).toBe(true);
  });

  it('let two hundred other refusals of a minute have one each, and count the rest by code', () => {
    const floods = new Floods();
    const noted = Array.from({ length: 300 }, (_, n) =>
      floods.note(keyOf('any'), n % 3 === 0 ? 'not_found' : 'invalid_input', at(1)),
    );
    expect(noted.filter(({ isRecorded }) => isRecorded)).toHaveLength(200);
    const [flood] = floods.take(at(1), true);
    expect(Object.values(flood?.counts ?? {}).reduce((sum, one) => sum + one, 0)).toBe(100);
    expect(Object.keys(flood?.counts ?? {}).sort()).toEqual(['invalid_input', 'not_found']);
  });

  it('tell nothing of a minute in which every refusal had its record', () => {
    const floods = new Floods();
    floods.note(keyOf('any'), 'not_found', at(0));
    expect(floods.take(at(100))).toEqual([]);
  });

  it('count persons and kinds apart', () => {
    const floods = new Floods();
    for (const key of [keyOf('limit'), keyOf('proof'), keyOf('limit', 'operator-a-02')]) {
      expect(floods.note(key, 'x', at(0)).isRecorded).toBe(true);
      expect(floods.note(key, 'x', at(0)).isRecorded).toBe(false);
    }
    expect(floods.take(at(60))).toHaveLength(3);
  });
});
