import { approved, found, given, grantOf, nominated, refOf, shown, takenUp } from '../giving.js';
import { refused } from '../narrator.js';
import { jst, searchOf, type Holder, type Json, type Listed, type Stage } from '../stage.js';
import type { Prepared } from './1-preparations.js';

export type Declared = Json & { id: string; number: string; hard_end_at: string };
interface Called extends Json {
  id: string;
  number: string;
}

export interface Typhoon {
  id: string;
  /** The first call: of retailer-b. */
  firstCall: string;
  /** operator-b-01, from the first hour on. */
  first: Holder;
}

/** 発令: one person's word opens search and match for 30 minutes; the second person's opens the rest. */
export async function declaration(stage: Stage, prepared: Prepared): Promise<Typhoon> {
  stage.tell.chapter('第4章 発令');
  await lapse(stage);
  const { storm } = stage;
  const more = { expected_end_at: storm.in(96), is_drill: false };
  const body = storm.declarationBody(more);
  const typhoon = await stage.act(
    'hq-1',
    '台風24号を発令（豊中市）',
    (hq) => hq.post<Declared>('/api/v1/declarations', body),
    { status: 201, say: (answer) => `${answer.number}、未確認のまま ${jst(answer.hard_end_at)} まで` },
  );
  const path = `/api/v1/declarations/${typhoon.id}`;
  await stage.act(
    'hq-1',
    '自分で確認しようとする',
    (hq) => hq.post(`${path}/confirm`),
    refused(403, 'same_person'),
  );
  await stage.act('hq-2', '受信箱を見る', (hq) => hq.get<Inbox>('/api/v1/inbox'), {
    status: 200,
    say: ({ items }) => items.find((one) => one.kind === 'declaration.unconfirmed')?.title ?? '',
    check: ({ items }) => items.some((one) => one.kind === 'declaration.unconfirmed'),
  });
  const { firstCall, first, ref } = await unconfirmed(stage, path, prepared);
  await stage.act('hq-2', '発令を確認', (hq) => hq.post<Declared>(`${path}/confirm`), {
    status: 200,
    say: (answer) => `${jst(answer.hard_end_at)} まで（72時間）`,
    check: (answer) => answer['confirmed'] === true,
  });
  await stage.use(first, '電話番号を開示', (operator) => operator.reveal(ref, 'contact_phone'), {
    status: 200,
    say: (answer) => `${answer.value.slice(0, 3)}…（記録 ${answer.record_id}）`,
  });
  return { id: typhoon.id, firstCall, first };
}

export type Inbox = Listed<{ kind: string; title: string; text: string | null; grant_id: string | null }>;

/** Nobody confirms: it is over, and the area's minutes are used up by as much. */
async function lapse(stage: Stage): Promise<void> {
  const { storm } = stage;
  const soon = { name: '台風24号（吹田市）', target_area: ['272051'], expected_end_at: stage.in(6) };
  const lapsing = await stage.act(
    'hq-1',
    '吹田市に発令し、誰も確認しない',
    (hq) => hq.post<Declared>('/api/v1/declarations', storm.declarationBody(soon)),
    { status: 201, say: (answer) => `未確認、${jst(answer.hard_end_at)} に失効` },
  );
  const call = await storm.called(lapsing.id);
  const asked = { by: 'supervisor-b', call: call.id, people: ['operator-b-10'] };
  const grants = await given(stage, { ...asked, ends_at: lapsing.hard_end_at });
  await stage.tell.wait(lapsing.hard_end_at, '未確認の発令の失効');
  await stage.act(
    'hq-2',
    '失効のあとで確認しようとする',
    (hq) => hq.post(`/api/v1/declarations/${lapsing.id}/confirm`),
    refused(403, 'declaration_unconfirmed'),
  );
  type Grant = Json & { why_not: string[] };
  const path = `/api/v1/grants/${grantOf(grants, 'operator-b-10')}`;
  await stage.act('operator-b-10', '自分の付与を見る', (person) => person.get<Grant>(path), {
    status: 200,
    say: (body) => `無効（${body.why_not.join('、')}）`,
    check: (body) => body.why_not[0] === 'declaration_unconfirmed',
  });
  const again = await stage.act(
    'hq-1',
    '吹田市にもう一度発令',
    (hq) =>
      hq.post<Declared & { declared_at: string }>(
        '/api/v1/declarations',
        storm.declarationBody({ ...soon, expected_end_at: storm.in(12) }),
      ),
    {
      status: 201,
      say: (body) => `未確認で開くのは残り ${minutes(body)}（24時間で合わせて30分まで）`,
      check: (body) => Date.parse(body.hard_end_at) - Date.parse(body.declared_at) <= 1_795_500,
    },
  );
  await stage.act(
    'hq-2',
    '一人で解除（解除は誰か一人でよい）',
    (hq) => hq.post(`/api/v1/declarations/${again.id}/lift`, { reason: '停電が解消したため' }),
    { status: 200 },
  );
}

function minutes({
  declared_at: from,
  hard_end_at: until,
}: {
  declared_at: string;
  hard_end_at: string;
}): string {
  const seconds = Math.round((Date.parse(until) - Date.parse(from)) / 1000);
  return `${Math.floor(seconds / 60)}分${seconds % 60}秒`;
}

/** Search and match, no reveal; and who declared approves nothing. */
async function unconfirmed(
  stage: Stage,
  path: string,
  { seats }: Prepared,
): Promise<{ firstCall: string; first: Holder; ref: string }> {
  const [seat] = seats['retailer-b'];
  if (!seat) throw new Error('retailer-b has a terminal');
  const call = await stage.act(
    'hq-1',
    '標本エナジーに4席の応援を要請（対応パターン1）',
    (hq) =>
      hq.post<Called>(
        `${path}/support-calls`,
        stage.storm.callBody({
          organizations: [{ organization_id: 'retailer-b', seats: 4 }],
          shift_hours_max: 12,
        }),
      ),
    { status: 201, say: (body) => `要請 ${body.number}` },
  );
  const asked = { by: 'supervisor-b', call: call.id, people: ['operator-b-01'], ends_at: stage.storm.in(6) };
  const { id } = await nominated(stage, asked);
  await stage.act(
    'hq-1',
    '発令した本人が承認',
    (hq) => hq.post(`/api/v1/nominations/${id}/approve`, {}),
    refused(403, 'declarer_cannot_approve_unconfirmed'),
  );
  const first = await takenUp(
    stage,
    'operator-b-01',
    grantOf(await approved(stage, id, 'hq-3'), 'operator-b-01'),
    seat,
  );
  const point = await stage.point('outage', 1);
  const body = await stage.use(first, '検索', (operator) => operator.lookup(searchOf(point)), {
    status: 200,
    say: shown,
    check: found,
  });
  const ref = refOf(body);
  await stage.use(
    first,
    '名義を照合',
    (operator) => operator.match(ref, 'contract_holder_name', point.contract_holder_name),
    { status: 200, say: ({ match }) => (match ? '一致' : '不一致'), check: ({ match }) => match },
  );
  await stage.use(
    first,
    '電話番号を開示',
    (operator) => operator.reveal(ref, 'contact_phone'),
    refused(403, 'reveal_unconfirmed'),
  );
  return { firstCall: call.id, first, ref };
}
