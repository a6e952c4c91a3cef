import { live } from './life.js';

describe('the whole life of a grant, against the reference model', () => {
  it('gives a value to who is in the live set, and to nobody else, after every act of random sequences', async () => {
    const lived = await live(40, 20_261_123);
    // The sequences say something only if people saw values in them, and often did not.
    expect(lived.values).toBeGreaterThan(100);
    expect(lived.lookups - lived.values).toBeGreaterThan(100);
  }, 240_000);
});
