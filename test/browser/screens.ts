/**
 * `npm run screens`: pictures of every screen on a phone, a tablet and a desktop, into screens/, to be looked at. The
 * service is the real one, on its sample data.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import globalSetup from '../harness/global-setup.js';
import globalTeardown from '../harness/global-teardown.js';
import { samplePoints } from '../stories/storm.js';
import { Consoles, DESKTOP, PHONE, TABLET, type Language, type Window } from './console.js';
import { enrol, seek, startCall } from './operator-acts.js';

const SIZES = { phone: PHONE, tablet: TABLET, desktop: DESKTOP };
const FOLDER = 'screens';

interface Shown {
  name: string;
  person: string | null;
  path: string;
  /** What is done there before the picture is taken; in Japanese only. */
  reach?: (window: Window) => Promise<void>;
  leave?: (window: Window) => Promise<void>;
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
    ...(await shownToOfficers(consoles)),
    ...shownToAuditors(over.id, live.id),
    { name: 'inbox', person: 'supervisor-a', path: '/inbox' },
    ...supervisors(call.id),
    ...(await operators(consoles)),
  ];
}

function supervisors(callId: string): Shown[] {
  const person = 'supervisor-a';
  return [
    { name: 'sv-calls', person, path: '/' },
    { name: 'sv-call', person, path: `/calls/${callId}` },
    { name: 'sv-nominate', person, path: `/calls/${callId}/nominate` },
    {
      name: 'sv-paste',
      person,
      path: `/calls/${callId}/nominate`,
      reach: async ({ page }) => {
        await page.getByLabel('Excel から貼り付ける').check();
        await page.getByLabel(/^名前または識別子/).fill('応対A13号\noperator-a-38\nだれでもない');
        await page.getByRole('button', { name: '名簿と照らし合わせる' }).click();
        await page.getByText('不明 1').waitFor();
      },
    },
    { name: 'sv-people', person, path: '/people' },
    { name: 'sv-terminals', person, path: '/terminals' },
    { name: 'passkeys', person: 'officer-1', path: '/passkeys' },
    { name: 'first-passkey', person: null, path: '/first-passkey' },
  ];
}

async function operators(consoles: Consoles): Promise<Shown[]> {
  const points = await samplePoints(consoles.broker.wheelingUrl);
  const point = points.find((one) => one.outage_state === 'outage');
  if (!point) throw new Error('the sample has a point without power');
  return [
    { name: 'op-none', person: 'operator-b-01', path: '/' },
    { name: 'op-notice', person: 'operator-a-02', path: '/' },
    { name: 'op-terminal', person: 'operator-a-02', path: '/terminal' },
    {
      name: 'op-result',
      person: 'operator-a-01',
      path: '/',
      reach: async (window) => {
        const { page } = window;
        await page.getByRole('heading', { level: 1, name: /本人確認|検索/ }).waitFor();
        if ((await window.heading()) !== '検索') {
          await page.getByLabel(/注意事項をすべて読み/).check();
          await window.press('本人確認をする');
        }
        await page.getByText('登録されていない端末です').waitFor();
        await enrol(consoles, window);
        await window.press('もう一度確かめる');
        await startCall(window);
        await seek(window, point);
        await page.getByRole('heading', { name: '3. 結果' }).waitFor();
      },
      leave: async (window) => {
        const released = window.page.waitForResponse('**/oauth/revoke');
        await window.press('席を離れる（画面を消す）');
        await released;
      },
    },
  ];
}

/** Two proposals that wait; every screen of master data. */
async function shownToOfficers(consoles: Consoles): Promise<Shown[]> {
  const officer = await consoles.broker.storm.person('officer-1');
  const { body } = await officer.get<{ items: { id: string }[] }>('/api/v1/agreements');
  const agreement = body.items[0]?.id ?? '';
  await officer.call('PATCH', `/api/v1/agreements/${agreement}`, {
    chosen_reason: '同じ条件で改めて公募した',
    clauses: ['tasks', 'confidentiality', 'personal_data'],
  });
  const by = (name: string, path: string): Shown => ({ name: `officer-${name}`, person: 'officer-2', path });
  return [
    ...[by('home', '/'), by('changes', '/changes'), by('people', '/people')],
    ...[by('person', '/people/operator-a-38'), by('import', '/people/import')],
    ...[by('organizations', '/organizations'), by('agreement', `/agreements/${agreement}`)],
    ...[by('terminals', '/terminals'), by('profile', '/field-profiles/outage-call')],
    { name: 'compliance-home', person: 'compliance-1', path: '/' },
  ];
}

function shownToAuditors(over: string, live: string): Shown[] {
  const by = (name: string, path: string): Shown => ({ name: `auditor-${name}`, person: 'auditor-1', path });
  return [
    ...[
      by('home', '/'),
      by('records', '/records?type=grant.given'),
      by('declaration', `/declarations/${live}`),
    ],
    ...[by('certificate', `/declarations/${over}/certificate`), by('person', '/people/operator-a-01')],
    ...[by('day', '/people/hq-1/day'), by('finding-new', '/findings/new'), by('proof', '/proof')],
    ...[
      by('fairness', '/reports/fairness'),
      by('retention', '/reports/retention'),
      by('exports', '/exports'),
    ],
  ];
}

async function take(
  consoles: Consoles,
  shown: readonly Shown[],
  size: keyof typeof SIZES,
  language: Language,
): Promise<void> {
  for (const { name, person, path, reach, leave } of shown) {
    const of = { language, size: SIZES[size] };
    const window = person === null ? await consoles.window(of) : await consoles.as(person, of);
    await window.open(path);
    await window.page.waitForLoadState('networkidle');
    if (language === 'ja') await reach?.(window);
    await window.page.screenshot({ path: join(FOLDER, `${name}-${size}-${language}.png`), fullPage: true });
    if (language === 'ja') await leave?.(window);
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
