import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../service/service-process.js';
import { FaultyCluster } from './cluster.js';
import type { Fault, Outcome } from './fault.js';
import type { FaultDatabase } from './fleet.js';
import { atWork, Ground, outcomeOf } from './ground.js';
import { violations } from './invariants.js';
import { TcpSwitch } from './tcp-switch.js';

const BOUND_MS = 30_000;
/** Values before it and after it. */
const WORK = { short: 15, full: 300 };

/** A primary that answers no commit before its standby has it, and that standby; or one that does not wait for it. */
async function pair(isSynchronous: boolean): Promise<[FaultyCluster, FaultyCluster, TcpSwitch]> {
  const names = isSynchronous ? 'standby' : '';
  const primary = await FaultyCluster.make({ settings: { wal_level: 'replica', synchronous_standby_names: names } }); // prettier-ignore
  await primary.start();
  await primary.asAdminAlone(`alter system set synchronous_commit = 'local'`);
  await primary.asAdminAlone('select pg_reload_conf()');
  await primary.furnish();
  await primary.asAdminAlone('alter system reset synchronous_commit');
  await primary.stop('fast');
  const between = await TcpSwitch.start(primary.port);
  const standby = await primary.copied({ primary_conninfo: `host=127.0.0.1 port=${between.port} user=postgres application_name=standby` }); // prettier-ignore
  await writeFile(join(standby.data, 'standby.signal'), '', { mode: 0o666 });
  await primary.start();
  await standby.start();
  await until('the standby follows', async () => {
    const [row] = await primary.asAdmin<{ sync_state: string }>('select sync_state from pg_stat_replication');
    return row?.sync_state === (isSynchronous ? 'sync' : 'async');
  });
  return [primary, standby, between];
}

interface Behind {
  ground: Ground;
  primary: FaultyCluster;
  /** What the standby follows through. */
  between: TcpSwitch;
  /** The standby is the primary from now on, for callers and for whoever looks. */
  turn: () => Promise<void>;
}

async function behindSwitch(isSynchronous: boolean, work: (behind: Behind) => Promise<void>): Promise<void> {
  const [primary, standby, between] = await pair(isSynchronous);
  const way = await TcpSwitch.start(primary.port);
  let now = primary;
  const database: FaultDatabase = {
    appUrl: primary.url('kashikagi_app', 'kashikagi', way.port),
    asOwner: (sql, values) => now.asOwner(sql, values),
  };
  const turn = async (): Promise<void> => {
    await standby.promote();
    now = standby;
    way.to(standby.port);
  };
  try {
    const ground = await Ground.start({ database, wheelingUrl: process.env['TEST_WHEELING_URL'] ?? '' });
    try {
      await work({ ground, primary, between, turn });
    } finally {
      await ground.stop();
    }
  } finally {
    way.close();
    between.close();
    await standby.remove();
    await primary.remove();
  }
}

/** The control: a standby that nobody waited for, and that lagged. What was acknowledged is lost, and it has to be seen. */
async function lossIsSeen(told: (outcome: Outcome) => void): Promise<void> {
  await behindSwitch(false, async ({ ground, primary, between, turn }) => {
    const { night } = ground;
    between.swallow();
    await Promise.all([night.declared(), night.declared(), night.declared()]);
    await primary.signalAll('SIGKILL');
    await turn();
    const repeats = await night.witness.repeats();
    const nothing = { values: [], endings: [], records: [], grants: [], recoveries: [], ledger: { code: 0, out: '' } };
    const seen = violations({ ...nothing, repeats }).filter(({ of }) => of === 'nothing acknowledged is lost');
    told({
      name: 'failover, the control',
      broken: 'the same with an asynchronous standby that lagged: three declarations were acknowledged and never came to it',
      evidence: null,
      faults: seen.length < 3 ? [`only ${seen.length} of them were seen to be lost`] : [],
      seen: `“nothing acknowledged is lost” fails, as it must: ${seen.length} of ${repeats.length} changes`,
    });
  });
} // prettier-ignore

/** The primary dies by kill -9, the standby is promoted, the switch turns: nothing that was acknowledged is lost. */
export const FAILOVER: Fault = {
  name: 'failover',
  async run(scale, told) {
    await behindSwitch(true, async ({ ground, primary, turn }) => {
      const work = atWork(ground);
      try {
        await ground.brought(WORK[scale]);
        const begun = performance.now();
        await primary.signalAll('SIGKILL');
        await turn();
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
    });
    if (scale === 'full') await lossIsSeen(told);
  },
};
