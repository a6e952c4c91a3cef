import { Operator, type LookupBody } from './actors.js';
import { refused } from './narrator.js';
import { nameOf, type Holder, type Json, type Seat, type Stage } from './stage.js';
import type { Nomination } from './storm.js';

export interface Given {
  id: string;
  person_id: string;
}
export type Nominated = Nomination & { approved_by_plan: string | null; grants: Given[] };

export interface Asked {
  by: string;
  call: string;
  people: string[];
  ends_at: string;
  starts_at?: string;
}

export const namesOf = (people: string[]): string =>
  people.length > 5 ? `${people.length}人` : people.map((id) => id.replace('operator-', '')).join('・');

/** 「適格2、not_recertified 1」 */
export function verdicts({ results }: Nominated): string {
  const counts = new Map<string, number>();
  for (const { code } of results) counts.set(code ?? '適格', (counts.get(code ?? '適格') ?? 0) + 1);
  return [...counts].map(([verdict, count]) => `${verdict} ${count}`).join('、');
}

const eligible = ({ results }: Nominated): number =>
  results.filter((one) => one.verdict === 'eligible').length;

export const nominationOf = ({ people, ends_at, starts_at }: Asked): Json => ({
  people,
  ends_at,
  ...(starts_at !== undefined && { starts_at }),
  note: '応援',
});

export const nominationsPath = (call: string): string => `/api/v1/support-calls/${call}/nominations`;

/** 指名: all are eligible, unless the telling says how many. */
export function nominated(stage: Stage, asked: Asked, count = asked.people.length): Promise<Nominated> {
  return stage.act(
    asked.by,
    `${namesOf(asked.people)} を指名`,
    (person) => person.post<Nominated>(nominationsPath(asked.call), nominationOf(asked)),
    { status: 201, say: verdicts, check: (body) => eligible(body) === count },
  );
}

export async function approved(stage: Stage, nominationId: string, by = 'hq-2'): Promise<Given[]> {
  const { grants } = await stage.act(
    by,
    '承認',
    (hq) => hq.post<{ grants: Given[] }>(`/api/v1/nominations/${nominationId}/approve`, {}),
    { status: 200, say: (body) => `${body.grants.length}件を付与` },
  );
  return grants;
}

export async function given(stage: Stage, asked: Asked, by = 'hq-2'): Promise<Given[]> {
  return approved(stage, (await nominated(stage, asked)).id, by);
}

export function grantOf(grants: Given[], personId: string): string {
  const grant = grants.find((one) => one.person_id === personId);
  if (!grant) throw new Error(`${nameOf(personId)} has a grant`);
  return grant.id;
}

/** 本人確認 and the credential at once, for whom the story has shown the steps already. */
export async function takenUp(stage: Stage, personId: string, grantId: string, seat: Seat): Promise<Holder> {
  const operator = new Operator(await stage.person(personId), seat.terminal);
  const holder = { operator, grantId, seat };
  await stage.use<Json>(
    holder,
    '注意事項を読み、本人確認をして、資格情報を受ける',
    async () => {
      const { body } = await operator.person.get<{ version: string }>('/api/v1/notice');
      const path = `/api/v1/grants/${grantId}/acknowledge`;
      const acknowledged = await operator.person.post(path, { notice_version: body.version });
      return acknowledged.status === 200 ? operator.credential(grantId) : acknowledged;
    },
    { status: 200, say: (body) => `${String(body['expires_in'])}秒有効` },
  );
  return holder;
}

export const found = (body: LookupBody): boolean => body.outcome === 'found';
export const nothing = (body: LookupBody): boolean => body.outcome === 'no_result';
export const refOf = (body: LookupBody): string => body.results[0]?.ref ?? '';

export function shown(body: LookupBody): string {
  const fields = body.results[0]?.fields as Record<string, string> | undefined;
  if (fields === undefined) return '該当なし';
  const { supply_point_id: id, supply_address: address, outage_state: state } = fields;
  return address === undefined ? `停電情報のみ（${state}）` : `${id} / ${address} / ${state}`;
}

export async function calling(
  stage: Stage,
  declaration: { id: string },
  what: string,
  more: Json,
): Promise<string> {
  const { id: call } = await stage.act(
    'hq-1',
    `応援を要請: ${what}`,
    (hq) =>
      hq.post<{ id: string; number: string }>(
        `/api/v1/declarations/${declaration.id}/support-calls`,
        stage.storm.callBody(more),
      ),
    { status: 201, say: (body) => body.number },
  );
  return call;
}

/** A nomination that is refused as a whole. */
export const nominating = (stage: Stage, asked: Asked, code: [number, string]): Promise<unknown> =>
  stage.act(
    asked.by,
    `${asked.people.map((one) => one.replace('operator-', '')).join('・')} を指名`,
    (person) => person.post<Json>(nominationsPath(asked.call), nominationOf(asked)),
    refused(...code),
  );
