import { join } from 'node:path';
import { packageRoot } from '../../src/config/package-root.js';
import { FaultyCluster } from './cluster.js';
import type { Fault } from './fault.js';
import { atWork, Ground, outcomeOf } from './ground.js';

const TWO_HOURS_MS = 7_200_000;
/** Values while the clocks are wrong; nights begin and end meanwhile. */
const WORK = { short: 20, full: 400 };

interface Wrong {
  broken: string;
  databaseZone: string;
  environments: [Record<string, string>, Record<string, string>];
}

const clock = (ms: number, jumpsMs?: number): Record<string, string> => ({
  NODE_OPTIONS: `--import=${join(packageRoot(), 'dist', 'test', 'faults', 'shifted-clock.js')}`,
  KASHIKAGI_FAULT_CLOCK_MS: String(ms),
  ...(jumpsMs !== undefined && { KASHIKAGI_FAULT_CLOCK_JUMPS_MS: String(jumpsMs) }),
});

const WRONG: Wrong[] = [
  {
    broken: 'machines 2 h ahead (TZ=Asia/Tokyo) and 2 h behind (TZ=UTC), the database in UTC',
    databaseZone: 'UTC',
    environments: [
      { ...clock(TWO_HOURS_MS), TZ: 'Asia/Tokyo' },
      { ...clock(-TWO_HOURS_MS), TZ: 'UTC' },
    ],
  },
  {
    broken: 'machines whose clocks jump by 2 h there and back each second, TZ=UTC and Asia/Tokyo, the database in Asia/Tokyo',
    databaseZone: 'Asia/Tokyo',
    environments: [
      { ...clock(TWO_HOURS_MS, 1_000), TZ: 'UTC' },
      { ...clock(-TWO_HOURS_MS, 1_000), TZ: 'Asia/Tokyo' },
    ],
  },
]; // prettier-ignore

/** The database's clock decides (law 8): whatever the machines believe, the same people get the same values until the same end. */
export const WRONG_CLOCK: Fault = {
  name: 'wrong-clock',
  async run(scale, told) {
    for (const { broken, databaseZone, environments } of WRONG) {
      const cluster = await FaultyCluster.make({ settings: { timezone: databaseZone } });
      try {
        await cluster.start();
        await cluster.furnish();
        const wheelingUrl = process.env['TEST_WHEELING_URL'] ?? '';
        const environment = (n: number): Record<string, string> => environments[n] ?? {};
        const ground = await Ground.start({ database: cluster, wheelingUrl, environment });
        try {
          const work = atWork(ground);
          await ground.brought(WORK[scale]).finally(() => work.over());
          const { unanswered } = ground.night.witness;
          const faults = Object.keys(unanswered).map((what) => `callers met ${what}`);
          told(await outcomeOf(ground, { name: 'wrong clock', broken, recoveries: [], faults }));
        } finally {
          await ground.stop();
        }
      } finally {
        await cluster.remove();
      }
    }
  },
};
