import { verdictOf } from './silence.js';

describe('a connection from which nothing comes', () => {
  it.each([
    ['works', 3_600_000, true, 'wait'],
    ['does not work for it', 3_000, false, 'give up'],
    ['says nothing either, for a while', 9_999, null, 'wait'],
    ['says nothing either', 10_000, null, 'give up'],
  ] as const)('while the server %s (%i ms)', (_what, ms, isAtWork, verdict) => {
    expect(verdictOf(ms, isAtWork)).toBe(verdict);
  });
});
