import { expectHeld } from './expect-held.js';
import { KILLED_SERVICE } from './killed-service.js';

it('a service that is killed at any point of any operation has told nobody what does not stand', async () => {
  await expectHeld(KILLED_SERVICE);
}, 120_000);
