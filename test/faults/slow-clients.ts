import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { ACCESS_TABLE } from '../../src/contract/access-table.js';
import type { Fault } from './fault.js';
import { atWork, onSharedServer, outcomeOf, type Ground } from './ground.js';
import { HABITS, SlowSockets, type Habit } from './slow-sockets.js';

const OWED_WITHIN_MS = 20_000;
/** The longest patience that the service has is two minutes, for an answer that is not read. */
const SENT_AWAY_WITHIN_MS = 240_000;
/** 60 unread pipelines alone took 1,475 before their mend; ten thousand connections take some 200 over the rest. */
const RESIDENT_AT_MOST_MB = 500;
/** Values brought home, and strangers' requests at once, meanwhile. */
const SIZE = {
  short: { idle: 400, slow: 60, values: 20, flooding: 16 },
  full: { idle: 10_000, slow: 500, values: 100, flooding: 32 },
};
/** Files for all that is not a slow client. */
const FILES_LEFT = 3_000;

async function openFilesAtMost(): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  return Number(/Max open files\s+(\d+)/.exec(limits)?.[1] ?? 4_000);
}

/** The service's greatest resident memory of now, in MB. */
async function resident({ fleet }: Ground): Promise<number> {
  const each = fleet.addresses.map(async (_, n) => {
    const status = await readFile(`/proc/${fleet.process(n).pid}/status`, 'utf8');
    return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024) / 1e6;
  });
  return Math.max(...(await Promise.all(each)));
}

const PUBLIC = ACCESS_TABLE.filter(({ entry }) => entry === 'anyone');

/** Strangers ask every public route as fast as they are answered, until it is over. → how often each was answered how */
function flood({ fleet }: Ground, atOnce: number): () => Promise<Record<string, number>> {
  let isOver = false;
  const told: Record<string, number> = {};
  const asking = Array.from({ length: atOnce }, async (_, n) => {
    for (let turn = n; !isOver; turn += 1) {
      const one = PUBLIC[turn % PUBLIC.length];
      const at = `${fleet.next()}${one?.path.replaceAll(/:\w+|\*/g, 'xx_nowhere')}`;
      const method = one?.method ?? 'GET';
      const body = method === 'POST' ? '{}' : null;
      const answer = await fetch(at, { method, body, headers: { 'content-type': 'application/json' }, redirect: 'manual' }).catch(() => undefined); // prettier-ignore
      await answer?.arrayBuffer().catch(() => undefined);
      const how = String(answer?.status ?? 'nothing');
      told[how] = (told[how] ?? 0) + 1;
    }
  });
  return async () => {
    isOver = true;
    await Promise.all(asking);
    return told;
  };
}

/** → what did not hold of: whoever holds a connection for nothing is sent away. */
async function sentAway(slow: SlowSockets): Promise<string[]> {
  const until = performance.now() + SENT_AWAY_WITHIN_MS;
  while (slow.held > 0 && performance.now() < until) await pause(200);
  return slow.held === 0 ? [] : [`${slow.held} slow clients were never sent away`];
}

/** Connections held for nothing in every way, and a flood of strangers: whoever works goes on, and a lift is answered. */
export const SLOW_CLIENTS: Fault = {
  name: 'slow-clients',
  async run(scale, told) {
    const size = SIZE[scale];
    const idle = Math.min(size.idle, (await openFilesAtMost()) - FILES_LEFT);
    await onSharedServer(async (ground) => {
      const slow = new SlowSockets();
      const faults: string[] = [];
      const ended = await ground.night.declared();
      const work = atWork(ground);
      try {
        for (const habit of Object.keys(HABITS) as Habit[]) {
          const count = (habit === 'sends nothing' ? idle : size.slow) / ground.fleet.addresses.length;
          for (const at of ground.fleet.addresses) await slow.join(at, habit, count);
        }
        if (slow.notLetIn > 0) faults.push(`${slow.notLetIn} were not let in`);
        const calm = flood(ground, size.flooding);
        await ground.brought(size.values);
        const begun = performance.now();
        await ground.night.lifted(ended, { patienceMs: OWED_WITHIN_MS });
        const recoveries = [{ what: 'a lift meanwhile', tookMs: performance.now() - begun, boundMs: OWED_WITHIN_MS }]; // prettier-ignore
        await ground.brought(size.values);
        const flooded = await calm();
        const megabytes = await resident(ground);
        if (megabytes > RESIDENT_AT_MOST_MB) faults.push(`${Math.round(megabytes)} MB resident`);
        const asked = Object.values(flooded).reduce((sum, count) => sum + count, 0);
        if (asked < 10 * PUBLIC.length) faults.push(`a flood of ${asked} is none`);
        if (flooded['500'] !== undefined) faults.push(`${flooded['500']} × 500 in the flood`);
        if (scale === 'full') faults.push(...(await sentAway(slow)));
        await work.over();
        const broken = `${idle} connections on which nothing is sent, ${size.slow} each of slow headers, slow bodies, answers that are not read; ${size.flooding} strangers at ${PUBLIC.length} public routes: ${JSON.stringify(flooded)}; ${Math.round(megabytes)} MB resident at most`;
        told(await outcomeOf(ground, { name: 'slow clients', broken, recoveries, faults }));
      } finally {
        slow.leave();
        await work.over();
      }
    });
  },
};
