import { ConsoleLogger } from '@nestjs/common';
import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import 'reflect-metadata';
import { Settings } from '../../src/config/settings.js';
import { startService } from '../../src/service/service.js';
import { typhoonWeek } from './typhoon-week.js';
import { Narrator } from './narrator.js';
import { Stage } from './stage.js';
import { Storm } from './storm.js';
import { keptOutside } from './week/9-verified.js';

/**
 * `npm run story`: plays a typhoon week over HTTP, on a fresh service of its own (its data stay in
 * `.kashikagi-story` for whoever wants to look), and ends with 1 if anything went otherwise.
 */
async function main(): Promise<boolean> {
  const dataFolder = '.kashikagi-story';
  await rm(dataFolder, { recursive: true, force: true });
  await mkdir(dataFolder);
  await chmod(dataFolder, 0o755);
  const settings = Settings.read({ KASHIKAGI_DATA: dataFolder, KASHIKAGI_PORT: '0' });
  const service = await startService(settings, new ConsoleLogger({ logLevels: ['error'] }));
  try {
    const run = JSON.parse(await readFile(join(dataFolder, 'run.json'), 'utf8')) as {
      url: string;
      wheeling_url: string;
      drill_wheeling_url: string;
    };
    const narrator = new Narrator();
    const urls = { wheeling: run.wheeling_url, drill: run.drill_wheeling_url };
    await typhoonWeek(new Stage(new Storm(run.url), urls, narrator), await keptOutside(run.url, dataFolder));
    return narrator.end();
  } finally {
    await service.stop();
  }
}

process.exit((await main()) ? 0 : 1);
