import { given, grantOf, found, nothing, shown, takenUp } from '../giving.js';
import { searchOf, type Holder, type Json, type Listed, type Stage } from '../stage.js';
import type { Prepared } from './1-preparations.js';

export interface Drill {
  declaration: string;
  holder: Holder;
}

/** 訓練: the same steps on a drill's own data, in records of its own (law 9). It goes on when the real alarm comes. */
export async function drill(stage: Stage, { seats }: Prepared): Promise<Drill> {
  const { storm } = stage;
  stage.tell.chapter('第2章 訓練: 訓練用のデータだけを使う');
  const [seat] = seats['retailer-a'];
  if (!seat) throw new Error('retailer-a has a terminal');
  const body = storm.declarationBody({ name: '台風対応訓練', is_drill: true });
  const declaration = await stage.act(
    'hq-1',
    '訓練を発令',
    (hq) => hq.post<Json & { id: string; number: string }>('/api/v1/declarations', body),
    { status: 201, say: (answer) => answer.number },
  );
  const path = `/api/v1/declarations/${declaration.id}`;
  await stage.act('hq-2', '確認', (hq) => hq.post(`${path}/confirm`), { status: 200 });
  const call = await stage.act(
    'hq-1',
    '見本小売電気に5席の応援を要請（訓練）',
    (hq) =>
      hq.post<Json & { id: string }>(
        `${path}/support-calls`,
        storm.callBody({ organizations: [{ organization_id: 'retailer-a', seats: 5 }] }),
      ),
    { status: 201 },
  );
  const asked = { by: 'supervisor-a', call: call.id, ends_at: storm.in(4) };
  const people = ['operator-a-01', 'operator-a-02'];
  const grants = await given(stage, { ...asked, people }, 'hq-3');
  const holder = await takenUp(stage, 'operator-a-01', grantOf(grants, 'operator-a-01'), seat);

  const real = await stage.point('outage');
  const own = await stage.pointWhere((one) => one.outage_state === 'outage', 0, '272035', stage.urls.drill);
  await stage.use(holder, '実在の供給地点を検索', (operator) => operator.lookup(searchOf(real)), {
    status: 200,
    say: shown,
    check: nothing,
  });
  await stage.use(
    holder,
    `訓練用の供給地点（${own.supply_point_id.slice(0, 2)}…）を検索`,
    (operator) => operator.lookup(searchOf(own)),
    { status: 200, say: shown, check: found },
  );
  await stage.act(
    'auditor-1',
    '訓練の記録を読む',
    (auditor) =>
      auditor.get<Listed<{ type: string }>>(`/api/v1/records?declaration=${declaration.id}&limit=100`),
    {
      status: 200,
      say: ({ items }) => `${items.length}件、すべて drill. の種別`,
      check: ({ items }) => items.length > 8 && items.every(({ type }) => type.startsWith('drill.')),
    },
  );
  return { declaration: declaration.id, holder };
}
