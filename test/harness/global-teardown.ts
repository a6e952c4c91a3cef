import { rm } from 'node:fs/promises';
import './global-setup.js';

export default async function globalTeardown(): Promise<void> {
  const ground = globalThis.testGround;
  if (!ground) return;
  await ground.wheeling.close();
  await ground.server.stop();
  await rm(ground.folder, { recursive: true, force: true });
}
