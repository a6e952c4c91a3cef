import type { Given, Json, Stage } from './stage.js';

interface Named extends Json {
  id: string;
  number: string;
}

const JST = new Intl.DateTimeFormat('ja-JP', {
  timeZone: 'Asia/Tokyo',
  dateStyle: 'short',
  timeStyle: 'short',
});
const jst = (text: unknown): string => JST.format(new Date(String(text)));

export async function beforeTheStorm(stage: Stage): Promise<void> {
  const { tell } = stage;
  tell.chapter('平常時: 誰も、何も見られない');
  const operator = await stage.person('operator-a-01');
  const body = { call: {}, purpose: 'outage_enquiry', search: {} };
  await tell.act('応援者 a-01', 'トークンなしで検索', () => operator.post('/api/v1/lookups', body), {
    status: 401,
    code: 'invalid_token',
  });
  await tell.act(
    '応援者 a-01',
    '発令を試みる',
    () => operator.post('/api/v1/declarations', stage.storm.declarationBody()),
    {
      status: 403,
      code: 'role_not_allowed',
    },
  );
  const point = await stage.point('outage');
  const bare = {
    subject: { type: 'access_token', id: 'gr_0000000000000000' },
    action: { name: 'view' },
    resource: { type: 'supply_point', id: point.supply_point_id, properties: { fields: ['outage_state'] } },
    context: {
      call: { id: 'c-1', direction: 'inbound', started_at: stage.storm.in(0) },
      purpose: 'outage_enquiry',
    },
  };
  await tell.act(
    '資源サーバ',
    '付与の番号だけで判断を求める',
    () => stage.system('/access/v1/evaluation', bare),
    {
      status: 200,
      check: (answer) => answer['decision'] === false,
      say: () => '許可しない',
    },
  );
}

export async function declare(stage: Stage): Promise<Named> {
  const { tell, storm } = stage;
  tell.chapter('発令');
  const [first, second] = [await stage.person('hq-1'), await stage.person('hq-2')];
  const declaration = await tell.act(
    '本部 hq-1',
    '台風24号を発令',
    () => first.post<Named>('/api/v1/declarations', storm.declarationBody()),
    {
      status: 201,
      say: (body) => `${body.number}、${jst(body['hard_end_at'])} まで（未確認）`,
    },
  );
  const path = `/api/v1/declarations/${declaration.id}/confirm`;
  await tell.act('本部 hq-1', '自分で確認しようとする', () => first.post(path), {
    status: 403,
    code: 'same_person',
  });
  await tell.act('本部 hq-2', '発令を確認', () => second.post(path), {
    status: 200,
    say: (body) => `有効、${jst(body['hard_end_at'])} まで`,
  });
  return declaration;
}

export async function callForSupport(stage: Stage, declarationId: string): Promise<Named> {
  const { tell, storm } = stage;
  tell.chapter('応援要請');
  const hq = await stage.person('hq-1');
  const path = `/api/v1/declarations/${declarationId}/support-calls`;
  const supervisor = await stage.person('supervisor-a');
  await tell.act('管理者 a', '自分から閲覧を求める', () => supervisor.post(path, storm.callBody()), {
    status: 403,
    code: 'role_not_allowed',
  });
  return tell.act(
    '本部 hq-1',
    '見本小売電気に40席、標本エナジーに20席の応援を要請',
    () => hq.post<Named>(path, storm.callBody()),
    {
      status: 201,
      say: (body) => `要請 ${body.number}`,
    },
  );
}

export async function nominate(stage: Stage, callId: string): Promise<string> {
  const { tell, storm } = stage;
  tell.chapter('応援者の指名');
  const supervisor = await stage.person('supervisor-a');
  const people = [
    'operator-a-01',
    'operator-a-02',
    'operator-a-37',
    'operator-a-38',
    'operator-a-39',
    'operator-a-40',
    'nobody',
  ];
  type Nomination = Json & { id: string; results: { person_id: string; verdict: string; code?: string }[] };
  const body = { people, ends_at: storm.in(4), note: '夜間班' };
  const nomination = await tell.act(
    '管理者 a',
    '7人を今から4時間のシフトに指名',
    () => supervisor.post<Nomination>(`/api/v1/support-calls/${callId}/nominations`, body),
    {
      status: 201,
      say: (answer) => `${answer.results.filter((one) => one.verdict === 'eligible').length}人が適格`,
      check: (answer) =>
        answer.results.map((one) => one.code ?? 'eligible').join() ===
        'eligible,eligible,training_expired,conflict_flag,not_recertified,sales_duty,person_unknown',
    },
  );
  for (const { person_id, code } of nomination.results)
    if (code !== undefined) tell.note(`${person_id}: ${code}`);
  return nomination.id;
}

export async function approve(stage: Stage, nominationId: string): Promise<Given[]> {
  const { tell } = stage;
  tell.chapter('承認と付与');
  const path = `/api/v1/nominations/${nominationId}/approve`;
  const [supervisor, hq] = [await stage.person('supervisor-a'), await stage.person('hq-2')];
  await tell.act('管理者 a', '自分で承認しようとする', () => supervisor.post(path, {}), {
    status: 403,
    code: 'role_not_allowed',
  });
  type Approval = { grants: Given[] };
  const { grants } = await tell.act('本部 hq-2', '承認', () => hq.post<Approval>(path, {}), {
    status: 200,
    say: (body) => `${body.grants.length}件を付与`,
  });
  return grants;
}
