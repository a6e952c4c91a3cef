import { setTimeout as pause } from 'node:timers/promises';
import { TestDatabase } from '../harness/test-database.js';
import { until } from '../service/service-process.js';
import { samplePoints } from '../stories/storm.js';
import type { Evidence, Recovery } from './evidence.js';
import type { Outcome } from './fault.js';
import { Fleet, type FaultDatabase, type FleetOptions } from './fleet.js';
import { gathered } from './gathered.js';
import { Night, STAFF, type Held } from './night.js';
import { People } from './people.js';
import { Witness } from './witness.js';

const name = (n: number): string => `operator-a-${String(n).padStart(2, '0')}`;
/** Who presses all the while, and who works in nights that begin and end. */
const PRESSING = [name(1), name(2)];
export const NIGHTLY: [string, string][] = [
  [name(3), name(4)],
  [name(5), name(6)],
];

/** Between two uses of one person: what counts is that somebody is always at it, not how many. */
const BETWEEN_MS = 20;

/** A fleet with people, terminals, and one declaration that is in force all the while. */
export class Ground {
  private constructor(
    readonly fleet: Fleet,
    readonly database: FaultDatabase,
    readonly night: Night,
  ) {}

  /** Who presses all the while. */
  held: Held[] = [];
  private declarationId = '';

  static async start(options: FleetOptions): Promise<Ground> {
    const fleet = await Fleet.start(options);
    try {
      const people = new People(fleet, options.database);
      const operators = [...PRESSING, ...NIGHTLY.flat()];
      await people.gather([...STAFF, ...operators]);
      await people.enrol(operators);
      const points = (await samplePoints(options.wheelingUrl, '272035', 400)).filter((one) => one.outage_state === 'outage' && Boolean(one.contact_phone)); // prettier-ignore
      const night = new Night(fleet, people, new Witness(), points);
      const ground = new Ground(fleet, options.database, night);
      await ground.open();
      return ground;
    } catch (error) {
      await fleet.stop();
      throw error;
    }
  }

  /** A declaration that is in force until there is evidence. */
  async open(): Promise<void> {
    const { declarationId, held } = await this.night.opened(PRESSING);
    Object.assign(this, { declarationId, held });
  }

  /** Resolves when a value comes through the n-th instance again, recorded as ever. */
  async serves(n: number): Promise<void> {
    const [held] = this.held;
    const at = this.fleet.addresses[n];
    if (!held || at === undefined) throw new Error('somebody presses on every instance');
    let turn = 1_000_000;
    await until(`a value comes through instance ${n}`, async () => {
      const answer = await this.night.lookup(held, (turn += 1), at);
      return answer?.status === 200 && answer.body.outcome === 'found';
    });
  }

  /** Resolves when people at work have brought home so many values more. */
  async brought(count: number): Promise<void> {
    const { values } = this.night.witness;
    const enough = values.length + count;
    await until(`${count} values more`, () => values.length >= enough);
  }

  /** Resolves when so many callers more have met what is broken. */
  async met(count: number): Promise<void> {
    const { witness } = this.night;
    const enough = witness.met + count;
    await until(`${count} callers meet the fault`, () => witness.met >= enough);
  }

  /** What stood afterwards. The declaration that was in force all the while is lifted at last. */
  async evidence(recoveries: Recovery[]): Promise<Evidence> {
    await this.night.lifted(this.declarationId);
    for (const one of this.held) await this.night.lookup(one, 2_000_000);
    return gathered(this.database, this.fleet.publicUrl, this.night.witness, recoveries);
  }

  stop(): Promise<void> {
    return this.fleet.stop();
  }
}

export interface Work {
  /** Nights that have begun come to their end. */
  over(): Promise<void>;
}

/** People press on all instances, and nights begin and end, until it is over. */
export function atWork({ night, held }: Ground, nights = NIGHTLY): Work {
  let isOver = false;
  const pressing = held.map(async (one, index) => {
    for (let turn = index * 10_000; !isOver; turn += 1) {
      const answer = await night.lookup(one, turn);
      if (turn % 3 === 0) await night.evaluate(one);
      if (answer?.status === 401) await night.renew(one);
      await pause(BETWEEN_MS);
    }
  });
  const living = nights.map(async (pair, index) => {
    for (let turn = index * 10_000; !isOver; turn += 10) await night.whole(pair, turn);
  });
  const all = Promise.allSettled([...pressing, ...living]);
  return {
    async over() {
      isOver = true;
      const [failed] = (await all).flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
      if (failed) throw failed;
    },
  };
}

/** A ground on a database of its own of the harness's server, for faults that do not concern PostgreSQL. */
export async function onSharedServer<T>(
  work: (ground: Ground) => Promise<T>,
  options: Pick<FleetOptions, 'instances' | 'environment'> & { wheelingUrl?: string } = {},
): Promise<T> {
  const database = await TestDatabase.create();
  try {
    const ground = await Ground.start({
      wheelingUrl: process.env['TEST_WHEELING_URL'] ?? '',
      ...options,
      database: {
        appUrl: await database.urlOf('kashikagi_app'),
        asOwner: (sql, values) => database.asOwner(sql, values),
      },
    });
    try {
      return await work(ground);
    } finally {
      await ground.stop();
    }
  } finally {
    await database.drop();
  }
}

export interface Told {
  name: string;
  broken: string;
  recoveries: Recovery[];
  faults?: string[];
}

/** What stood afterwards, with what it has to be weighed against: that something was at stake. */
export async function outcomeOf(
  ground: Ground,
  { name, broken, recoveries, faults = [] }: Told,
): Promise<Outcome> {
  const before = ground.night.witness.values.length;
  const evidence = await ground.evidence(recoveries);
  const { values, repeats, endings, records } = evidence;
  const isIdle = before < 10 || repeats.length < 10;
  return {
    name,
    broken,
    evidence,
    faults: [...faults, ...ground.fleet.newDefects(), ...(isIdle ? ['nothing was at stake'] : [])],
    seen: `${values.length} values left, ${repeats.length} changes acknowledged, ${endings.length} endings, ${records.length} records`,
    unanswered: ground.night.witness.takeUnanswered(),
  };
}
