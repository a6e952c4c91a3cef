import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { StartError } from '../database/embedded/start-error.js';

export interface SampleProcess {
  url: string;
  drillUrl: string;
  stop(): Promise<void>;
}

/** The sample wheeling system as a process of its own; it ends with us, whichever way we end. */
export async function startSampleProcess(databaseUrl: string): Promise<SampleProcess> {
  const program = new URL('../wheeling/sample/main.js', import.meta.url);
  const child = fork(program, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { PATH: process.env['PATH'], WHEELING_DATABASE_URL: databaseUrl },
    // A group of its own: Ctrl-C at the terminal reaches us first, and we stop it after draining.
    detached: true,
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const ready = await Promise.race([
    once(lines, 'line').then(
      ([line]) => JSON.parse(String(line)) as { wheeling_url: string; drill_wheeling_url: string },
    ),
    exited.then(() => {
      throw new StartError('the sample wheeling system did not start; its message stands above');
    }),
  ]);
  return {
    url: ready.wheeling_url,
    drillUrl: ready.drill_wheeling_url,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await exited;
    },
  };
}
