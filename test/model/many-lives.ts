import 'reflect-metadata';
import globalSetup from '../harness/global-setup.js';
import globalTeardown from '../harness/global-teardown.js';
import { live } from './life.js';

/**
 * `npm run model -- 2000 [seed]`: as many sequences as wanted, in lives of their own databases, since the clock only
 * goes on. Says what was lived; ends with 1 at the first life that went otherwise than the model, told as short as can be.
 */
const LIVES_A_DATABASE = 100;

async function main(wanted: number, seed: number): Promise<void> {
  await globalSetup();
  const total = { sequences: 0, acts: 0, lookups: 0, values: 0 };
  try {
    while (total.sequences < wanted) {
      const lived = await live(Math.min(LIVES_A_DATABASE, wanted - total.sequences), seed + total.sequences);
      for (const name of ['sequences', 'acts', 'lookups', 'values'] as const) total[name] += lived[name];
      console.log(JSON.stringify(total));
    }
  } finally {
    await globalTeardown();
  }
}

const [wanted = '100', seed = '1'] = process.argv.slice(2);
await main(Number(wanted), Number(seed));
