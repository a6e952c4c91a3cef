import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { Storm } from '../stories/storm.js';
import { Instances } from './instances.js';
import { Rounds, sum, type Round } from './rounds.js';

/**
 * How long an ending takes under load, and whether a use stands after it: three services as processes of their
 * own, 64 connections, thousands of live grants. Each round revokes one grant and then lifts the declaration.
 * `node dist/test/bench/endings.js [--rounds 20]`
 */
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, live: { type: 'string', default: '5000' } },
});
const ROUNDS = Number(options.rounds);
const INSTANCES = 3;
const SIZE = { pressing: 96, idle: Number(options.live), connections: 64 };

function told(what: string, values: number[]): string {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
  return `${what}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms`;
}

console.error('starting the services');
const instances = await Instances.start(INSTANCES);
const owner = new Client({ connectionString: instances.ownerUrl });
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void instances.stop().finally(() => process.exit(1)));
}
try {
  await owner.connect();
  const rounds = new Rounds(new Storm(instances.addresses[0] ?? ''), instances.addresses, owner);
  console.error('enrolling the operators');
  await rounds.prepare(SIZE.idle);
  console.error('warming up');
  // The first one warms up: plans, remembered secrets, compiled code.
  await rounds.run(0, SIZE);
  const results: Round[] = [];
  for (let n = 1; n <= ROUNDS; n += 1) {
    const round = await rounds.run(n, SIZE);
    results.push(round);
    console.error(
      `round ${n}: read ${round.readMs.toFixed(1)} ms, revoke ${round.revokeMs.toFixed(1)} ms, lift ${round.liftMs.toFixed(1)} ms, ` +
        `${Math.round(round.decisionsPerSecond)} decisions/s, ${round.permitted} permits, ${round.after} after an end`,
    );
  }
  console.log(
    `${ROUNDS} rounds, ${INSTANCES} instances, ${SIZE.connections} connections, ${SIZE.idle} live grants`,
  );
  const times = (of: (round: Round) => number): number[] => results.map(of);
  console.log(told('a plain read', times((one) => one.readMs))); // prettier-ignore
  console.log(told('revoke', times((one) => one.revokeMs))); // prettier-ignore
  console.log(told('lift', times((one) => one.liftMs))); // prettier-ignore
  const pressing = sum(results, (one) => one.decisionsPerSecond) / results.length;
  console.log(
    `${Math.round(pressing)} decisions/s pressing; ${sum(results, (one) => one.after)} uses after an end`,
  );
} finally {
  await owner.end();
  await instances.stop();
}
