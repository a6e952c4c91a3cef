import { refused } from '../narrator.js';
import type { Json, Listed, Stage } from '../stage.js';

/** 平時: there is nothing to open, whoever asks; what will count in a disaster changes by two persons. */
export async function peacetime(stage: Stage): Promise<void> {
  stage.tell.chapter('第1章 平時: 誰も、何も見られない');
  await nothingOpens(stage);
  await trainingRenewed(stage);
  await newcomers(stage);
  await ceiling(stage);
}

async function nothingOpens(stage: Stage): Promise<void> {
  const search = { call: {}, purpose: 'outage_enquiry', search: {} };
  await stage.act(
    'operator-a-01',
    'トークンなしで検索',
    (person) => person.post('/api/v1/lookups', search),
    refused(401, 'invalid_token'),
  );
  await stage.act(
    'operator-a-01',
    '発令を試みる',
    (person) => person.post('/api/v1/declarations', stage.storm.declarationBody()),
    refused(403, 'role_not_allowed'),
  );
  const point = await stage.point('outage');
  const bare = {
    subject: { type: 'access_token', id: 'gr_0000000000000000' },
    action: { name: 'view' },
    resource: { type: 'supply_point', id: point.supply_point_id, properties: { fields: ['outage_state'] } },
    context: {
      call: { id: 'c-1', direction: 'inbound', started_at: stage.in(0) },
      purpose: 'outage_enquiry',
    },
  };
  await stage.tell.act(
    '資源サーバ',
    '付与の番号だけで判断を求める',
    () => stage.system('/access/v1/evaluation', bare),
    { status: 200, check: (body) => body['decision'] === false, say: () => '許可しない' },
  );
}

interface RosterPerson extends Json {
  id: string;
  eligible_now: boolean | null;
  why_not: string[] | null;
  training_valid_until: string | null;
}
type Roster = Listed<RosterPerson>;

const one = (roster: Roster, id: string): RosterPerson | undefined =>
  roster.items.find((person) => person.id === id);
const standing = (roster: Roster, id: string): string =>
  `${id.replace('operator-', '')}: ${one(roster, id)?.why_not?.join('、') || '適格'}`;

function roster(stage: Stage, by: string, what: string, id: string, isEligible: boolean): Promise<Roster> {
  return stage.act(by, what, (person) => person.get<Roster>('/api/v1/people?limit=100'), {
    status: 200,
    say: (body) => standing(body, id),
    check: (body) => one(body, id)?.eligible_now === isEligible,
  });
}

/** ART-4, MGMT-1: who, when, what changed; and how it was on any day. */
async function trainingRenewed(stage: Stage): Promise<void> {
  const id = 'operator-a-37';
  const before = stage.in(0);
  await roster(stage, 'officer-1', '名簿を見る', id, false);
  const training = {
    training_content_version: '2026-2',
    training_completed_at: stage.in(-86_400),
    training_valid_until: stage.storm.in(24 * 365),
  };
  const proposal = await stage.act(
    'officer-1',
    'a-37 の研修の更新を提案',
    (officer) => officer.call('PATCH', `/api/v1/people/${id}`, training),
    { status: 202, say: () => 'まだ何も変わらない' },
  );
  type Change = { id: string; difference: { field: string; before: unknown; after: unknown }[] };
  await stage.act(
    'officer-2',
    '何が変わるかを見る',
    (officer) => officer.get<Listed<Change>>('/api/v1/changes?state=proposed'),
    {
      status: 200,
      say: (body) => body.items[0]?.difference.map((line) => line.field).join('、') ?? '',
      check: (body) =>
        body.items[0]?.difference.some((line) => line.field === 'training_valid_until') === true,
    },
  );
  await stage.confirmedByAnother(proposal, 'officer-1', 'officer-2');
  await roster(stage, 'supervisor-a', '自社の名簿を見る', id, true);
  const path = `/api/v1/people?limit=100&as_of=${encodeURIComponent(before)}`;
  await stage.act('auditor-1', '更新の前の名簿を求める', (auditor) => auditor.get<Roster>(path), {
    status: 200,
    say: (body) => `その時点の研修の期限は過ぎていた（${String(one(body, id)?.training_valid_until)}）`,
    check: (body) => String(one(body, id)?.training_valid_until) < before,
  });
}

/** Some who cannot support yet, one for each reason; the rest of them are known to the demonstration. */
async function newcomers(stage: Stage): Promise<void> {
  const { storm } = stage;
  const people = [
    newcomer(stage, 'operator-a-41', { employment: 'contractor', employer_id: 'answer-works' }),
    newcomer(stage, 'operator-a-42', { training_valid_until: stage.in(-60) }),
    newcomer(stage, 'operator-a-43', { pledged_at: undefined, pledge_version: undefined }),
    newcomer(stage, 'operator-a-44', { utility_staff_until: storm.in(-24 * 90) }),
    newcomer(stage, 'operator-a-45', { employment: 'contractor', employer_id: 'answer-works' }),
  ];
  await stage.agreed('見本小売電気の名簿に5人を加える', 'POST', 'people', {
    organization_id: 'retailer-a',
    people,
  });
  await stage.agreed('標本エナジーの名簿に委託先の1人を加える', 'POST', 'people', {
    organization_id: 'retailer-b',
    people: [
      newcomer(stage, 'operator-b-21', {
        employment: 'contractor',
        employer_id: 'answer-works',
        training_for: 'contractor',
      }),
    ],
  });
  await roster(
    stage,
    'supervisor-a',
    '委託先の a-41 は社員向けの研修しか受けていない',
    'operator-a-41',
    false,
  );
  await stage.agreed('a-41 の委託先向けの研修を登録', 'PATCH', 'people/operator-a-41', {
    training_for: 'contractor',
    training_completed_at: stage.in(-3600),
  });
  await roster(stage, 'supervisor-a', '自社の名簿を見る', 'operator-a-41', true);
}

export function newcomer(stage: Stage, id: string, more: Json = {}): Json {
  const { storm } = stage;
  return {
    id,
    natural_person_key: `np-${id}`,
    role: 'operator',
    name: '応対 新人',
    employment: 'employee',
    training_for: 'employee',
    training_content_version: '2026-2',
    training_completed_at: storm.in(-24),
    training_valid_until: storm.in(24 * 300),
    pledged_at: storm.in(-24),
    pledge_version: '2026-1',
    recertified_until: storm.in(24 * 80),
    ...more,
  };
}

/** Law 3: what no profile may hold, nobody can put into one. */
async function ceiling(stage: Stage): Promise<void> {
  const fields = [
    { field: 'outage_state', mode: 'show' },
    { field: 'estimated_restoration_at', mode: 'show' },
  ];
  const body = { id: 'outage-lean', label: '停電の状況だけ', fields };
  const greedy = { ...body, fields: [...fields, { field: 'energy_usage_kwh', mode: 'show' }] };
  await stage.act(
    'officer-1',
    '使用量を見せるプロファイルを提案',
    (officer) => officer.post('/api/v1/field-profiles', greedy),
    refused(422, 'above_ceiling'),
  );
  await stage.agreed('停電の状況だけのプロファイルを登録', 'POST', 'field-profiles', body);
}
