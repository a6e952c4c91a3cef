import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { until } from '../service/service-process.js';
import { FaultyCluster } from './cluster.js';
import type { Recovery } from './evidence.js';
import type { Fault } from './fault.js';
import { atWork, Ground, outcomeOf } from './ground.js';

/** From the instant at which the database is there again; pools give up a connection attempt after five seconds. */
const BOUND_MS = 30_000;
const MAX_CONNECTIONS = 60;
/** What a lift may take that the database could have answered at once: an ending waits six seconds for a lock at most. */
const OWED_WITHIN_MS = 20_000;

/** From the instant at which the database answers an administrator again: what it needs for itself is not the service's. */
async function answers(cluster: FaultyCluster): Promise<number> {
  await until('the database answers', () =>
    cluster.asAdmin('select 1').then(
      () => true,
      () => false,
    ),
  );
  return performance.now();
}

/** All instances give values again; from `begun` on nothing stood in their way. */
async function servedAgain(ground: Ground, what: string, begun: number): Promise<Recovery> {
  await Promise.all(ground.fleet.addresses.map((_, n) => ground.serves(n)));
  return { what, tookMs: performance.now() - begun, boundMs: BOUND_MS };
}

type Break = (cluster: FaultyCluster, ground: Ground) => Promise<Recovery[]>;

const killBackends: Break = async (cluster, ground) => {
  const pids = await cluster.asAdmin<{ pid: number }>(
    `select pid from pg_stat_activity where usename = 'kashikagi_app' order by state = 'active' desc, pid`,
  );
  const [first] = pids;
  if (!first) throw new Error('the service is connected');
  process.kill(first.pid, 'SIGKILL');
  await until('the postmaster has seen it', () => !existsSync(`/proc/${first.pid}`));
  return [await servedAgain(ground, 'a backend', await answers(cluster))];
};

/** One connection after the other is ended by an administrator, under way or not; the server lives, so lifting must. */
const endConnections: Break = async (cluster, ground) => {
  const declarationId = await ground.night.declared();
  await cluster.asAdmin(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'kashikagi_app'`);
  const begun = performance.now();
  await ground.night.lifted(declarationId, { patienceMs: OWED_WITHIN_MS });
  return [await servedAgain(ground, 'all connections', begun)];
}; // prettier-ignore

const killPostmaster: Break = async (cluster, ground) => {
  process.kill(await cluster.postmaster(), 'SIGKILL');
  await cluster.restart();
  return [await servedAgain(ground, 'the postmaster', performance.now())];
};

const restart: Break = async (cluster, ground) => {
  await cluster.stop('immediate');
  await ground.met(5);
  await cluster.restart();
  return [await servedAgain(ground, 'restart', performance.now())];
};

/** Longer than the service waits for a connection. */
const FROZEN_MS = 6_000;

/** Resolves when a connection attempt has waited for so long in vain: the kernel takes it, and nobody speaks. */
async function isNotAnswered(cluster: FaultyCluster, forMs: number): Promise<void> {
  const client = new Client({ connectionString: cluster.appUrl, connectionTimeoutMillis: forMs });
  client.on('error', () => undefined);
  const isIn = await client.connect().then(
    () => true,
    () => false,
  );
  if (isIn) throw new Error('the frozen database answers');
}

const freeze: Break = async (cluster, ground) => {
  await cluster.signalAll('SIGSTOP');
  await isNotAnswered(cluster, FROZEN_MS);
  await cluster.signalAll('SIGCONT');
  return [await servedAgain(ground, 'thawed', performance.now())];
};

/** Somebody else takes every connection that is left; the service's own stay, and lifting with them. */
const eatConnections: Break = async (cluster, ground) => {
  const declarationId = await ground.night.declared();
  const eaters: Client[] = [];
  for (;;) {
    const eater = new Client({ connectionString: cluster.url('kashikagi_owner') });
    eater.on('error', () => undefined);
    const isIn = await eater.connect().then(
      () => true,
      () => false,
    );
    if (!isIn) break;
    eaters.push(eater);
  }
  await ground.night.lifted(declarationId, { patienceMs: OWED_WITHIN_MS });
  const whileEaten = await servedAgain(ground, 'beside the eater', performance.now());
  // Now the service's own are gone too, and none is left to it, however fast it reconnects.
  await cluster.asAdmin('alter role kashikagi_app connection limit 0');
  await cluster.asAdmin(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'kashikagi_app'`);
  await ground.met(5);
  await cluster.asAdmin('alter role kashikagi_app connection limit -1');
  await Promise.all(eaters.map((eater) => eater.end()));
  return [whileEaten, await servedAgain(ground, 'after the eater', performance.now())];
}; // prettier-ignore

const BREAKS: Record<string, [string, Break]> = {
  'backend killed': ['kill -9 of a backend of the service: PostgreSQL restarts itself', killBackends],
  'connections ended': ['all connections of the service, by an administrator', endConnections],
  'postmaster killed': ['kill -9 of the postmaster, started again', killPostmaster],
  'database restarted': ['immediate shutdown, started again', restart],
  'database frozen': ['SIGSTOP to all of its processes for 6 s', freeze],
  'out of connections': ['another program takes all that are left, then also the service’s own', eatConnections],
}; // prettier-ignore

/** Each on the same two instances, with people at work; each weighed by itself. */
export const DATABASE: Fault = {
  name: 'broken-database',
  async run(scale, told) {
    const cluster = await FaultyCluster.make({ settings: { max_connections: String(MAX_CONNECTIONS) } });
    await cluster.start();
    try {
      await cluster.furnish();
      const ground = await Ground.start({ database: cluster, wheelingUrl: process.env['TEST_WHEELING_URL'] ?? '' }); // prettier-ignore
      try {
        for (const [name, [broken, breakIt]] of Object.entries(BREAKS)) {
          const times = scale === 'full' ? 5 : 1;
          const work = atWork(ground);
          const recoveries: Recovery[] = [];
          try {
            for (let time = 0; time < times; time += 1) recoveries.push(...(await breakIt(cluster, ground)));
          } finally {
            await work.over();
          }
          told(await outcomeOf(ground, { name, broken: `${times} × ${broken}`, recoveries }));
          await ground.open();
        }
      } finally {
        await ground.stop();
      }
    } finally {
      await cluster.remove();
    }
  },
};
