import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/package-root.js';

const MOST = { perSecond: 1_000_000, burst: 1_000_000 };

/**
 * The demonstration's settings with every limit out of reach: a few hundred people press here as thousands would. The
 * counting itself, also of lookups within an hour, is done as ever, so its cost is in the figures. → the path of the file
 */
export async function settingsWithoutReach(folder: string): Promise<string> {
  const shipped = await readFile(join(packageRoot(), 'config', 'demonstration.json'), 'utf8');
  const limits = {
    address: MOST,
    person: MOST,
    terminal: MOST,
    organization: MOST,
    organizationAtOnce: 1_000_000,
    endings: MOST,
    system: MOST,
    lookupsPerHour: 1_000_000,
  };
  const file = join(folder, 'bench.json');
  await writeFile(file, JSON.stringify({ ...(JSON.parse(shipped) as object), limits }));
  return file;
}
