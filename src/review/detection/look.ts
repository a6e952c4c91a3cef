import { LongWork } from '../long-work.js';
import { Detection } from './detect.js';
import { useOf, type UseRow } from './use.js';

/** All uses by all rules, a page at a time; whatever else the process has to do comes in between, also within a page. */
export async function lookThrough(
  pages: AsyncIterable<readonly UseRow[]>,
  work = new LongWork(),
): Promise<Detection> {
  const detection = new Detection();
  for await (const rows of pages) {
    for (const row of rows) {
      detection.see(useOf(row));
      if (work.isDue) await work.rest();
    }
  }
  return detection;
}
