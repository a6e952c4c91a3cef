import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../service/service-process.js';
import { FaultyCluster } from './cluster.js';
import type { Fault } from './fault.js';
import type { FaultDatabase } from './fleet.js';
import { atWork, Ground, outcomeOf } from './ground.js';
import { TcpSwitch } from './tcp-switch.js';

const BOUND_MS = 30_000;
/** Values before it and after it. */
const WORK = { short: 15, full: 300 };

/** A primary that answers no commit before its standby has it, and that standby. */
async function pair(): Promise<[FaultyCluster, FaultyCluster]> {
  const primary = await FaultyCluster.make({ settings: { wal_level: 'replica', synchronous_standby_names: 'standby' } }); // prettier-ignore
  await primary.start();
  await primary.asAdminAlone(`alter system set synchronous_commit = 'local'`);
  await primary.asAdminAlone('select pg_reload_conf()');
  await primary.furnish();
  await primary.asAdminAlone('alter system reset synchronous_commit');
  await primary.stop('fast');
  const standby = await primary.copied({ primary_conninfo: `host=127.0.0.1 port=${primary.port} user=postgres application_name=standby` }); // prettier-ignore
  await writeFile(join(standby.data, 'standby.signal'), '', { mode: 0o666 });
  await primary.start();
  await standby.start();
  await until('the standby is synchronous', async () => {
    const [row] = await primary.asAdmin<{ sync_state: string }>('select sync_state from pg_stat_replication');
    return row?.sync_state === 'sync';
  });
  return [primary, standby];
}

/** The primary dies by kill -9, the standby is promoted, the switch turns: nothing that was acknowledged is lost. */
export const FAILOVER: Fault = {
  name: 'failover',
  async run(scale, told) {
    const [primary, standby] = await pair();
    const way = await TcpSwitch.start(primary.port);
    let now = primary;
    const database: FaultDatabase = {
      appUrl: primary.url('kashikagi_app', 'kashikagi', way.port),
      asOwner: (sql, values) => now.asOwner(sql, values),
    };
    try {
      const ground = await Ground.start({ database, wheelingUrl: process.env['TEST_WHEELING_URL'] ?? '' });
      try {
        const work = atWork(ground);
        try {
          await ground.brought(WORK[scale]);
          const begun = performance.now();
          await primary.signalAll('SIGKILL');
          await standby.promote();
          now = standby;
          way.to(standby.port);
          const promotedMs = Math.round(performance.now() - begun);
          await Promise.all(ground.fleet.addresses.map((_, n) => ground.serves(n)));
          const recoveries = [{ what: 'failover', tookMs: performance.now() - begun, boundMs: BOUND_MS }];
          await ground.brought(WORK[scale]);
          await work.over();
          const broken = `primary killed with all its processes, synchronous standby promoted (${promotedMs} ms of it) behind a TCP switch, two instances`;
          told(await outcomeOf(ground, { name: 'failover', broken, recoveries }));
        } finally {
          await work.over();
        }
      } finally {
        await ground.stop();
      }
    } finally {
      way.close();
      await standby.remove();
      await primary.remove();
    }
  },
};
