import { describe, expect, it } from '@jest/globals';
import { Buckets } from './buckets.js';

/** How many of calls at these instants (ms) are let through. */
const through = (buckets: Buckets, at: readonly number[], key = 'a'): number =>
  at.filter((now) => buckets.pour(key, now) === 0).length;

describe('Buckets', () => {
  it('let so many through at once, then so many a second', () => {
    const buckets = new Buckets({ perSecond: 2, burst: 5 });
    expect(through(buckets, Array<number>(50).fill(1_000))).toBe(5);
    expect(through(buckets, [1_499, 1_500, 1_501])).toBe(1);
    const second = Array.from({ length: 1000 }, (_, n) => 2_000 + n);
    expect(through(buckets, second)).toBe(2);
    expect(through(buckets, Array<number>(50).fill(60_000))).toBe(5);
  });

  it('say after how many whole seconds there is room, and that is true', () => {
    for (const perSecond of [0.05, 0.3, 1, 7]) {
      const buckets = new Buckets({ perSecond, burst: 3 });
      through(buckets, [0, 0, 0]);
      const wait = buckets.pour('a', 1);
      expect(Number.isInteger(wait)).toBe(true);
      expect(wait).toBeGreaterThan(0);
      expect(buckets.wait('a', (wait - 1) * 1000)).toBeGreaterThan(0);
      expect(buckets.pour('a', 1 + wait * 1000)).toBe(0);
    }
  });

  it('never let more through in any stretch than burst and rate together', () => {
    for (let round = 0; round < 200; round += 1) {
      const [perSecond, burst] = [0.5 + Math.random() * 20, 1 + Math.floor(Math.random() * 20)];
      const buckets = new Buckets({ perSecond, burst });
      let now = 0;
      const passed: number[] = [];
      for (let call = 0; call < 300; call += 1) {
        now += Math.random() * 100;
        if (buckets.pour('a', now) === 0) passed.push(now);
      }
      const tooMany = passed.flatMap((first, from) =>
        passed.filter(
          (last, to) => to >= from && to - from + 1 > burst + (last - first) * (perSecond / 1000) + 1.01,
        ),
      );
      expect(tooMany).toEqual([]);
    }
  });

  it('count each key for itself, and only look when asked to look', () => {
    const buckets = new Buckets({ perSecond: 1, burst: 1 });
    expect([buckets.pour('a', 0), buckets.pour('b', 0)]).toEqual([0, 0]);
    expect([buckets.wait('a', 0), buckets.wait('c', 0), buckets.wait('c', 0)]).toEqual([1, 0, 0]);
  });

  it('keep no more keys than they may, and none that has run dry', () => {
    const buckets = new Buckets({ perSecond: 1, burst: 2 }, 10);
    for (let n = 0; n < 100; n += 1) buckets.pour(`k${n}`, 0);
    expect(buckets.size).toBe(10);
    buckets.pour('later', 5_000);
    expect(buckets.size).toBe(1);
  });

  it('survive a clock that is set back: nobody waits for the time of before', () => {
    const buckets = new Buckets({ perSecond: 1, burst: 5 });
    through(buckets, Array<number>(5).fill(1_000_000));
    expect(buckets.wait('a', 1_000_000)).toBe(1);
    expect(through(buckets, Array<number>(9).fill(0))).toBe(5);
    expect(buckets.pour('a', 1_000)).toBe(0);
  });
});
