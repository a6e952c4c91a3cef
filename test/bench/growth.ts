import { parseArgs } from 'node:util';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { expectStatus, Storm } from '../stories/storm.js';
import { Instances } from './instances.js';
import { median } from './report.js';
import { Rounds, type Round, type Size } from './rounds.js';
import { fill } from './search-records.js';

/**
 * How cost grows: with live grants, with records, with instances on one PostgreSQL. An exponent of 0 is no growth at
 * all, 1 is proportional. `node dist/test/bench/growth.js [--rounds 3] [--records 10000,100000,1000000]`
 */
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    records: { type: 'string', default: '10000,100000,1000000' },
    live: { type: 'string', default: '1,50,500,5000' },
    instances: { type: 'string', default: '1,2,3' },
    out: { type: 'string', default: join(tmpdir(), 'kashikagi-growth.json') },
  },
});
const numbers = (text: string): number[] => text.split(',').map(Number);
const say = (line: string): void => {
  process.stderr.write(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${line}\n`);
};

/** Milliseconds, but for decisions a second. */
interface Cost {
  of: string;
  size: number;
  decisionsPerSecond: number;
  decision: number;
  revoke: number;
  lift: number;
  /** The auditor's first page of the newest records. */
  search: number;
}

interface Sized {
  of: string;
  size: number;
  shape: Size;
}

/** People who press at once, few enough that what is measured is the cost of one decision and no queue. */
const CALM = { pressing: 8, idle: 492, connections: 8 };
const PRESSED = { pressing: 96, idle: 404, connections: 64 };

async function on<T>(howMany: number, mostIdle: number, work: (rounds: Rounds, storm: Storm, owner: Client) => Promise<T>): Promise<T> {
  const instances = await Instances.start(howMany);
  const owner = new Client({ connectionString: instances.ownerUrl });
  try {
    await owner.connect();
    const storm = new Storm(instances.addresses[0] ?? '');
    const rounds = new Rounds(storm, instances.addresses, owner);
    await rounds.prepare(mostIdle);
    return await work(rounds, storm, owner);
  } finally {
    await owner.end();
    await instances.stop();
  }
} // prettier-ignore

async function costOf(rounds: Rounds, storm: Storm, { of, size, shape }: Sized): Promise<Cost> {
  await rounds.run(0, shape);
  const auditor = await storm.person('auditor-1');
  const made: Round[] = [];
  const searches: number[] = [];
  for (let n = 1; n <= Number(options.rounds); n += 1) {
    made.push(await rounds.run(n, shape));
    const begun = performance.now();
    expectStatus(await auditor.get('/api/v1/records?limit=50'), 200);
    searches.push(performance.now() - begun);
  }
  const middle = (what: (round: Round) => number): number => median(made.map(what));
  const cost = {
    of,
    size,
    decisionsPerSecond: middle((one) => one.decisionsPerSecond),
    decision: middle((one) => one.decisionP50Ms),
    revoke: middle((one) => one.revokeMs),
    lift: middle((one) => one.liftMs),
    search: median(searches),
  };
  say(JSON.stringify(cost));
  return cost;
}

/** Least squares of log cost against log size. */
function exponent(costs: readonly Cost[], of: (cost: Cost) => number): number {
  const points = costs.map((one) => [Math.log(one.size), Math.log(of(one))] as const);
  const mean = (at: 0 | 1): number => points.reduce((total, point) => total + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const shared = points.reduce((total, point) => total + (point[0] - x) * (point[1] - y), 0);
  return shared / points.reduce((total, point) => total + (point[0] - x) ** 2, 0);
}

const COLUMNS: [string, (cost: Cost) => number][] = [
  ['decisions/s', (one) => one.decisionsPerSecond],
  ['decision p50, ms', (one) => one.decision],
  ['revoke, ms', (one) => one.revoke],
  ['lift, ms', (one) => one.lift],
  ['search, ms', (one) => one.search],
];

function table(costs: readonly Cost[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line([costs[0]?.of ?? '', ...COLUMNS.map(([name]) => name)]),
    line(['---', ...COLUMNS.map(() => '---')]),
    ...costs.map((one) => line([one.size.toLocaleString('en'), ...COLUMNS.map(([, of]) => of(one).toFixed(1))])),
    line(['exponent', ...COLUMNS.map(([, of]) => exponent(costs, of).toFixed(2))]),
  ].join('\n'); // prettier-ignore
}

const tables: Cost[][] = [];
say('live grants');
tables.push(
  await on(1, Math.max(...numbers(options.live)), async (rounds, storm) => {
    const costs: Cost[] = [];
    for (const size of numbers(options.live)) {
      const pressing = Math.min(size, CALM.pressing);
      const shape = { pressing, idle: size - pressing, connections: CALM.connections };
      costs.push(await costOf(rounds, storm, { of: 'live grants', size, shape }));
    }
    return costs;
  }),
);
const ofRecords: Cost[] = [];
for (const size of numbers(options.records)) {
  say(`${size} records`);
  ofRecords.push(
    await on(1, CALM.idle, async (rounds, storm, owner) => {
      await fill(owner, size, say);
      return costOf(rounds, storm, { of: 'records', size, shape: CALM });
    }),
  );
}
tables.push(ofRecords);
const ofInstances: Cost[] = [];
for (const size of numbers(options.instances)) {
  say(`${size} instances`);
  const sized = { of: 'instances', size, shape: PRESSED };
  ofInstances.push(await on(size, PRESSED.idle, (rounds, storm) => costOf(rounds, storm, sized)));
}
tables.push(ofInstances);
await writeFile(options.out, `${JSON.stringify(tables, null, 2)}\n`);
process.stdout.write(`${tables.map(table).join('\n\n')}\n`);
say(`written to ${options.out}`);
