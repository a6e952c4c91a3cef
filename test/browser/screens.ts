/**
 * `npm run screens`: pictures of every screen on a phone, a tablet and a desktop, into screens/, to be looked at. The
 * service is the real one, on its sample data.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import globalSetup from '../harness/global-setup.js';
import globalTeardown from '../harness/global-teardown.js';
import { Consoles, DESKTOP, PHONE, TABLET, type Language } from './console.js';

const SIZES = { phone: PHONE, tablet: TABLET, desktop: DESKTOP };
const FOLDER = 'screens';

interface Shown {
  name: string;
  person: string | null;
  path: string;
}

/** A disaster under way, a drill, something that waits, and one that is over. */
async function stage(consoles: Consoles): Promise<Shown[]> {
  const { storm } = consoles.broker;
  const over = await storm.declared({ name: '台風15号', target_area: ['122033'] });
  const hq = await storm.person('hq-1');
  await hq.post(`/api/v1/declarations/${over.id}/lift`, { reason: '復旧が完了したため' });
  const live = await storm.declared({ target_area: ['272035', '271004', '131130', '14'] });
  const call = await storm.called(live.id);
  const people = Array.from({ length: 12 }, (_, n) => `operator-a-${String(n + 1).padStart(2, '0')}`);
  const given = await storm.nominated(call.id, people.slice(0, 4));
  await storm.approved(given.id);
  const waiting = await storm.nominated(call.id, [...people.slice(4), 'operator-a-37', 'operator-a-38']);
  const until = { hard_end_at: storm.in(30), reason: '復旧に時間を要するため', outage_households: 12_000 };
  await hq.post(`/api/v1/declarations/${live.id}/extend`, until);
  const drill = await storm.declare(hq, { name: '合同訓練', is_drill: true, target_area: ['13'] });
  return [
    { name: 'sign-in', person: null, path: '/' },
    { name: 'hq-board', person: 'hq-2', path: '/' },
    { name: 'hq-declare', person: 'hq-2', path: '/declare' },
    { name: 'hq-declaration', person: 'hq-2', path: `/declarations/${live.id}` },
    { name: 'hq-drill', person: 'hq-2', path: `/declarations/${drill.id}` },
    { name: 'hq-call', person: 'hq-2', path: `/declarations/${live.id}/call` },
    { name: 'hq-nomination', person: 'hq-2', path: `/nominations/${waiting.id}` },
    { name: 'hq-grants', person: 'hq-2', path: '/grants' },
    { name: 'hq-changes', person: 'hq-2', path: '/changes' },
    { name: 'hq-certificate', person: 'hq-2', path: `/declarations/${over.id}/certificate` },
    { name: 'inbox', person: 'supervisor-a', path: '/inbox' },
  ];
}

async function take(
  consoles: Consoles,
  shown: readonly Shown[],
  size: keyof typeof SIZES,
  language: Language,
): Promise<void> {
  for (const { name, person, path } of shown) {
    const of = { language, size: SIZES[size] };
    const window = person === null ? await consoles.window(of) : await consoles.as(person, of);
    await window.open(path);
    await window.page.waitForLoadState('networkidle');
    await window.page.screenshot({ path: join(FOLDER, `${name}-${size}-${language}.png`), fullPage: true });
    await window.context.close();
  }
}

await globalSetup();
const consoles = await Consoles.start();
try {
  await mkdir(FOLDER, { recursive: true });
  const shown = await stage(consoles);
  for (const size of Object.keys(SIZES) as (keyof typeof SIZES)[]) await take(consoles, shown, size, 'ja');
  await take(consoles, shown, 'desktop', 'en');
} finally {
  await consoles.stop();
  await globalTeardown();
}
