import { Operator } from '../actors.js';
import {
  found,
  given,
  grantOf,
  nominationOf,
  nominationsPath,
  shown,
  takenUp,
  type Nominated,
} from '../giving.js';
import { refused } from '../narrator.js';
import { searchOf, type Holder, type Json, type Stage } from '../stage.js';
import { seat, type Prepared } from './1-preparations.js';
import type { Typhoon } from './4-declaration.js';
import type { Supported } from './5-support.js';

/** 交代: shifts follow each other, terminals get lost, people are suspended and leave. → a-01, at a new terminal */
export async function changeover(
  stage: Stage,
  prepared: Prepared,
  typhoon: Typhoon,
  supported: Supported,
  a: Holder,
): Promise<Holder> {
  stage.tell.chapter('第7章 交代: 返却、紛失、停止、退職、取消');
  const again = await handedBack(stage, supported, a);
  await backToBack(stage, typhoon);
  const onNewTerminal = await lostTerminal(stage, again);
  await suspended(stage, prepared, supported);
  await left(stage, supported);
  await revoked(stage, supported);
  return onNewTerminal;
}

async function lookingUp(stage: Stage, holder: Holder, what: string, code?: string): Promise<void> {
  const point = await stage.point('outage', 20);
  const expected = code === undefined ? { status: 200, say: shown, check: found } : refused(403, code);
  await stage.use(holder, what, (operator) => operator.lookup(searchOf(point)), expected);
}

async function handedBack(stage: Stage, { nightCall }: Supported, a: Holder): Promise<Holder> {
  await stage.use(a, '付与を返却', ({ person }) => person.post(`/api/v1/grants/${a.grantId}/hand-back`), {
    status: 200,
    check: (grant) => grant['live'] === false,
    say: () => '席は直ちに空く',
  });
  await lookingUp(stage, a, '返却した資格情報で検索', 'handed_back');
  const asked = {
    by: 'supervisor-a',
    call: nightCall,
    people: ['operator-a-01'],
    ends_at: stage.storm.in(4),
  };
  const grants = await given(stage, asked);
  return takenUp(stage, 'operator-a-01', grantOf(grants, 'operator-a-01'), a.seat);
}

/** One shift ends when the next begins; 60 hours are the most in one declaration. */
async function backToBack(stage: Stage, { firstCall: call }: Typhoon): Promise<void> {
  const supervisor = await stage.person('supervisor-b');
  const hq = await stage.person('hq-2');
  const base = stage.storm.now();
  const at = (hours: number): string => new Date(base + hours * 3_600_000).toISOString();
  const shift = (from: number): Json =>
    nominationOf({ by: '', call, people: ['operator-b-05'], starts_at: at(from), ends_at: at(from + 12) });
  const grants: string[] = [];
  await stage.tell.act(
    '管理者 supervisor-b・本部 hq-2',
    'b-05 を12時間ずつ5つの続いたシフトに指名、承認',
    async () => {
      for (const from of [0, 12, 24, 36]) grants.push(await one(from));
      const nomination = await supervisor.post<Nominated>(nominationsPath(call), shift(48));
      return hq.post(`/api/v1/nominations/${nomination.body.id}/approve`, {});
    },
    { status: 200, say: () => '5件を付与' },
  );
  await stage.act(
    'supervisor-b',
    '6つ目のシフトにも指名',
    (person) => person.post<Nominated>(nominationsPath(call), shift(60)),
    {
      status: 201,
      say: ({ results }) => `×${results[0]?.code ?? ''}（一つの発令で60時間まで）`,
      check: ({ results }) => results[0]?.code === 'hours_exceeded',
    },
  );
  await stage.act(
    'operator-b-05',
    '次のシフトの付与を見る',
    (person) => person.get(`/api/v1/grants/${grants[1] ?? ''}`),
    {
      status: 200,
      say: (grant) => `まだ無効（${String(grant['why_not'])}）`,
      check: (grant) => String(grant['why_not']).startsWith('not_started'),
    },
  );

  async function one(from: number): Promise<string> {
    const { body } = await supervisor.post<Nominated>(nominationsPath(call), shift(from));
    const path = `/api/v1/nominations/${body.id}/approve`;
    const approval = await hq.post<{ grants: { id: string }[] }>(path, {});
    return approval.body.grants[0]?.id ?? '';
  }
}

