import { expectHeld } from './expect-held.js';
import { SLOW_CLIENTS } from './slow-clients.js';

it('clients that hold connections for nothing, and strangers that flood, keep nobody from working or lifting', async () => {
  await expectHeld(SLOW_CLIENTS);
}, 300_000);
