import { DATABASE } from './broken-database.js';
import { expectHeld } from './expect-held.js';

it('a database that dies, freezes, restarts or runs out of connections loses nothing that was told', async () => {
  await expectHeld(DATABASE);
}, 300_000);
