import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../actors.js';
import { refused } from '../narrator.js';
import { searchOf, type Json, type Listed, type Stage } from '../stage.js';
import type { Drill } from './2-drill.js';
import type { Inbox, Typhoon } from './4-declaration.js';
import type { Downpour } from './8-two-disasters.js';

/** After it: the end is proved, everyone is told, the monitors read, and peacetime is attested. */
export async function afterwards(
  stage: Stage,
  typhoon: Typhoon,
  others: { drill: Drill; downpour: Downpour },
): Promise<void> {
  stage.tell.chapter('第9章の続き 解除証明、終了の知らせ、記録、平時');
  await stage.act(
    'compliance-1',
    '台風24号の解除証明を求める',
    (officer) => officer.get(certificateOf(typhoon.id)),
    refused(409, 'certificate_incomplete'),
  );
  await certified(stage, '台風24号', typhoon.id);
  await certified(stage, '渋谷区の豪雨', others.downpour.id);
  await certified(stage, '台風対応訓練', others.drill.declaration);
  await told(stage, 'operator-b-01');
  await told(stage, 'operator-a-01');
  await whatTheAuditorReads(stage, typhoon);
  await tablesAgainstLedger(stage);
  await peaceAgain(stage, typhoon);
}

const certificateOf = (id: string): string => `/api/v1/declarations/${id}/certificate`;

/** Asks each second, for at most as long. */
export async function until<T>(
  seconds: number,
  isReady: (answer: Answer<T>) => boolean,
  ask: () => Promise<Answer<T>>,
): Promise<Answer<T>> {
  for (let left = seconds; ; left -= 1) {
    const answer = await ask();
    if (isReady(answer) || left <= 0) return answer;
    await pause(1000);
  }
}

interface Certificate {
  sentence_ja: string;
  totals: { granted: number; closed: number; unresolved: number };
  grants: { cause: string; had_credential: boolean; probes: Probe[] }[];
}
interface Probe {
  code: string | null;
  refused: boolean;
}
/** A target that did not answer in time is tried again, and the certificate tells of both. */
const isTried = ({ code }: Probe): boolean => code !== 'not_tried' && code !== 'unavailable';

async function certified(stage: Stage, what: string, id: string): Promise<void> {
  const { grants } = await stage.act(
    'compliance-1',
    `${what}の解除証明`,
    (officer) =>
      until(
        30,
        ({ status }) => status === 200,
        () => officer.get<Certificate>(certificateOf(id)),
      ),
    {
      status: 200,
      say: (body) => body.sentence_ja,
      check: ({ totals, grants: all }) =>
        totals.unresolved === 0 &&
        totals.closed === totals.granted &&
        all.every((one) => one.probes.every((probe) => probe.refused || !isTried(probe))) &&
        all.every((one) => one.probes.some(isTried) === one.had_credential),
    },
  );
  const tried = grants.flatMap((one) => one.probes).filter(isTried).length;
  stage.tell.note(`${counted(grants.map((one) => one.cause))}。失効の確認 ${tried}回、すべて拒否`);
}

/** 「lifted 8、revoked 3」 */
function counted(words: string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${word} ${count}`).join('、');
}

async function told(stage: Stage, id: string): Promise<void> {
  await stage.act(id, '受信箱を見る', (person) => person.get<Inbox>('/api/v1/inbox'), {
    status: 200,
    say: ({ items }) => {
      const notice = items.find((one) => one.kind === 'grant.ended');
      return `${notice?.title ?? ''}\n                     「${notice?.text?.split('\n')[0] ?? ''}」`;
    },
    check: ({ items }) =>
      items.some((one) => one.kind === 'grant.ended' && one.text !== null) &&
      items.every((one) => one.kind !== 'grant.to_acknowledge'),
  });
}

interface Kept {
  at: string;
  type: string;
  decision: string;
  code: string | null;
}

/** Every page of it; no use stands after the lift. */
async function whatTheAuditorReads(stage: Stage, { id }: Typhoon): Promise<void> {
  const kept: Kept[] = [];
  await stage.act(
    'auditor-2',
    '台風24号のすべての記録を読む',
    async (auditor) => {
      for (let cursor = ''; ;) {
        const path = `/api/v1/records?declaration=${id}&limit=100${cursor}`;
        const answer = await auditor.get<Listed<Kept>>(path);
        kept.push(...answer.body.items);
        if (answer.body.next === null || answer.status !== 200) return answer;
        cursor = `&cursor=${answer.body.next}`;
      }
    },
    {
      status: 200,
      say: () => `${kept.length}件`,
      check: () => {
        const end = kept.find((one) => one.type === 'declaration.lifted')?.at ?? '';
        const isWhole = kept.some((one) => one.type === 'declaration.declared');
        return isWhole && end !== '' && kept.every((one) => one.decision !== 'permit' || one.at < end);
      },
    },
  );
  stage.tell.note(`利用: ${counted(kept.filter((one) => one.decision === 'permit').map((one) => one.type))}`);
  const refusals = kept.filter((one) => one.decision === 'refuse').map((one) => one.code ?? '');
  stage.tell.note(`断られたもの: ${counted(refusals)}`);
  stage.tell.note('解除のあとの利用: 0');
  await stage.act(
    'regulator-1',
    '監視部門が読んだことの記録を読む',
    (regulator) => regulator.get<Listed<Json>>('/api/v1/records?person=auditor-2&limit=100'),
    { status: 200, say: ({ items }) => `${items.length}件`, check: ({ items }) => items.length > 0 },
  );
}

/** Everything that was done stands in the ledger, and nothing else stands in the tables. */
async function tablesAgainstLedger(stage: Stage): Promise<void> {
  await stage.act(
    'auditor-1',
    '台帳との照合を求める',
    (auditor) =>
      auditor.post<{ records: number; rows: number; found: number; open: number }>('/api/v1/replays', {}),
    {
      status: 201,
      say: ({ records, rows, open }) => `記録 ${records}件、比べた行 ${rows}行、不一致 ${open}件`,
      check: ({ records, rows, found, open }) => records > 0 && rows > 0 && found === 0 && open === 0,
    },
  );
}

/** The daily attestation, made by the service within its first minute. */
async function peaceAgain(stage: Stage, { first }: Typhoon): Promise<void> {
  stage.tell.note('（その日の失効確認ができるのを待つ）');
  type Attested = Listed<{ day: string; live_grants: number; outside: number }>;
  await stage.act(
    'regulator-1',
    '失効確認（日次）を読む',
    (regulator) =>
      until(
        60,
        ({ body }) => body.items.length > 0,
        () => regulator.get<Attested>('/api/v1/attestations'),
      ),
    {
      status: 200,
      say: ({ items }) => `${items[0]?.day ?? ''} 発令の外で有効な付与 ${items[0]?.outside ?? '?'}件`,
      check: ({ items }) => items[0]?.outside === 0,
    },
  );
  await stage.act('hq-1', 'すべての付与を見る', (hq) => hq.get<Listed<Json>>('/api/v1/grants?limit=100'), {
    status: 200,
    say: ({ items }) => `${items.length}件、有効 ${items.filter((one) => one['live'] === true).length}件`,
    check: ({ items }) => items.length > 0 && items.every((one) => one['live'] === false),
  });
  const point = await stage.point('outage');
  await stage.use(
    first,
    '平時に検索',
    (operator) => operator.lookup(searchOf(point)),
    refused(403, 'lifted'),
  );
}
