import fc from 'fast-check';
import { bucketsOf, spanOf } from './timeline.js';

const MINUTE = 60_000;

describe('the buckets of a timeline', () => {
  it('are at most 500, cover every minute from the declaration to an hour after its end, and lose no use', () => {
    const times = fc.record({
      declared: fc.integer({ min: 0, max: 10 ** 12 }),
      length: fc.integer({ min: 1, max: 40 * 24 * 60 }),
      lifted: fc.option(fc.integer({ min: 0, max: 40 * 24 * 60 })),
      passed: fc.integer({ min: 0, max: 60 * 24 * 60 }),
    });
    fc.assert(
      fc.property(times, ({ declared, length, lifted, passed }) => {
        const at = (minutes: number): Date => new Date(declared + minutes * MINUTE);
        const lifted_at = lifted === null ? null : at(lifted);
        const now = at(passed);
        const span = spanOf({ declared_at: at(0), hard_end_at: at(length), lifted_at }, now);
        expect(span.count).toBeLessThanOrEqual(500);
        expect(span.from.getTime()).toBeLessThanOrEqual(declared);
        const end = Math.min(passed, Math.min(length, lifted ?? length) + 60);
        const bucket = Math.floor(
          (declared + end * MINUTE - span.from.getTime()) / (span.minutesEach * MINUTE),
        );
        expect(bucket).toBeLessThan(span.count);
        const { permitted, refused } = bucketsOf(span, [{ bucket, permitted: 2, refused: 1 }]);
        expect([permitted.length, permitted[bucket], refused[bucket]]).toEqual([span.count, 2, 1]);
      }),
    );
  });
});
