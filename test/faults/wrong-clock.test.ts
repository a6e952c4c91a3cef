import { expectHeld } from './expect-held.js';
import { WRONG_CLOCK } from './wrong-clock.js';

it('wrong clocks and zones of the machines change nothing: the database’s clock decides', async () => {
  expect(await expectHeld(WRONG_CLOCK)).toBe(2);
}, 180_000);
