import { describe, expect, it } from '@jest/globals';
import { Kept } from './kept.js';

describe('Kept', () => {
  it('finds out once for all who ask meanwhile, and again when it is older than it may be', async () => {
    let now = 0;
    let found = 0;
    const kept = new Kept(async () => Promise.resolve((found += 1)), 1_000, () => now); // prettier-ignore
    expect(await Promise.all(Array.from({ length: 600 }, () => kept.get()))).toEqual(Array(600).fill(1));
    now = 999;
    expect(await kept.get()).toBe(1);
    now = 1_000;
    expect([await kept.get(), found]).toEqual([2, 2]);
  });

  it('keeps no failure', async () => {
    let isDown = true;
    const kept = new Kept(() => (isDown ? Promise.reject(new Error('down')) : Promise.resolve('up')), 1_000);
    await expect(kept.get()).rejects.toThrow('down');
    isDown = false;
    expect(await kept.get()).toBe('up');
  });
});
