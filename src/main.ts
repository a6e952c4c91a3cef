import { Settings } from './config/settings.js';
import { startFailure } from './service/start-failure.js';

/**
 * The service: API, console, clockwork. What stops it at start says so in one line; a wrong setting does at once,
 * before anything else is loaded.
 */
async function main(): Promise<void> {
  const settings = Settings.read(process.env);
  const { runInForeground } = await import('./service/foreground.js');
  await runInForeground(settings);
}

await main().catch((error: unknown) => {
  const line = startFailure(error);
  console.error(line === undefined ? error : `kashikagi: ${line}`);
  process.exit(1);
});
