import { FAILOVER } from './failover.js';
import { expectHeld } from './expect-held.js';

it('a failover to the synchronous standby loses nothing that was acknowledged', async () => {
  await expectHeld(FAILOVER);
}, 300_000);
