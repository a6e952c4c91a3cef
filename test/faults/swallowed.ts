import { setTimeout as pause } from 'node:timers/promises';
import { FaultyCluster } from './cluster.js';
import type { Fault } from './fault.js';
import type { FaultDatabase } from './fleet.js';
import { atWork, Ground, outcomeOf } from './ground.js';
import { TcpSwitch } from './tcp-switch.js';

const BOUND_MS = 30_000;
/** What a lift may take that the database could have answered at once. */
const OWED_WITHIN_MS = 20_000;
/** Nobody hangs: what is silent is given up after ten seconds, and whoever waits for a connection after five. */
const HEARD_WITHIN_MS = 30_000;
const ASKING = 8;

interface Swallowed {
  tookMs: number;
  faults: string[];
}

/** Everybody who asks while packets vanish is answered "not now", through each instance. */
async function heardMeanwhile({ night }: Ground): Promise<Swallowed> {
  const begun = performance.now();
  const hq = night.people.person('hq-1');
  const answers = await Promise.all(
    Array.from({ length: ASKING }, () => {
      const nothing = pause(HEARD_WITHIN_MS, 'nothing', { ref: false });
      return Promise.race([hq.get('/api/v1/inbox').then(({ status }) => String(status)), nothing]);
    }),
  );
  const faults = answers.filter((one) => one !== '503').map((one) => `who asked meanwhile heard ${one}`);
  return { tookMs: performance.now() - begun, faults };
}

/**
 * Packets vanish between the service and its database, and nobody is told: no reset, no end. When new connections come
 * through again, the old ones stay as they are, with their transactions open on the other side, one of them a lift's.
 */
export const SWALLOWED: Fault = {
  name: 'packets-swallowed',
  async run(scale, told) {
    const cluster = await FaultyCluster.make();
    await cluster.start();
    await cluster.furnish();
    const way = await TcpSwitch.start(cluster.port);
    const database: FaultDatabase = {
      appUrl: cluster.url('kashikagi_app', 'kashikagi', way.port),
      asOwner: (sql, values) => cluster.asOwner(sql, values),
    };
    try {
      const ground = await Ground.start({ database, wheelingUrl: process.env['TEST_WHEELING_URL'] ?? '' });
      try {
        const times = scale === 'full' ? 5 : 1;
        const recoveries = [];
        const faults: string[] = [];
        let heardMs = 0;
        const work = atWork(ground);
        try {
          for (let time = 1; time <= times; time += 1) {
            await ground.brought(10);
            const [ended, endedAfter] = [await ground.night.declared(), await ground.night.declared()];
            const cutOff = ground.night.lifted(ended, { patienceMs: HEARD_WITHIN_MS + OWED_WITHIN_MS });
            way.swallow();
            const { tookMs, faults: unheard } = await heardMeanwhile(ground);
            faults.push(...unheard);
            heardMs = Math.max(heardMs, tookMs);
            way.restore();
            const begun = performance.now();
            await ground.night.lifted(endedAfter, { patienceMs: OWED_WITHIN_MS });
            recoveries.push({ what: 'a lift', tookMs: performance.now() - begun, boundMs: OWED_WITHIN_MS });
            await cutOff;
            await Promise.all(ground.fleet.addresses.map((_, n) => ground.serves(n)));
            recoveries.push({ what: 'values', tookMs: performance.now() - begun, boundMs: BOUND_MS });
          }
        } finally {
          await work.over();
        }
        const broken = `${times} × all packets between service and database vanish without a reset; callers heard 503 within ${(heardMs / 1000).toFixed(1)} s`;
        told(await outcomeOf(ground, { name: 'packets swallowed', broken, recoveries, faults }));
      } finally {
        await ground.stop();
      }
    } finally {
      way.close();
      await cluster.remove();
    }
  },
};
