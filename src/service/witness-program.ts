import { machineSeconds } from '../clock/machine-clock.js';
import { witnessCommand } from '../ledger/witness/command.js';

/** `kashikagi witness` until a signal ends it. → 2 when it could not start. */
export async function runWitness(words: readonly string[]): Promise<number> {
  const server = await witnessCommand(words, {
    out: (line) => console.log(line),
    err: (line) => console.error(line),
    seconds: machineSeconds,
  });
  if (!server) return 2;
  await new Promise<void>((stop) => {
    // What is under way gets its answer: it is remembered by then.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
  });
  await server.close();
  return 0;
}
