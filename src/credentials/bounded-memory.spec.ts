import fc from 'fast-check';
import { BoundedMemory } from './bounded-memory.js';

describe('a bounded memory', () => {
  it('forgets the longest unused first', () => {
    const memory = new BoundedMemory<number>(2);
    memory.set('a', 1, 100, 0);
    memory.set('b', 2, 100, 0);
    expect(memory.get('a', 0)).toBe(1);
    memory.set('c', 3, 100, 0);
    expect([memory.get('a', 0), memory.get('b', 0), memory.get('c', 0)]).toEqual([1, undefined, 3]);
  });

  it('forgets a value at its end, and then takes no room for it', () => {
    const memory = new BoundedMemory<number>(10);
    memory.set('a', 1, 100, 0);
    memory.set('b', 2, 100, 0);
    expect(memory.get('a', 99.9)).toBe(1);
    expect(memory.get('a', 100)).toBeUndefined();
    memory.set('c', 3, 200, 150);
    expect(memory.size).toBe(1);
  });

  it('never holds more than it may, and never answers with another value or an ended one', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      life: fc.nat(5),
      read: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const memory = new BoundedMemory<number>(3);
        const written = new Map<string, { value: number; until: number }>();
        steps.forEach(({ key, life, read }, now) => {
          if (read) {
            const value = memory.get(key, now);
            const right = written.get(key);
            if (value !== undefined) expect([value, right!.until > now]).toEqual([right!.value, true]);
          } else {
            memory.set(key, now, now + life, now);
            written.set(key, { value: now, until: now + life });
          }
          expect(memory.size).toBeLessThanOrEqual(3);
        });
      }),
    );
  });
});
