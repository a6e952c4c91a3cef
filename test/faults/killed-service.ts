import { setTimeout as pause } from 'node:timers/promises';
import { chances } from './chance.js';
import type { Recovery } from './evidence.js';
import type { Fault } from './fault.js';
import { atWork, onSharedServer, outcomeOf, type Ground } from './ground.js';

/** A start on a crowded machine; an idle one takes about two seconds. */
const START_BOUND_MS = 45_000;
const AT_MOST_BETWEEN_MS = 900;

/**
 * `kill -9` of one instance after the other, wherever it just was, while whole nights go by on both: every operation is
 * met by some of them. Nobody orders the dead out of the way: callers meet them too, and say it again.
 */
async function killedAgainAndAgain(ground: Ground, kills: number, seed: number): Promise<Recovery[]> {
  const chance = chances(seed);
  const { fleet } = ground;
  const work = atWork(ground);
  const recoveries: Recovery[] = [];
  try {
    for (let kill = 1; kill <= kills; kill += 1) {
      const victim = Math.floor(chance() * fleet.addresses.length);
      await pause(chance() * AT_MOST_BETWEEN_MS);
      // Sometimes all of them: nobody is left, for a moment.
      const victims = chance() < 0.25 ? [...fleet.addresses.keys()] : [victim];
      await Promise.all(victims.map((n) => fleet.process(n).kill('SIGKILL')));
      const begun = performance.now();
      await Promise.all(victims.map((n) => fleet.launch(n)));
      await ground.serves(victim);
      const what = `kill ${kill}, of ${victims.length}`;
      recoveries.push({ what, tookMs: performance.now() - begun, boundMs: START_BOUND_MS });
    }
  } finally {
    await work.over();
  }
  return recoveries;
}

export const KILLED_SERVICE: Fault = {
  name: 'killed-service',
  async run(scale, told) {
    const kills = scale === 'full' ? 40 : 2;
    await onSharedServer(async (ground) => {
      const recoveries = await killedAgainAndAgain(ground, kills, 20_261_123);
      const broken = `${kills} × one or both of two instances, at seeded instants`;
      told(await outcomeOf(ground, { name: 'service killed (kill -9)', broken, recoveries }));
    });
  },
};
