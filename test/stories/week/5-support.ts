import {
  calling,
  grantOf,
  nominated,
  nominating,
  nominationOf,
  nominationsPath,
  type Given,
  type Nominated,
} from '../giving.js';
import { refused } from '../narrator.js';
import type { Stage } from '../stage.js';
import type { Drill } from './2-drill.js';
import type { Typhoon } from './4-declaration.js';
import { bulk, ofTheNewcomer, refusedShifts } from './5-nominations.js';

export interface Supported {
  /** Grants of retailer-a's night shift, and of retailer-c. */
  grants: Given[];
  nightCall: string;
}

/** 応援: the utility calls, the retailers answer, headquarters decides; who is refused hears why. */
export async function support(stage: Stage, typhoon: Typhoon, drill: Drill): Promise<Supported> {
  stage.tell.chapter('第5章 応援要請、指名、承認');
  await noRequests(stage, typhoon);
  await pattern0(stage, typhoon);
  const call = await calling(stage, typhoon, '対応パターン1（自社の窓口を超えたあと）', {
    organizations: [
      { organization_id: 'retailer-a', seats: 12 },
      { organization_id: 'retailer-b', seats: 6 },
      { organization_id: 'retailer-c', seats: 2 },
    ],
  });
  await declined(stage, call);
  const grants = [...(await bulk(stage, call, drill)), ...(await ofTheNewcomer(stage, call, typhoon))];
  await refusedShifts(stage, call, typhoon);
  await decidedOtherwise(stage, call);
  await pattern2(stage, typhoon);
  return { grants, nightCall: call };
}

/** 電気事業法第23条の3: the retail side does not ask for the information. */
async function noRequests(stage: Stage, { id }: Typhoon): Promise<void> {
  const path = `/api/v1/declarations/${id}/support-calls`;
  await stage.act(
    'supervisor-a',
    '自分から閲覧を求める',
    (person) => person.post(path, stage.storm.callBody()),
    refused(403, 'role_not_allowed'),
  );
  const toItself = stage.storm.callBody({ organizations: [{ organization_id: 'tdo', seats: 5 }] });
  await stage.act(
    'hq-1',
    '小売電気事業者でない会社を呼ぶ',
    (hq) => hq.post(path, toItself),
    refused(422, 'organization_not_callable'),
  );
}

async function pattern0(stage: Stage, typhoon: Typhoon): Promise<void> {
  const organizations = [{ organization_id: 'retailer-a', seats: 10 }];
  const call = await calling(stage, typhoon, '対応パターン0', { organizations, response_pattern: 0 });
  await stage.act('supervisor-a', '要請を読む', (person) => person.get(`/api/v1/support-calls/${call}`), {
    status: 200,
    say: (body) => String(body['guidance']),
    check: (body) => body['guidance'] !== null,
  });
  const asked = { by: 'supervisor-a', call, people: ['operator-a-01'], ends_at: stage.storm.in(4) };
  await nominating(stage, asked, [409, 'no_grants_in_pattern_0']);
}

async function declined(stage: Stage, call: string): Promise<void> {
  await stage.act(
    'supervisor-b',
    'この要請は辞退する',
    (person) =>
      person.post(`/api/v1/support-calls/${call}/decline`, { reason: '自社の受電が増えているため' }),
    { status: 200, say: () => '辞退も記録される' },
  );
  const asked = { by: 'supervisor-b', call, people: ['operator-b-02'], ends_at: stage.storm.in(4) };
  await nominating(stage, asked, [409, 'call_declined']);
}

async function decidedOtherwise(stage: Stage, call: string): Promise<void> {
  const asked = { by: 'supervisor-a', call, ends_at: stage.storm.in(4) };
  const { id } = await nominated(stage, { ...asked, people: ['operator-a-38', 'operator-a-40'] }, 0);
  await stage.act(
    'hq-2',
    '適格な人のいない指名を承認',
    (hq) => hq.post(`/api/v1/nominations/${id}/approve`, {}),
    refused(409, 'nobody_eligible'),
  );
  await stage.act(
    'hq-2',
    '却下',
    (hq) => hq.post(`/api/v1/nominations/${id}/deny`, { reason: '適格な人がいないため' }),
    { status: 200 },
  );
}

/** The plan approves in the same instant, within its people and seats; what it does not cover waits. */
async function pattern2(stage: Stage, typhoon: Typhoon): Promise<void> {
  const organizations = [{ organization_id: 'retailer-a', seats: 6 }];
  const call = await calling(stage, typhoon, '対応パターン2（発災当初から）', {
    organizations,
    response_pattern: 2,
  });
  const asked = { by: 'supervisor-a', call, ends_at: stage.storm.in(4) };
  const people = ['operator-a-11', 'operator-a-12', 'operator-a-13'];
  const { grants } = await stage.act(
    'supervisor-a',
    '常設計画の a-11・a-12・a-13 を指名',
    (person) => person.post<Nominated>(nominationsPath(call), nominationOf({ ...asked, people })),
    {
      status: 201,
      say: (body) => `同じ瞬間に${body.grants.length}件を付与（計画 ${body.approved_by_plan ?? ''}）`,
      check: (body) => body.approved_by_plan !== null && body.grants.length === 3,
    },
  );
  await stage.act(
    'operator-a-11',
    '本人確認の前の付与を見る',
    (person) => person.get(`/api/v1/grants/${grantOf(grants, 'operator-a-11')}`),
    {
      status: 200,
      say: (body) => `まだ無効（${String(body['why_not'])}）`,
      check: (body) => body['live'] === false,
    },
  );
  const more = await stage.act(
    'supervisor-a',
    '4人目の a-14 を指名（計画は3席）',
    (person) =>
      person.post<Nominated>(nominationsPath(call), nominationOf({ ...asked, people: ['operator-a-14'] })),
    { status: 201, say: () => '本部の承認待ち', check: (body) => body.approved_by_plan === null },
  );
  await stage.act(
    'supervisor-a',
    '指名を取り下げる',
    (person) => person.post(`/api/v1/nominations/${more.id}/withdraw`),
    { status: 200 },
  );
}
