import {
  approved,
  given,
  nominated,
  nominating,
  nominationOf,
  nominationsPath,
  verdicts,
  type Given,
  type Nominated,
} from '../giving.js';
import { refused } from '../narrator.js';
import type { Stage } from '../stage.js';
import type { Drill } from './2-drill.js';
import type { Typhoon } from './4-declaration.js';

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => `operator-a-${String(from + at).padStart(2, '0')}`);

/** Who may not support, each with the reason; the others are not harmed by it. */
const UNFIT: [string, string][] = [
  ['operator-a-01', 'nominated_twice'],
  ['operator-a-38', 'conflict_flag'],
  ['operator-a-39', 'not_recertified'],
  ['operator-a-40', 'sales_duty'],
  ['operator-a-42', 'training_expired'],
  ['operator-a-43', 'pledge_missing'],
  ['operator-a-44', 'recent_utility_staff'],
  ['operator-a-45', 'training_not_own'],
  ['supervisor-a', 'not_an_operator'],
  ['operator-b-02', 'person_unknown'],
  ['nobody', 'person_unknown'],
];

/** 一括指名: 12 seats for 44 names. The night shift of who was in the drill ends the drill. */
export async function bulk(stage: Stage, call: string, drill: Drill): Promise<Given[]> {
  const fit = [...numbered(1, 10), 'operator-a-37', 'operator-a-41'];
  const people = [...fit, ...UNFIT.map(([id]) => id), ...numbered(16, 36)];
  const asked = { by: 'supervisor-a', call, people, ends_at: stage.storm.in(4) };
  const { id, results } = await stage.act(
    'supervisor-a',
    `${people.length}人を一括で指名（12席）`,
    (person) => person.post<Nominated>(nominationsPath(call), nominationOf(asked)),
    {
      status: 201,
      say: verdicts,
      check: (body) =>
        body.results.map((one) => one.code ?? 'ok').join() ===
        [
          ...fit.map(() => 'ok'),
          ...UNFIT.map(([, code]) => code),
          ...numbered(16, 36).map(() => 'no_seat_left'),
        ].join(),
    },
  );
  for (const { person_id: who, code } of results.slice(12, 12 + UNFIT.length))
    stage.tell.note(`${who.replace('operator-', '')}: ${code ?? ''}`);
  const path = `/api/v1/nominations/${id}/approve`;
  await stage.act(
    'supervisor-a',
    '自分で承認しようとする',
    (person) => person.post(path, {}),
    refused(403, 'role_not_allowed'),
  );
  const grants = await approved(stage, id);
  await stage.act(
    'hq-3',
    '同じ指名をもう一度承認',
    (hq) => hq.post(path, {}),
    refused(409, 'nomination_decided'),
  );

  const { operator, grantId } = drill.holder;
  await stage.use(drill.holder, '訓練の付与を見る', () => operator.person.get(`/api/v1/grants/${grantId}`), {
    status: 200,
    say: () => '実災害のシフトが始まり、訓練は終わった',
    check: (body) => body['live'] === false && body['revoked_at'] !== null,
  });
  const reason = { reason: '実災害の対応に移るため' };
  const drillPath = `/api/v1/declarations/${drill.declaration}/lift`;
  await stage.act('hq-3', '訓練を解除', (hq) => hq.post(drillPath, reason), { status: 200 });
  return grants;
}

export async function ofTheNewcomer(stage: Stage, call: string, { firstCall }: Typhoon): Promise<Given[]> {
  const asked = { by: 'supervisor-c', call, people: ['operator-c-01'], ends_at: stage.storm.in(4) };
  await nominating(stage, { ...asked, call: firstCall }, [404, 'not_found']);
  return given(stage, asked);
}

export async function refusedShifts(stage: Stage, call: string, { firstCall }: Typhoon): Promise<void> {
  const asked = { by: 'supervisor-a', call, people: ['operator-a-16'] };
  stage.tell.note('9時間のシフト（要請の上限は8時間）、発令の見込期間を越えるシフト:');
  await nominating(stage, { ...asked, ends_at: stage.storm.in(9) }, [422, 'shift_too_long']);
  const late = { starts_at: stage.storm.in(94), ends_at: stage.storm.in(97) };
  await nominating(stage, { ...asked, ...late }, [422, 'shift_not_in_declaration']);
  const people = ['operator-b-01', 'operator-b-21', 'operator-b-02'];
  const ofB = { by: 'supervisor-b', call: firstCall, people, ends_at: stage.storm.in(4) };
  const { results } = await nominated(stage, ofB, 1);
  for (const { person_id: who, code } of results)
    stage.tell.note(`${who.replace('operator-', '')}: ${code ?? '適格'}`);
}
