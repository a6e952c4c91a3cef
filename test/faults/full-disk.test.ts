import { FULL_DISK } from './full-disk.js';
import { expectHeld } from './expect-held.js';

it('a full disk lets no value out, and nothing is lost', async () => {
  await expectHeld(FULL_DISK);
}, 300_000);
