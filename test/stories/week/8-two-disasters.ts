import { calling, found, given, grantOf, nominated, nothing, shown, takenUp } from '../giving.js';
import { refused } from '../narrator.js';
import { jst, searchOf, type Holder, type Stage } from '../stage.js';
import { seat } from './1-preparations.js';
import type { Declared, Typhoon } from './4-declaration.js';

export interface Downpour {
  id: string;
  holder: Holder;
}

/** 二つの災害: each grant belongs to one of them; areas and ends change, by two persons where more is opened. */
export async function twoDisasters(stage: Stage, typhoon: Typhoon, a: Holder): Promise<Downpour> {
  stage.tell.chapter('第8章 二つの災害');
  const downpour = await second(stage, typhoon);
  await area(stage, typhoon, a);
  await extension(stage, typhoon);
  return downpour;
}

const looking = async (
  stage: Stage,
  holder: Holder,
  municipality: string,
  what: string,
  isFound: boolean,
): Promise<void> => {
  const point = await stage.point('outage', 30, municipality);
  await stage.use(holder, what, (operator) => operator.lookup(searchOf(point)), {
    status: 200,
    say: shown,
    check: isFound ? found : nothing,
  });
};

const TOYONAKA = '272035';
const SUITA = '272051';
const SHIBUYA = '131130';

async function second(stage: Stage, { first }: Typhoon): Promise<Downpour> {
  const { storm } = stage;
  const more = { name: '渋谷区の豪雨', hazard_types: ['豪雨', '洪水'], target_area: [SHIBUYA] };
  const downpour = await stage.act(
    'hq-2',
    '渋谷区の豪雨で発令',
    (hq) => hq.post<Declared>('/api/v1/declarations', storm.declarationBody(more)),
    { status: 201, say: (body) => body.number },
  );
  await stage.act('hq-3', '確認', (hq) => hq.post(`/api/v1/declarations/${downpour.id}/confirm`), {
    status: 200,
  });
  const organizations = [{ organization_id: 'retailer-b', seats: 3 }];
  const call = await calling(stage, downpour, '渋谷区の豪雨、標本エナジー', { organizations });
  const asked = { by: 'supervisor-b', call, ends_at: storm.in(4) };
  const { results } = await nominated(stage, { ...asked, people: ['operator-b-01'] }, 0);
  stage.tell.note(`b-01 は台風24号のシフト中: ${results[0]?.code ?? ''}`);
  const grants = await given(stage, { ...asked, people: ['operator-b-11'] });
  const own = await seat(stage, 'retailer-b');
  const holder = await takenUp(stage, 'operator-b-11', grantOf(grants, 'operator-b-11'), own);
  await looking(stage, holder, SHIBUYA, '渋谷区を検索', true);
  await looking(stage, holder, TOYONAKA, '豊中市を検索', false);
  await looking(stage, first, SHIBUYA, '渋谷区を検索', false);
  return { id: downpour.id, holder };
}

async function area(stage: Stage, { id }: Typhoon, a: Holder): Promise<void> {
  const path = `/api/v1/declarations/${id}/area`;
  await looking(stage, a, SUITA, '吹田市を検索', false);
  const growth = { target_area: [TOYONAKA, SUITA], reason: '吹田市でも停電が広がったため' };
  const proposal = await stage.act('hq-1', '吹田市への拡大を提案', (hq) => hq.post(path, growth), {
    status: 202,
    say: () => '確認待ち',
  });
  await stage.confirmedByAnother(proposal, 'hq-1', 'hq-3');
  await looking(stage, a, SUITA, '吹田市を検索', true);
  const moved = { target_area: [SUITA, SHIBUYA], reason: '縮小と拡大を同時に' };
  await stage.act(
    'hq-1',
    '豊中市を外し、渋谷区を加える',
    (hq) => hq.post(path, moved),
    refused(422, 'area_mixed'),
  );
  const shrunk = { target_area: [TOYONAKA], reason: '吹田市は復旧したため' };
  await stage.act('hq-2', '吹田市を外す', (hq) => hq.post(path, shrunk), {
    status: 200,
    say: () => '縮小は一人で、直ちに',
    check: (body) => String(body['target_area']) === TOYONAKA,
  });
  await looking(stage, a, SUITA, '吹田市を検索', false);
}

const HOUR = 3_600_000;

/** Three days at a time; beyond fourteen in all the compliance officer is one of the two. */
async function extension(stage: Stage, { id }: Typhoon): Promise<void> {
  const path = `/api/v1/declarations/${id}`;
  const hq = await stage.person('hq-1');
  const { body } = await hq.get<Declared>(path);
  const base = Date.parse(body.hard_end_at);
  const to = (hours: number): Record<string, unknown> => ({
    hard_end_at: new Date(base + hours * HOUR).toISOString(),
    reason: '復旧に時間を要するため',
    outage_households: 12_000,
  });
  const extend = `${path}/extend`;
  await stage.act(
    'hq-1',
    '73時間の延長',
    (self) => self.post(extend, to(73)),
    refused(422, 'extension_too_long'),
  );
  await stage.act(
    'hq-1',
    '前倒しの延長',
    (self) => self.post(extend, to(-1)),
    refused(422, 'extension_not_longer'),
  );
  for (const hours of [72, 144, 216]) {
    const proposal = await stage.act('hq-1', '72時間の延長を提案', (self) => self.post(extend, to(hours)), {
      status: 202,
    });
    const change = `/api/v1/changes/${String(proposal['change_id'])}/confirm`;
    await stage.act('hq-2', '延長を確認', (another) => another.post(change), { status: 200 });
  }
  const beyond = await stage.act('hq-1', '通算14日を超える延長を提案', (self) => self.post(extend, to(288)), {
    status: 202,
  });
  const change = `/api/v1/changes/${String(beyond['change_id'])}/confirm`;
  await stage.act(
    'hq-2',
    '本部だけで確認しようとする',
    (another) => another.post(change),
    refused(403, 'compliance_officer_needed'),
  );
  await stage.act('compliance-1', '法令遵守責任者として確認', (officer) => officer.post(change), {
    status: 200,
  });
  await stage.act('hq-3', '発令を見る', (self) => self.get<Declared>(path), {
    status: 200,
    say: (one) => `${jst(one.hard_end_at)} まで`,
    check: (one) => Date.parse(one.hard_end_at) === base + 288 * HOUR,
  });
}
