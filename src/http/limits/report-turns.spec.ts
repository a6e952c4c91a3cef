import { describe, expect, it } from '@jest/globals';
import { ReportTurns } from './report-turns.js';

const here = (): AbortSignal => new AbortController().signal;
const turns = (): ReportTurns => new ReportTurns({ atWork: 2, waiting: 2 });

describe('ReportTurns', () => {
  it('let two of a person work, two wait in their order, and refuse the fifth; others are counted apart', async () => {
    const some = turns();
    const ends = [await some.take('a', here()), await some.take('a', here())];
    const order: string[] = [];
    const third = some.take('a', here()).then((end) => (order.push('third'), end));
    const fourth = some.take('a', here()).then((end) => (order.push('fourth'), end));
    await expect(some.take('a', here())).rejects.toMatchObject({
      code: 'too_many_reports',
      more: { retryAfter: 5 },
    });
    (await some.take('b', here()))();
    expect(order).toEqual([]);
    ends[0]?.();
    (await third)();
    (await fourth)();
    expect(order).toEqual(['third', 'fourth']);
    ends[1]?.();
    expect(some.size).toBe(0);
  });

  it('give the place in the queue back when whoever waits has gone', async () => {
    const some = turns();
    const ends = [await some.take('a', here()), await some.take('a', here())];
    const gone = new AbortController();
    const waits = [some.take('a', gone.signal), some.take('a', here())];
    gone.abort();
    await expect(waits[0]).rejects.toMatchObject({ code: 'asker_gone' });
    const last = some.take('a', here());
    for (const end of ends) end();
    for (const end of await Promise.all([waits[1], last])) end?.();
    expect(some.size).toBe(0);
  });

  it('forget nobody who has one at work: ten askers at once are never more than two at work', async () => {
    const some = new ReportTurns({ atWork: 2, waiting: 8 });
    let atWork = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const end = await some.take('a', here());
        most = Math.max(most, (atWork += 1));
        await Promise.resolve();
        atWork -= 1;
        end();
      }),
    );
    expect([most, some.size]).toEqual([2, 0]);
  });
});
