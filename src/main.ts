import 'reflect-metadata';
import { ConsoleLogger } from '@nestjs/common';
import { Settings } from './config/settings.js';
import { startService, type RunningService } from './service/service.js';
import { startFailure } from './service/start-failure.js';

/** The service: API, console, clockwork. What stops it at start says so in one line. */
async function main(): Promise<void> {
  const settings = Settings.read(process.env);
  const logger = new ConsoleLogger('kashikagi', {
    json: settings.isProduction,
    colors: process.stdout.isTTY,
    logLevels: ['log', 'warn', 'error'],
  });
  const starting = startService(settings, quiet(logger));
  stopOnSignals(starting, logger);
  logger.log(`ready at ${(await starting).url}`, 'start');
}

/** Nest tells every route at start; a newcomer wants to see where the service is. */
function quiet(logger: ConsoleLogger): ConsoleLogger {
  const told = new Set(['start', 'http', 'sweep']);
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
function stopOnSignals(starting: Promise<RunningService>, logger: ConsoleLogger): void {
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

await main().catch((error: unknown) => {
  const line = startFailure(error);
  console.error(line === undefined ? error : `kashikagi: ${line}`);
  process.exit(1);
});
