/**
 * The sample wheeling system as a process of its own.
 * Reads WHEELING_DATABASE_URL and WHEELING_PORT (0 or absent: any free port); prints one JSON line when ready.
 * Ends on SIGTERM or SIGINT, and when the parent that holds its IPC channel or standard input is gone.
 */
import { fstatSync } from 'node:fs';
import { startSampleWheeling } from './server.js';

const databaseUrl = process.env['WHEELING_DATABASE_URL'];
if (databaseUrl === undefined) {
  process.stderr.write('WHEELING_DATABASE_URL is not set\n');
  process.exit(64);
}

// Before the data is made: a parent that dies meanwhile must not leave this process behind.
let ending: () => void = () => process.exit(0);
process.on('SIGTERM', () => ending());
process.on('SIGINT', () => ending());
whenParentIsGone(() => ending());

const system = await startSampleWheeling({ databaseUrl, port: Number(process.env['WHEELING_PORT'] ?? 0) });
ending = () => {
  ending = () => undefined;
  void system.close().finally(() => process.exit(0));
};
process.stdout.write(
  `${JSON.stringify({ wheeling_url: system.url, drill_wheeling_url: system.drillUrl })}\n`,
);

/** Standard input counts only if a parent can hold it: not a terminal, a file or /dev/null. */
function whenParentIsGone(then: () => void): void {
  if (process.connected) {
    process.once('disconnect', then);
    return;
  }
  const input = fstatSync(0);
  if (!input.isFIFO() && !input.isSocket()) return;
  process.stdin.once('end', then).once('error', then).resume();
}
