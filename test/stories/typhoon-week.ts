import type { Stage } from './stage.js';
import { peacetime } from './week/1-peacetime.js';
import { preparations } from './week/1-preparations.js';
import { drill } from './week/2-drill.js';
import { watch } from './week/3-watch.js';
import { declaration } from './week/4-declaration.js';
import { support } from './week/5-support.js';
import { atTheTerminal } from './week/6-at-the-terminal.js';
import { onThePhone } from './week/6-on-the-phone.js';
import { tickets } from './week/6-tickets.js';
import { changeover } from './week/7-changeover.js';
import { incident } from './week/7-incident.js';
import { masterDataEnds } from './week/8-master-data-ends.js';
import { twoDisasters } from './week/8-two-disasters.js';
import { afterwards } from './week/9-afterwards.js';
import { theEnd } from './week/9-the-end.js';
import { verified, type KeptOutside } from './week/9-verified.js';

/** A typhoon week, a day a chapter: from peacetime to peacetime, with its ways to end and to be refused. */
export async function typhoonWeek(stage: Stage, kept: KeptOutside): Promise<void> {
  await peacetime(stage);
  const prepared = await preparations(stage);
  const exercise = await drill(stage, prepared);
  await watch(stage);
  const typhoon = await declaration(stage, prepared);
  const supported = await support(stage, typhoon, exercise);
  const early = await atTheTerminal(stage, prepared, supported);
  await onThePhone(stage, early, typhoon.first);
  await tickets(stage, early);
  const late = await changeover(stage, prepared, typhoon, supported, early);
  await incident(stage, prepared.plan, late, typhoon.first);
  const downpour = await twoDisasters(stage, typhoon, late);
  await masterDataEnds(stage, prepared, typhoon, supported, late);
  await theEnd(stage, typhoon, downpour);
  await afterwards(stage, typhoon, { drill: exercise, downpour });
  await verified(stage, kept);
}
