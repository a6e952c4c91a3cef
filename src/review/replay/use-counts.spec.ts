import fc from 'fast-check';
import { UseCounts } from './use-counts.js';

const faults = (numbers: readonly number[], kept: number, closed?: number): string[] => {
  const uses = new UseCounts();
  for (const no of numbers) uses.take('gr_1', no);
  const ends = new Map(closed === undefined ? [] : [['gr_1', closed]]);
  return [...uses.faults(new Map([['gr_1', kept]]), ends)].map(({ what }) => what);
};
const shuffled = fc.integer({ min: 1, max: 400 }).chain((n) =>
  fc.shuffledSubarray(
    Array.from({ length: n }, (_, at) => at + 1),
    { minLength: n, maxLength: n },
  ),
);

describe("a grant's uses", () => {
  it('are whole in any order, when table and closing state their count', () => {
    fc.assert(fc.property(shuffled, (all) => expect(faults(all, all.length, all.length)).toEqual([])));
  });

  it('show a gap, wherever it is but at the end', () => {
    const one = shuffled.filter((all) => all.length > 1);
    fc.assert(
      fc.property(one, fc.nat(), (all, at) => {
        const gone = (at % (all.length - 1)) + 1;
        expect(faults(all.filter((no) => no !== gone), all.length)).toEqual(['use_gap']); // prettier-ignore
      }),
    );
  });

  it('show a number that stands twice, also where another is missing', () => {
    expect(faults([1, 2, 2, 4], 4)).toEqual(['use_twice']);
    expect(faults([1, 1], 1)).toEqual(['use_twice']);
  });

  it('show a total or a closing that is another', () => {
    expect(faults([1, 2], 3)).toEqual(['use_total']);
    expect(faults([1, 2], 2, 1)).toEqual(['use_closing']);
    expect(faults([], 0, 2)).toEqual(['use_closing']);
    expect(faults([], 1)).toEqual(['use_total']);
  });
});
