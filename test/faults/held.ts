import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FaultyCluster } from './cluster.js';
import { Ground, outcomeOf, NIGHTLY } from './ground.js';
import type { Outcome } from './fault.js';
import type { Held } from './night.js';
import { plot, type Sample } from './plot.js';

const AT_ONCE = 16;
const MEASURE_MS = 10_000;
const SAMPLE_MS = 10_000;
/** Credentials live for five minutes. */
const RENEW_MS = 180_000;
const NIGHT_EVERY_MS = 5_000;

const quantile = (values: number[], share: number): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};

/** Lookups by all hands, each as soon as the last was answered, or in step with a rate. */
class Hands {
  latencies: number[] = [];
  errors: string[] = [];
  private turn = 0;

  constructor(private readonly ground: Ground) {}

  async press(forMs: number, perSecond = Infinity): Promise<void> {
    const begun = performance.now();
    const hand = async (): Promise<void> => {
      while (performance.now() < begun + forMs) {
        const turn = (this.turn += 1);
        const due = perSecond === Infinity ? 0 : this.due(begun, perSecond) - performance.now();
        if (due > 0) await pause(due);
        await this.lookUp(this.ground.held[turn % this.ground.held.length], turn);
      }
    };
    this.slots = 0;
    await Promise.all(Array.from({ length: AT_ONCE }, hand));
  }

  private slots = 0;
  private due(begun: number, perSecond: number): number {
    this.slots += 1;
    return begun + (this.slots * 1_000) / perSecond;
  }

  private async lookUp(held: Held | undefined, turn: number): Promise<void> {
    if (!held) throw new Error('somebody presses');
    const asked = performance.now();
    const token = held.operator.token;
    let answer = await this.ground.night.lookup(held, turn);
    // The credential was renewed while this question with the old one was under way: any operator's terminal asks again.
    if (answer?.status === 401 && held.operator.token !== token)
      answer = await this.ground.night.lookup(held, turn);
    this.latencies.push(performance.now() - asked);
    if (answer?.status !== 200 || answer.body.outcome !== 'found')
      this.errors.push(`${answer?.status} ${answer?.body.code ?? answer?.body.outcome}`);
  }

  take(): { latencies: number[]; errors: string[] } {
    const taken = { latencies: this.latencies, errors: this.errors };
    this.latencies = [];
    this.errors = [];
    return taken;
  }
}

async function resident(pid: number): Promise<number> {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
}

/** Until it is over: each `everyMs`, whether or not the last turn has ended late. */
async function again(isOver: () => boolean, everyMs: number, work: () => Promise<void>): Promise<void> {
  while (!isOver()) {
    const until = performance.now() + everyMs;
    await work();
    while (!isOver() && performance.now() < until) await pause(100);
  }
}

/** Half of what was just measured, for so long, with declarations, shifts and lifts going on. → where it is written */
async function held(ground: Ground, minutes: number): Promise<{ samples: Sample[]; most: number; errors: string[] }> {
  const hands = new Hands(ground);
  await hands.press(MEASURE_MS / 2);
  hands.take();
  await hands.press(MEASURE_MS);
  const most = hands.take().latencies.length / (MEASURE_MS / 1_000);
  const samples: Sample[] = [];
  const errors: string[] = [];
  let [isOver, nights] = [false, 0];
  const begun = performance.now();
  const over = (): boolean => isOver;
  const beside = [
    again(over, SAMPLE_MS, async () => {
      const taken = hands.take();
      errors.push(...taken.errors);
      if (performance.now() - begun < SAMPLE_MS / 2) return;
      samples.push({
        atSeconds: (performance.now() - begun) / 1_000,
        lookupsPerSecond: taken.latencies.length / (SAMPLE_MS / 1_000),
        p50: quantile(taken.latencies, 0.5),
        p99: quantile(taken.latencies, 0.99),
        errors: taken.errors.length,
        nights,
        residentMegabytes: await Promise.all(ground.fleet.addresses.map((_, n) => resident(ground.fleet.process(n).pid))),
      });
    }),
    again(over, RENEW_MS, () => Promise.all(ground.held.map((one) => ground.night.renew(one))).then(() => undefined)),
    ...NIGHTLY.map((pair, index) =>
      again(over, NIGHT_EVERY_MS, async () => {
        await ground.night.whole(pair, index * 10_000 + nights);
        nights += 1;
      }),
    ),
  ];
  await hands.press(minutes * 60_000, most / 2).finally(() => (isOver = true));
  await Promise.all(beside);
  errors.push(...hands.take().errors);
  return { samples, most, errors };
} // prettier-ignore

/** → the outcome; the plot and the figures are written beside each other. */
export async function heldLoad(minutes: number, out = join(tmpdir(), 'kashikagi-held')): Promise<Outcome> {
  const cluster = await FaultyCluster.make();
  try {
    await cluster.start();
    await cluster.furnish();
    const ground = await Ground.start({ database: cluster, wheelingUrl: process.env['TEST_WHEELING_URL'] ?? '' }); // prettier-ignore
    try {
      const { samples, most, errors } = await held(ground, minutes);
      const title = `${minutes} min at half of ${Math.round(most)} lookups/s, two instances, ${samples.at(-1)?.nights ?? 0} declarations from beginning to end`; // prettier-ignore
      await writeFile(`${out}.svg`, plot(title, samples));
      await writeFile(`${out}.json`, `${JSON.stringify({ title, most, errors, samples }, null, 2)}\n`);
      const faults =
        errors.length === 0 ? [] : [`${errors.length} errors: ${[...new Set(errors)].join(', ')}`];
      const outcome = await outcomeOf(ground, { name: 'load held', broken: title, recoveries: [], faults });
      const [first, last] = [samples[0], samples.at(-1)];
      const grown = `resident ${first?.residentMegabytes.map(Math.round).join(', ')} → ${last?.residentMegabytes.map(Math.round).join(', ')} MB, p99 ${Math.round(first?.p99 ?? 0)} → ${Math.round(last?.p99 ?? 0)} ms`; // prettier-ignore
      return { ...outcome, seen: `${outcome.seen}; ${grown}; ${out}.svg` };
    } finally {
      await ground.stop();
    }
  } finally {
    await cluster.remove();
  }
}
