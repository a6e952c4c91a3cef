import type { Stage } from './stage.js';
import { peacetime } from './week/1-peacetime.js';
import { preparations } from './week/1-preparations.js';
import { drill } from './week/2-drill.js';
import { watch } from './week/3-watch.js';
import { declaration } from './week/4-declaration.js';

/** A typhoon week, a day a chapter: from peacetime to peacetime, with every way to end and to be refused. */
export async function typhoonWeek(stage: Stage): Promise<void> {
  await peacetime(stage);
  const prepared = await preparations(stage);
  await drill(stage, prepared);
  await watch(stage);
  await declaration(stage, prepared);
}
