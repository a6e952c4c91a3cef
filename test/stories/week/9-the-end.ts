import { found, given, grantOf, nominationOf, nominationsPath, shown, takenUp } from '../giving.js';
import { refused } from '../narrator.js';
import { searchOf, type Json, type Stage } from '../stage.js';
import { seat } from './1-preparations.js';
import type { Typhoon } from './4-declaration.js';
import type { Downpour } from './8-two-disasters.js';

/** 終わり: a shift by itself, all grants of a disaster by one word, a disaster by one word. */
export async function theEnd(stage: Stage, typhoon: Typhoon, downpour: Downpour): Promise<void> {
  stage.tell.chapter('第9章 終わり: シフトの終わり、一括取消、解除');
  await shiftEnds(stage, typhoon);
  await revokedAll(stage, downpour);
  await lifted(stage, typhoon, downpour);
}

async function shiftEnds(stage: Stage, { firstCall: call }: Typhoon): Promise<void> {
  const own = await seat(stage, 'retailer-b');
  const ends_at = stage.in(8);
  const grants = await given(stage, { by: 'supervisor-b', call, people: ['operator-b-13'], ends_at });
  const holder = await takenUp(stage, 'operator-b-13', grantOf(grants, 'operator-b-13'), own);
  const point = await stage.point('outage', 32);
  await stage.use(holder, '検索', (operator) => operator.lookup(searchOf(point)), {
    status: 200,
    say: shown,
    check: found,
  });
  await stage.tell.wait(ends_at, 'シフトの終わり');
  // The token ends with the shift; why, says the grant.
  await stage.use(
    holder,
    '終わりの直後に検索',
    (operator) => operator.lookup(searchOf(point)),
    refused(401, 'invalid_token'),
  );
  await stage.use<Json>(
    holder,
    '資格情報を求め直す',
    (operator) => operator.credential(holder.grantId),
    refused(403, 'expired'),
  );
}

async function revokedAll(stage: Stage, { id, holder }: Downpour): Promise<void> {
  const reason = { reason: '支援室の入室記録に不審な点があるため' };
  type Revoked = { revoked: number };
  await stage.act(
    'auditor-1',
    '渋谷区の豪雨の付与を一括して取り消す',
    (monitor) => monitor.post<Revoked>(`/api/v1/declarations/${id}/revoke-all`, reason),
    { status: 200, say: (body) => `${body.revoked}件`, check: (body) => body.revoked === 1 },
  );
  const point = await stage.point('outage', 33, '131130');
  await stage.use(holder, '検索', (operator) => operator.lookup(searchOf(point)), refused(403, 'revoked'));
}

async function lifted(stage: Stage, typhoon: Typhoon, downpour: Downpour): Promise<void> {
  const path = `/api/v1/declarations/${typhoon.id}`;
  const lift = (reason: string): Json => ({ reason });
  await stage.act(
    'supervisor-b',
    '小売の側から解除しようとする',
    (person) => person.post(`${path}/lift`, lift('受電が落ち着いたため')),
    refused(403, 'role_not_allowed'),
  );
  await stage.act('hq-3', '台風24号を解除', (hq) => hq.post(`${path}/lift`, lift('全戸の復旧を確認した')), {
    status: 200,
    say: () => '直ちに、全員に対して',
    check: (body) => body['live'] === false,
  });
  const { first } = typhoon;
  const point = await stage.point('outage', 33);
  await stage.use(
    first,
    '解除の直後に検索',
    (operator) => operator.lookup(searchOf(point)),
    refused(403, 'lifted'),
  );
  await stage.use<Json>(
    first,
    '資格情報を求め直す',
    (operator) => operator.credential(first.grantId),
    refused(403, 'lifted'),
  );
  const token = first.operator.token ?? '';
  await stage.tell.act('資源サーバ', 'トークンを照会', () => stage.system('/oauth/introspect', { token }), {
    status: 200,
    check: (body) => body['active'] === false,
    say: () => '無効',
  });
  const late = { by: 'supervisor-b', call: typhoon.firstCall, people: ['operator-b-02'] };
  await stage.act(
    'supervisor-b',
    '解除された発令の要請に指名',
    (person) =>
      person.post(nominationsPath(late.call), nominationOf({ ...late, ends_at: stage.storm.in(1) })),
    refused(409, 'declaration_not_live'),
  );
  await stage.act(
    'hq-1',
    'もう一度解除',
    (hq) => hq.post(`${path}/lift`, lift('念のため')),
    refused(409, 'already_lifted'),
  );
  const second = `/api/v1/declarations/${downpour.id}/lift`;
  await stage.act('hq-1', '渋谷区の豪雨を解除', (hq) => hq.post(second, lift('浸水が引いたため')), {
    status: 200,
  });
}
