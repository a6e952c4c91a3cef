import { ConsoleLogger } from '@nestjs/common';
import { machineSeconds } from '../clock/machine-clock.js';

const JST_SECONDS = 9 * 3_600;

/** The log of the demonstration: a line each, times of Japan with their offset, whatever zone the machine is in. */
export class LinesForPeople extends ConsoleLogger {
  protected override getTimestamp(): string {
    return japaneseTime(machineSeconds());
  }
}

/** → `2026-11-23T21:04:05+09:00` of seconds since 1970. */
export function japaneseTime(seconds: number): string {
  return `${new Date((seconds + JST_SECONDS) * 1_000).toISOString().slice(0, 19)}+09:00`;
}
