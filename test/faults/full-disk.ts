import { execFile } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FaultyCluster } from './cluster.js';
import type { Fault } from './fault.js';
import { atWork, Ground, outcomeOf } from './ground.js';

const run = promisify(execFile);
const DISK_MB = 224;
const RESERVE_MB = 32;
/** What a lift may take as soon as the reserve is gone and the server is up. */
const OWED_WITHIN_MS = 20_000;
const BOUND_MS = 30_000;
/** Callers who meet the full disk. */
const MET = { short: 20, full: 500 };

/** → null when this process may not mount, as an ordinary user may not. */
export async function smallDisk(): Promise<string | null> {
  const place = await mkdtemp(join(tmpdir(), 'kashikagi-fault-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', place]);
    return place;
  } catch {
    await rm(place, { recursive: true });
    return null;
  }
}

/** What the runbook tells the administrator to lay on the database's disk. → removes it */
async function reserved(place: string): Promise<() => Promise<void>> {
  const reserve = join(place, 'kashikagi-reserve');
  await writeFile(reserve, Buffer.alloc(RESERVE_MB * 1024 * 1024));
  return () => rm(reserve);
}

/** Somebody takes all that is left, and keeps it. */
async function fill(place: string): Promise<void> {
  const { bavail, bsize } = await statfs(place);
  await writeFile(join(place, 'somebody-elses'), Buffer.alloc(bavail * bsize)).catch(() => undefined);
}

/**
 * The database's disk is full while people work: nothing can be recorded, so no value leaves. The administrator removes the
 * reserve and nothing else, and starts the server if it went down over it (PostgreSQL does, when it cannot write its own log):
 * endings have room to be recorded.
 */
export const FULL_DISK: Fault = {
  name: 'full-disk',
  async run(scale, told) {
    const disk = await smallDisk();
    if (disk === null) {
      if (process.env['CI']) throw new Error('no small disk can be mounted here');
      process.stderr.write('full-disk: NOT RUN, since this user may not mount a small disk\n');
      return;
    }
    const cluster = await FaultyCluster.make({ folder: disk, settings: { max_wal_size: '8MB', min_wal_size: '2MB' } });
    try {
      await cluster.start();
      await cluster.furnish();
      const removeReserve = await reserved(disk);
      const ground = await Ground.start({ database: cluster, wheelingUrl: process.env['TEST_WHEELING_URL'] ?? '' });
      const { witness } = ground.night;
      try {
        const work = atWork(ground);
        try {
          const ended = await ground.night.declared();
          const endedLater = await ground.night.declared();
          await fill(disk);
          await ground.met(MET[scale]);
          // Without a record there is no end that could be proved: it is tried, and not owed.
          await ground.night.lifted(ended, { isOwed: false, patienceMs: 1_000 });
          const isLifted = witness.endings.at(-1)?.doneAt !== null;
          const isDown = await cluster.asAdmin('select 1').then(() => false, () => true);
          await removeReserve();
          const begun = performance.now();
          if (isDown) await cluster.restart();
          await ground.night.lifted(endedLater, { patienceMs: OWED_WITHIN_MS });
          await Promise.all(ground.fleet.addresses.map((_, n) => ground.serves(n)));
          const recoveries = [{ what: 'the reserve removed', tookMs: performance.now() - begun, boundMs: BOUND_MS }];
          await work.over();
          const broken = `a disk of ${DISK_MB} MB filled to the last byte; PostgreSQL ${isDown ? 'went down and was started again' : 'stayed up'}; a lift meanwhile was ${isLifted ? 'answered' : 'refused: it could not be recorded'}; another was answered as soon as the reserve of ${RESERVE_MB} MB was removed, the disk else as full as before`;
          told(await outcomeOf(ground, { name: 'disk full', broken, recoveries }));
        } finally {
          await work.over();
        }
      } finally {
        await ground.stop();
      }
    } finally {
      await cluster.remove();
      await run('umount', ['-l', disk]);
      await rm(disk, { recursive: true });
    }
  },
}; // prettier-ignore
