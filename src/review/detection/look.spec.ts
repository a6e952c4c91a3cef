import fc from 'fast-check';
import { LongWork } from '../long-work.js';
import { Detection } from './detect.js';
import { lookThrough } from './look.js';
import { ManyPoints } from './rules.points.js';
import { RepeatedViews } from './rules.views.js';
import { HOUR, MINUTE } from './span.js';
import type { Sign } from './sign.js';
import { useOf, type Use, type UseRow } from './use.js';

const FIRST = Date.UTC(2026, 10, 23, 1);
const DAY = 24 * HOUR;

const rowOf = (n: number, at: number, { point = `point-${n}`, call = `call-${n}` } = {}): UseRow => ({
  id: `rc_${n}`,
  at: new Date(at),
  type: 'use.lookup',
  decision: 'permit',
  code: null,
  person_id: 'operator-a-01',
  organization_id: 'retailer-a',
  declaration_id: 'dc_1',
  grant_id: 'gr_1',
  supply_point_ref: point,
  payload: JSON.stringify({ details: { call_id: call, direction: 'inbound', outage_state: 'outage' } }),
  starts_at: new Date(FIRST),
  ends_at: new Date(FIRST + 8 * HOUR),
});
const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

/** A clock by which each look at it takes a millisecond. */
function counted(): { work: LongWork; stretches: number[] } {
  let now = 0;
  const stretches: number[] = [];
  let since = 0;
  const work = new LongWork(
    () => (now += 1),
    () => {
      stretches.push(now - since);
      since = now;
      return Promise.resolve();
    },
  );
  return { work, stretches };
}

async function* inPages(rows: UseRow[], size: number): AsyncGenerator<UseRow[]> {
  for (let n = 0; n < rows.length; n += size) yield await Promise.resolve(rows.slice(n, n + size));
}

describe('the look at a span', () => {
  it('lets others have their turn within a page, after so many milliseconds of work', async () => {
    const { work, stretches } = counted();
    const rows = times(5_000, (n) => rowOf(n, FIRST + n * 700));
    const detection = await lookThrough(inPages(rows, 5_000), work);
    expect(detection.uses).toBe(5_000);
    expect(stretches.length).toBeGreaterThan(300);
    expect(Math.max(...stretches)).toBeLessThan(20);
  });

  it('lets what waits run, by itself', async () => {
    let now = 0;
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      waiting = setImmediate(turn);
    };
    let waiting = setImmediate(turn);
    await lookThrough(
      inPages(
        times(1_000, (n) => rowOf(n, FIRST + n)),
        1_000,
      ),
      new LongWork(() => (now += 1)),
    );
    clearImmediate(waiting);
    expect(turns).toBeGreaterThan(50);
  });

  it('costs the same for each use, however many one person makes in an hour', () => {
    let looks = 0;
    const watched = (row: UseRow): Use => {
      const use = useOf(row);
      return new Proxy(use, {
        get(target, name, self): unknown {
          looks += 1;
          return Reflect.get(target, name, self);
        },
      });
    };
    const detection = new Detection();
    for (const row of times(4_000, (n) => rowOf(n, FIRST + n * 900, { call: 'one call' })))
      detection.see(watched(row));
    expect(looks / 4_000).toBeLessThan(150);
    expect(detection.signs().map(({ rule }) => rule)).toContain('many_points');
  });

  it('holds the points of one day, however long the span is', () => {
    const rule = new RepeatedViews();
    const most = times(50, (day) => {
      for (let n = 0; n < 200; n += 1) rule.see(useOf(rowOf(n, FIRST + day * DAY + n * MINUTE, { point: `p-${n % 90}` }))); // prettier-ignore
      return rule.held;
    });
    expect(Math.max(...most)).toBe(90);
    // Each of the first twenty points three times, on each day.
    const signs = [...rule.signs()];
    expect(signs.length).toBe(50 * 20);
    expect(signs[0]).toMatchObject({ uses: 3, records: ['rc_0', 'rc_90', 'rc_180'], subjectId: 'p-0' });
    expect(rule.held).toBe(0);
  });

  it('tells of an hour what a count from the beginning tells', () => {
    const step = fc.record({ minutes: fc.integer({ min: 0, max: 3 }), point: fc.nat(60), call: fc.nat(14) });
    let struck = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 40, maxLength: 160 }), (steps) => {
        let at = FIRST;
        const uses = steps.map(({ minutes, point, call }, n) => {
          at += minutes * MINUTE;
          return useOf(rowOf(n, at, { point: `p-${point}`, call: `c-${Math.floor(n / 40)}-${call}` }));
        });
        const rule = new ManyPoints();
        for (const use of uses) rule.see(use);
        const expected = struckBy(uses);
        if (expected.length > 0) struck += 1;
        const told = ([sign]: Sign[]): unknown =>
          sign && [sign.uses, sign.records, sign.firstAt, sign.lastAt];
        expect(told([...rule.signs()])).toEqual(
          expected.length === 0
            ? undefined
            : [
                expected.length,
                expected.slice(0, 20).map(({ id }) => id),
                expected[0]?.at,
                expected.at(-1)?.at,
              ],
        );
      }),
      { numRuns: 200, endOnFailure: true },
    );
    expect(struck).toBeGreaterThan(20);
    expect(struck).toBeLessThan(180);
  });
});

/** The rule as its words say it, use by use. */
function struckBy(uses: readonly Use[]): Use[] {
  const struck = new Set<Use>();
  for (const [n, use] of uses.entries()) {
    const hour = uses.slice(0, n + 1).filter((one) => use.at - one.at < HOUR);
    const points = new Set(hour.map(({ point }) => point)).size;
    const calls = new Set(hour.map(({ callId }) => callId)).size;
    if (points > 30 && calls * 2 < points) for (const one of hour) struck.add(one);
  }
  return [...struck];
}
