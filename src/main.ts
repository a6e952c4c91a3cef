import 'reflect-metadata';
import { ConsoleLogger } from '@nestjs/common';
import { KeyFileError } from './config/key-files.js';
import { Settings, SettingsError } from './config/settings.js';
import { StartError } from './database/embedded/start-error.js';
import { startService, type RunningService } from './service/service.js';

/** The service: API, console, clockwork. What stops it at start says so in one line. */
async function main(): Promise<void> {
  const settings = Settings.read(process.env);
  const logger = new ConsoleLogger('kashikagi', {
    json: settings.isProduction,
    colors: process.stdout.isTTY,
    logLevels: ['log', 'warn', 'error'],
  });
  const service = await startService(settings, quiet(logger));
  logger.log(`ready at ${service.url}`, 'start');
  stopOnSignals(service, logger);
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

function stopOnSignals(service: RunningService, logger: ConsoleLogger): void {
  let stopping: Promise<void> | undefined;
  const stop = (signal: string): void => {
    if (stopping) return;
    logger.log(`${signal}: finishing what is under way`, 'start');
    stopping = service.stop().then(() => {
      logger.log('stopped', 'start');
      process.exit(0);
    });
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
}

function isExpected(error: unknown): error is Error {
  if (error instanceof SettingsError || error instanceof StartError || error instanceof KeyFileError)
    return true;
  return (
    error instanceof Error &&
    ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL'].includes((error as NodeJS.ErrnoException).code ?? '')
  );
}

await main().catch((error: unknown) => {
  console.error(isExpected(error) ? `kashikagi: ${error.message}` : error);
  process.exit(1);
});