async function lostTerminal(stage: Stage, a: Holder): Promise<Holder> {
  await stage.act(
    'supervisor-a',
    '端末の紛失を届け出る',
    (person) => person.post(`/api/v1/terminals/${a.seat.id}/lost`, { reason: '支援室から見当たらないため' }),
    { status: 200, say: () => '一人の申出で直ちに' },
  );
  await lookingUp(stage, a, '紛失した端末で検索', 'terminal_lost');
  // The session that was used there has ended with it.
  await a.operator.person.signIn();
  const fresh = await seat(stage, 'retailer-a');
  const holder: Holder = { ...a, seat: fresh, operator: new Operator(a.operator.person, fresh.terminal) };
  await stage.use<Json>(holder, '新しい端末で資格情報を受ける', (op) => op.credential(a.grantId), {
    status: 200,
  });
  await lookingUp(stage, holder, '新しい端末で検索');
  return holder;
}

/** 停止 is no end: another HQ person resumes, and the grantee acknowledges anew. */
async function suspended(stage: Stage, { seats }: Prepared, { grants }: Supported): Promise<void> {
  const [, second] = seats['retailer-a'];
  if (!second) throw new Error('retailer-a has two terminals');
  const grantId = grantOf(grants, 'operator-a-02');
  const holder = await takenUp(stage, 'operator-a-02', grantId, second);
  const path = `/api/v1/grants/${grantId}`;
  const why = { reason: '通話の件数が多いため確認する' };
  await stage.act('auditor-1', 'a-02 の付与を停止', (monitor) => monitor.post(`${path}/suspend`, why), {
    status: 200,
    check: (grant) => grant['live'] === false,
  });
  await lookingUp(stage, holder, '停止中に検索', 'suspended');
  const resuming = { reason: '確認の結果、問題はなかったため' };
  await stage.act(
    'supervisor-a',
    '再開しようとする',
    (person) => person.post(`${path}/resume`, resuming),
    refused(403, 'role_not_allowed'),
  );
  await stage.act('hq-3', '再開', (hq) => hq.post(`${path}/resume`, resuming), {
    status: 200,
    say: (grant) => `本人確認まで無効（${String(grant['why_not'])}）`,
    check: (grant) => grant['live'] === false,
  });
  await lookingUp(stage, holder, '再開のあと、本人確認の前に検索', 'not_acknowledged');
  await lookingUp(stage, await takenUp(stage, 'operator-a-02', grantId, second), '検索');

  const other = `/api/v1/grants/${grantOf(grants, 'operator-a-05')}`;
  await stage.act('hq-1', 'a-05 の付与を停止', (hq) => hq.post(`${other}/suspend`, why), { status: 200 });
  await stage.act(
    'hq-1',
    '止めた本人が再開',
    (hq) => hq.post(`${other}/resume`, resuming),
    refused(403, 'same_person'),
  );
}

async function left(stage: Stage, { grants }: Supported): Promise<void> {
  const own = await seat(stage, 'retailer-a');
  const holder = await takenUp(stage, 'operator-a-03', grantOf(grants, 'operator-a-03'), own);
  await lookingUp(stage, holder, '検索');
  await stage.agreed('a-03 の退職を登録', 'POST', 'people/operator-a-03/retire');
  await lookingUp(stage, holder, '退職のあとで検索', 'person_left');
  await stage.use(
    holder,
    '自分の付与を見る',
    ({ person }) => person.get('/api/v1/grants'),
    refused(401, 'not_signed_in'),
  );
}

async function revoked(stage: Stage, { grants }: Supported): Promise<void> {
  const own = await seat(stage, 'retailer-a');
  const grantId = grantOf(grants, 'operator-a-04');
  const holder = await takenUp(stage, 'operator-a-04', grantId, own);
  const why = { reason: '画面の撮影が疑われるため' };
  await stage.act(
    'auditor-2',
    'a-04 の付与を取り消す',
    (monitor) => monitor.post(`/api/v1/grants/${grantId}/revoke`, why),
    { status: 200, check: (grant) => grant['live'] === false },
  );
  await lookingUp(stage, holder, '取り消された資格情報で検索', 'revoked');
  await stage.use<Json>(
    holder,
    '資格情報を求め直す',
    (operator) => operator.credential(grantId),
    refused(403, 'revoked'),
  );
  await stage.use(
    holder,
    '他人の付与を見る',
    ({ person }) => person.get(`/api/v1/grants/${grantOf(grants, 'operator-a-06')}`),
    refused(404, 'not_found'),
  );
}
