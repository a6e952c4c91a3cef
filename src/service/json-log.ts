import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Level, type Logger } from 'pino';
import { AccessLine } from '../http/access-lines.js';
import type { LogLevel } from '../config/log-level.js';

/**
 * What the service says, as one line of JSON each: `level`, `time`, `context`, `msg`, and the members of an access line. An
 * error's message is never written, since it may quote a value: only its kind and where it happened.
 */
export class JsonLog implements LoggerService {
  private readonly out: Logger;

  constructor(level: LogLevel, to?: DestinationStream) {
    const options = {
      level,
      base: { service: 'kashikagi', pid: process.pid },
      messageKey: 'msg',
      formatters: { level: (label: string) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
    };
    // Written when it is said: what was said last before an end is what one wants to read.
    this.out = pino(options, to ?? pino.destination({ fd: 1, sync: true }));
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.say('info', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.say('warn', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.say('error', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.say('debug', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.say('fatal', message, rest);
  }

  /** Nest hands its own `Logger`'s context over as the last part; what stands before it is a stack, if anything. */
  private say(level: Level, message: unknown, rest: readonly unknown[]): void {
    if (!this.out.isLevelEnabled(level)) return;
    const context = typeof rest.at(-1) === 'string' ? rest.at(-1) : undefined;
    const frames = rest.slice(0, -1).flatMap((part) => (typeof part === 'string' ? framesIn(part) : []));
    const at = message instanceof Error ? framesIn(message.stack ?? '') : frames;
    const fields = message instanceof AccessLine ? message.fields : {};
    this.out[level]({ context, ...fields, ...(at.length > 0 && { at }) }, textOf(message));
  }
}

const FRAMES = 6;
const framesIn = (stack: string): string[] =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, FRAMES)
    .map((line) => line.trim());

function textOf(message: unknown): string {
  if (message instanceof AccessLine) return 'request';
  if (message instanceof Error) return message.name;
  return typeof message === 'string' ? message : 'something that is no text';
}
