import { expectHeld } from './expect-held.js';
import { SWALLOWED } from './swallowed.js';

it('packets that vanish on the way to the database keep nobody waiting for ever, and no lift', async () => {
  await expectHeld(SWALLOWED);
}, 300_000);
