import { parseArgs } from 'node:util';
import globalSetup from '../harness/global-setup.js';
import globalTeardown from '../harness/global-teardown.js';
import { FAULTS } from './all.js';
import { bounded } from './bounded.js';
import { violations } from './invariants.js';
import type { Fault, Outcome } from './fault.js';
import { heldLoad } from './held.js';

/**
 * `npm run faults [-- <name> … --short]`, `npm run faults -- --held 30`: breaks the service in every way that a disaster does, prints a table, and
 * fails when anything did not hold.
 */
const { values: options, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: 'boolean', default: false },
    /** Holds a load for so many minutes instead of breaking anything. */
    held: { type: 'string' },
    out: { type: 'string' },
  },
});
const scale = options.short ? 'short' : 'full';
const held: Fault = {
  name: 'held',
  run: async (_scale, told) => told(await heldLoad(Number(options.held), options.out)),
};
const chosen =
  options.held !== undefined
    ? [held]
    : FAULTS.filter(({ name }) => named.length === 0 || named.some((word) => name.includes(word)));

/** Far beyond what any fault takes in its full form: who reaches it hangs. A load is held for as long as was asked. */
const FAULT_WITHIN_MS = 3 * 3_600_000 + Number(options.held ?? 0) * 60_000;
const CLEAN_WITHIN_MS = 60_000;
const SAID_WITHIN_MS = 10_000;

const say = (line: string): void => {
  process.stderr.write(`${(performance.now() / 1000).toFixed(1).padStart(6)} s  ${line}\n`);
};

function recovery({ evidence }: Outcome): string {
  const took = (evidence?.recoveries ?? []).map((one) => one.tookMs ?? Infinity).sort((a, b) => a - b);
  if (took.length === 0) return '–';
  const [median, worst] = [took[Math.floor(took.length / 2)], took.at(-1)];
  return took.length === 1 ? `${Math.round(median ?? 0)} ms` : `${Math.round(median ?? 0)} ms, at most ${Math.round(worst ?? 0)} ms`; // prettier-ignore
}

const rows = ['| fault | what was broken | what stood afterwards | recovery |', '|---|---|---|---|'];
let hasFailed = false;

function tell(outcome: Outcome): void {
  const broken = (outcome.evidence ? violations(outcome.evidence) : []).map(
    ({ of, says }) => `${of}: ${says}`,
  );
  const wrong = [...outcome.faults, ...broken];
  for (const one of wrong) say(`  ✗ ${one}`);
  if (outcome.unanswered) say(`  callers met ${JSON.stringify(outcome.unanswered)}`);
  if (wrong.length > 0) hasFailed = true;
  const stood =
    wrong.length === 0 ? `all held: ${outcome.seen}` : `**${wrong.length} did not hold**: ${outcome.seen}`;
  rows.push(`| ${outcome.name} | ${outcome.broken} | ${stood} | ${recovery(outcome)} |`);
  say(`  ${outcome.name}: ${stood}; recovery ${recovery(outcome)}`);
}

function notTried(what: string, error: unknown): void {
  hasFailed = true;
  rows.push(`| ${what} | – | **could not be tried to its end** | – |`);
  say(`  ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}

/** Idle connections of callers would keep the program for as long as they are kept alive. */
function end(): void {
  const code = hasFailed || chosen.length === 0 ? 1 : 0;
  process.stdout.write(`${rows.join('\n')}\n`, () => process.exit(code));
  // Also where nobody reads what it says.
  setTimeout(() => process.exit(code), SAID_WITHIN_MS);
}

// What waits for something that nothing will ever bring empties the loop, and Node would leave without a word.
process.once('beforeExit', () => {
  notTried('the program', new Error('it waits for something that does not come'));
  end();
});
try {
  await globalSetup();
  for (const fault of chosen) {
    say(fault.name);
    await bounded(fault.name, FAULT_WITHIN_MS, fault.run(scale, tell)).catch((error: unknown) =>
      notTried(fault.name, error),
    );
  }
} catch (error) {
  notTried('ground', error);
} finally {
  await bounded('cleaning up', CLEAN_WITHIN_MS, globalTeardown()).catch((error: unknown) =>
    notTried('cleaning up', error),
  );
}
end();
