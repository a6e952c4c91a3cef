import { Operator } from './actors.js';
import { searchOf } from './on-the-phone.js';
import type { Given, Stage } from './stage.js';

export async function secondThoughts(stage: Stage, grants: Given[], operator: Operator): Promise<void> {
  const { tell } = stage;
  tell.chapter('取消と返却');
  const second = grants.find((one) => one.person_id === 'operator-a-02');
  if (!second) throw new Error('operator-a-02 has a grant');
  const monitor = await stage.person('auditor-1');
  await tell.act(
    '監視 auditor-1',
    'a-02 の付与を取り消す',
    () => monitor.post(`/api/v1/grants/${second.id}/revoke`, { reason: '勤務の変更を確認したため' }),
    {
      status: 200,
      say: (body) => `無効（${String(body['why_not'])}）`,
      check: (body) => body['live'] === false,
    },
  );
  const other = await stage.person('operator-a-02');
  await tell.act(
    '応援者 a-02',
    '取り消された付与で資格情報を求める',
    () => new Operator(other, operator.terminal).credential(second.id),
    { status: 403, code: 'revoked' },
  );
  await tell.act(
    '応援者 a-02',
    '他人の付与を見る',
    () => other.get(`/api/v1/grants/${grants[0]?.id ?? ''}`),
    { status: 404, code: 'not_found' },
  );
}

export async function lift(stage: Stage, declarationId: string, operator: Operator): Promise<void> {
  const { tell } = stage;
  tell.chapter('解除');
  const hq = await stage.person('hq-3');
  await tell.act(
    '本部 hq-3',
    '解除',
    () => hq.post(`/api/v1/declarations/${declarationId}/lift`, { reason: '全戸の復旧を確認した' }),
    {
      status: 200,
      say: (body) => (body['live'] === false ? '直ちに終了' : '有効のまま'),
      check: (body) => body['live'] === false,
    },
  );
  const point = await stage.point('outage');
  await tell.act('応援者 a-01', '解除の直後に検索', () => operator.lookup(searchOf(point)), {
    status: 403,
    code: 'lifted',
  });
  const form = { token: operator.token ?? '' };
  await tell.act('資源サーバ', 'トークンを照会', () => stage.system('/oauth/introspect', form), {
    status: 200,
    check: (body) => body['active'] === false,
    say: () => '無効',
  });
}

export async function afterwards(stage: Stage, declarationId: string): Promise<void> {
  const { tell } = stage;
  tell.chapter('記録');
  const auditor = await stage.person('auditor-2');
  type Records = {
    items: {
      type: string;
      decision: string;
      code: string | null;
      use_no: number | null;
      person_id: string;
    }[];
  };
  const { items } = await tell.act(
    '監視 auditor-2',
    'この発令のすべての記録を読む',
    () => auditor.get<Records>(`/api/v1/records?declaration=${declarationId}&limit=100`),
    {
      status: 200,
      say: (body) => `${body.items.length}件`,
      check: (body) => body.items.length > 20,
    },
  );
  for (const { type, decision, code, use_no: useNo, person_id: personId } of [...items].reverse()) {
    const outcome = { done: '', permit: '○', refuse: '×' }[decision] ?? '';
    tell.note(
      [type, outcome, code ?? '', useNo === null ? '' : `利用${useNo}`, personId].filter(Boolean).join(' '),
    );
  }
}
