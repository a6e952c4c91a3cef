import { describe, expect, it } from '@jest/globals';
import { AtOnce } from './at-once.js';

describe('AtOnce', () => {
  it('lets so many begin, and one more for each that ended', () => {
    const atOnce = new AtOnce(2);
    expect([atOnce.begin('a'), atOnce.begin('a'), atOnce.begin('a'), atOnce.begin('b')]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    atOnce.end('a');
    expect(atOnce.begin('a')).toBe(true);
    for (const key of ['a', 'a', 'b']) atOnce.end(key);
    expect(atOnce.size).toBe(0);
  });
});
