import 'reflect-metadata';
import type { LoggerService } from '@nestjs/common';
import { LOG_LEVELS } from '../config/log-level.js';
import type { Settings } from '../config/settings.js';
import { JsonLog } from './json-log.js';
import { LinesForPeople } from './lines-for-people.js';
import { startService, type RunningService } from './service.js';

/** Runs the service in this process until a signal ends it. Errors: as `startService`. */
export async function runInForeground(settings: Settings): Promise<void> {
  const logger = loggerOf(settings);
  const starting = startService(settings, quiet(logger, settings.isProduction ? ['access'] : []));
  stopOnSignals(starting, logger);
  const { url, listensAt } = await starting;
  logger.log(`ready at ${url}${url === listensAt ? '' : ` (listening on ${listensAt})`}`, 'start');
}

/** Lines of JSON for machines in production; lines for people in the demonstration. */
function loggerOf({ isProduction, logLevel }: Settings): LoggerService {
  if (isProduction) return new JsonLog(logLevel);
  const known = LOG_LEVELS.slice(LOG_LEVELS.indexOf(logLevel));
  const logLevels = known.map((level) => (level === 'info' ? 'log' : level));
  return new LinesForPeople('kashikagi', {
    prefix: 'kashikagi',
    logLevels,
    ...(!process.stdout.isTTY && { colors: false }),
  });
}

/** Nest tells every route at start; a newcomer wants to see where the service is. */
function quiet(logger: LoggerService, more: string[]): LoggerService {
  const told = new Set(['start', 'http', 'sweep', ...more]);
  const log = logger.log.bind(logger);
  logger.log = (message: unknown, ...rest: unknown[]) => {
    if (told.has(String(rest.at(-1)))) log(message, ...(rest as []));
  };
  return logger;
}

/**
 * A signal during the start waits for its end: half a start leaves no database running either. Further signals
 * change nothing, since a terminal and npm both send theirs.
 */
function stopOnSignals(starting: Promise<RunningService>, logger: LoggerService): void {
  let isStopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    logger.log(`${signal}: finishing what is under way`, 'start');
    await (await starting).stop();
    logger.log('stopped', 'start');
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // A start that fails while it is to be stopped tells why by itself.
    process.on(signal, () => void stop(signal).catch(() => undefined));
  }
}
