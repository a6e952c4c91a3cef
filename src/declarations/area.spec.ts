import fc from 'fast-check';
import { areaChange, covers, joined } from './area.js';

const codes = fc.uniqueArray(
  fc.constantFrom('27', '13', '272035', '271004', '271021', '271217', '131130', '131016'),
  {
    minLength: 1,
  },
);

describe('the area of a declaration', () => {
  it.each([
    [['27'], ['272035'], { kind: 'shrink', area: ['272035'] }],
    [['272035'], ['27'], { kind: 'grow', added: ['27'] }],
    [['272035'], ['131130', '272035'], { kind: 'grow', added: ['131130'] }],
    [['131130', '272035'], ['272035'], { kind: 'shrink', area: ['272035'] }],
    [['272035'], ['131130'], { kind: 'mixed' }],
    [['27'], ['27', '272035'], { kind: 'unchanged' }],
    [['271004'], ['271021'], { kind: 'shrink', area: ['271021'] }],
    [['271021'], ['271004'], { kind: 'grow', added: ['271004'] }],
  ])('from %j to %j', (current, asked, change) => {
    expect(areaChange(current, asked)).toEqual(change);
  });

  it('holds all of both when joined, and nothing twice', () => {
    fc.assert(
      fc.property(codes, codes, (one, other) => {
        const both = joined(one, other);
        expect(covers(both, one) && covers(both, other)).toBe(true);
        expect(covers([...one, ...other], both)).toBe(true);
        for (const code of both)
          expect(
            covers(
              both.filter((each) => each !== code),
              [code],
            ),
          ).toBe(false);
      }),
    );
  });

  it('grows to what was asked', () => {
    fc.assert(
      fc.property(codes, codes, (current, asked) => {
        const change = areaChange(current, asked);
        if (change.kind !== 'grow') return;
        const after = joined(current, change.added);
        expect(covers(after, asked) && covers(asked, after)).toBe(true);
      }),
    );
  });
});
