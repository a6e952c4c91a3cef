import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFile } from 'node:fs/promises';
import { consoleRows } from './console.js';
import { Crew } from './crew.js';
import { pressDecisions } from './decisions.js';
import { Ground } from './ground.js';
import { pressInserts } from './inserts.js';
import { Introspection } from './introspection.js';
import { ledgerRows } from './ledger.js';
import { pressBesideSlowPoint, pressLookups } from './lookups.js';
import { machine } from './machine.js';
import { firstLookups } from './first-lookup.js';
import { quantile, row, table, type Row } from './report.js';

const { values: options } = parseArgs({
  options: {
    /** Only the console's rows. */
    console: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    out: { type: 'string', default: join(tmpdir(), 'kashikagi-bench.json') },
    /** A folder for the service's CPU profile. */
    profile: { type: 'string' },
  },
});

const size = options.quick
  ? {
      rounds: 3,
      seconds: 3,
      warmUp: 3,
      working: 40,
      ledger: { backlog: 50_000, perSecond: 3_000, seconds: 5 },
    }
  : {
      rounds: 5,
      seconds: 8,
      warmUp: 8,
      working: 200,
      ledger: { backlog: 500_000, perSecond: 3_000, seconds: 20 },
    };
const PEOPLE = 2_000;

const say = (line: string): void => {
  process.stderr.write(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${line}\n`);
};
const nodeOptions = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`];

/** Decisions, the unrecorded yardstick and raw inserts in turn, so that all three meet the same machine. */
async function decisionRows(ground: Ground, crew: Crew): Promise<Row[]> {
  const introspection = await Introspection.start();
  await pressDecisions(ground, crew, size.warmUp);
  await introspection.press(size.warmUp);
  const rounds = [];
  for (let round = 1; round <= size.rounds; round += 1) {
    say(`decisions, round ${round} of ${size.rounds}`);
    await crew.renew();
    rounds.push({
      decisions: await pressDecisions(ground, crew, size.seconds),
      introspection: await introspection.press(size.seconds),
      inserts: await pressInserts(ground, size.seconds),
    });
    say(`${Math.round(rounds.at(-1)?.decisions.perSecond ?? 0)} decisions a second`);
  }
  introspection.stop();
  const by = rounds[0]?.inserts.by ?? '';
  return [
    row('recorded decisions, 64 connections', '/s', rounds.map((one) => one.decisions.perSecond), { atLeast: 8_000 }),
    row('– p50', 'ms', rounds.map((one) => one.decisions.p50)),
    row('– p99', 'ms', rounds.map((one) => one.decisions.p99), { atMost: 40 }),
    row('oidc-provider introspection, in memory, unrecorded', '/s', rounds.map((one) => one.introspection.perSecond)),
    row('– p99', 'ms', rounds.map((one) => one.introspection.p99)),
    row('decisions ÷ introspection', '×', rounds.map((one) => one.decisions.perSecond / one.introspection.perSecond), { atLeast: 1 }),
    row(`raw one-row insert, 64 clients (${by})`, '/s', rounds.map((one) => one.inserts.perSecond)),
    row('decisions ÷ raw insert', '×', rounds.map((one) => one.decisions.perSecond / one.inserts.perSecond), { atLeast: 0.35 }),
  ]; // prettier-ignore
}

async function lookupRows(ground: Ground, crew: Crew): Promise<Row[]> {
  await crew.renew();
  await pressLookups(ground, crew, size.warmUp);
  const rounds = [];
  for (let round = 1; round <= size.rounds; round += 1) {
    say(`lookups, round ${round} of ${size.rounds}`);
    await crew.renew();
    rounds.push(await pressLookups(ground, crew, size.seconds));
    say(`${Math.round(rounds.at(-1)?.perSecond ?? 0)} lookups a second`);
  }
  await crew.renew();
  say('lookups beside a slow supply point');
  const { alone, beside, slow } = await pressBesideSlowPoint(ground, crew, size.seconds);
  return [
    row('lookups, 64 connections', '/s', rounds.map((one) => one.perSecond), { atLeast: 2_000 }),
    row('– p50', 'ms', rounds.map((one) => one.p50)),
    row('– p99', 'ms', rounds.map((one) => one.p99), { atMost: 60 }),
    row('lookups p99, 16 connections, no slow point', 'ms', [alone.p99]),
    row('lookups p99, 16 connections, beside a point slow by 2 s', 'ms', [beside.p99], { atMost: 60 }),
    row('– of the slow point, p50', 'ms', [slow.p50]),
  ]; // prettier-ignore
}

async function peopleRows(ground: Ground, crew: Crew): Promise<Row[]> {
  const { people, nominationMs, approvalMs, acknowledgements, credentials } = crew.enrolment;
  say('declaration to first lookup');
  const first = await firstLookups(ground, options.quick ? 3 : 10);
  return [
    row(`nomination of ${people}, checked`, 'ms', [nominationMs]),
    row(`approval of ${people}, recorded`, 'ms', [approvalMs]),
    row('nomination and approval', 'ms', [nominationMs + approvalMs], { atMost: 2_000 }),
    row('acknowledge p95', 'ms', [quantile(acknowledgements, 0.95)], { atMost: 20 }),
    row('credential p95', 'ms', [quantile(credentials, 0.95)], { atMost: 20 }),
    row('declaration → first lookup, all calls made', 'ms', first, { atMost: 1_000 }),
  ];
}

async function measure(ground: Ground): Promise<Row[]> {
  say(`nomination of ${PEOPLE} people`);
  const crew = await Crew.gather(ground, PEOPLE, size.working);
  const rows = [
    ...(await peopleRows(ground, crew)),
    ...(await decisionRows(ground, crew)),
    ...(await lookupRows(ground, crew)),
    ...(await ledgerRows(ground, size.ledger)),
    ...(await consoleRows(ground, size.rounds)),
  ];
  return [
    row('first start to ready (database made, sample data seeded)', 'ms', [ground.firstStartMs]),
    row('start to ready', 'ms', [ground.service.startMs], { atMost: 5_000 }),
    row('resident memory of the service after all this', 'MB', [(await ground.service.residentMegabytes()) ?? Number.NaN], { atMost: 300 }),
    ...rows,
  ]; // prettier-ignore
}

say('starting the service, its database and the sample wheeling system');
const ground = await Ground.start(nodeOptions);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void ground.stop().finally(() => process.exit(1)));
}
try {
  const about = await machine(ground.owner);
  const rows = options.console ? await consoleRows(ground, size.rounds) : await measure(ground);
  const report = { ...about, quick: options.quick, rows };
  await writeFile(options.out, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`${table(about, rows)}\n`);
  say(`written to ${options.out}`);
} finally {
  await ground.stop();
}
