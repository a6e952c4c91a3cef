import { changeWords } from '../changes/change-words.js';
import { isAcknowledged, isSuspended } from '../grants/grant.js';
import { CLOSING_NOTICE, NOTICE } from '../grants/notice.js';
import { labelOf } from './desk/finding.js';
import { CAUSES, endingOf } from './ending.js';
import type { InboxItemView } from './inbox.dto.js';
import type { InboxRow, OwnGrant } from './inbox.repository.js';

const JST = new Intl.DateTimeFormat('ja-JP', {
  timeZone: 'Asia/Tokyo',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const jst = (at: Date | null): string => (at === null ? '' : JST.format(at));

/** What the supervisor sees first, whichever pattern was called for: no access is the default. */
const PATTERN_0 =
  'まず対応パターン0（付与なし）で応じられないか確かめてください。自社のお客さまには自社のデータで、そのほかは公表されている停電情報のご案内と転送で応じます。';

/** The line of each kind, from what the tables hold. */
const TITLES: Record<string, (row: InboxRow) => string> = {
  'declaration.declared': (row) => `「${row.name}」（${row.number}）が発令されました。`,
  'declaration.extended': (row) => `「${row.name}」（${row.number}）が延長されました。`,
  'declaration.grown': (row) => `「${row.name}」（${row.number}）の対象区域が広がりました。`,
  'declaration.shrunk': (row) => `「${row.name}」（${row.number}）の対象区域が縮小されました。`,
  'declaration.lifted': (row) => `「${row.name}」（${row.number}）が解除されました。理由: ${row.detail}`,
  'declaration.unconfirmed': (row) =>
    `「${row.name}」（${row.number}）は未確認です。${jst(row.due_at)} までに別の本部員が確認しなければ失効します。`,
  'change.waiting': (row) =>
    `変更案（${changeWords(row.detail ?? '')}）が確認を待っています。${jst(row.due_at)} に失効します。`,
  'nomination.waiting': (row) =>
    `「${row.name}」の応援者の指名（適格 ${row.detail}名）が承認を待っています。`,
  'nomination.approved': (row) => `「${row.name}」の応援者の指名が承認されました。`,
  'nomination.denied': (row) => `「${row.name}」の応援者の指名は却下されました。理由: ${row.detail}`,
  'support_call.received': (row) =>
    row.detail === '0'
      ? `「${row.name}」の応援要請（${row.number}）: 対応パターン0です。閲覧権限は付与されません。`
      : `「${row.name}」の応援要請（${row.number}、対応パターン${row.detail}）が届きました。まず対応パターン0を確かめてください。`,
  'exposure.open': (row) =>
    `「${row.name}」の付与（${row.grant_id}）の失効を確かめられていません（${row.detail}）。`,
  'mismatch.open': (row) =>
    `台帳の記録と合わない情報があります（${row.name}: ${row.detail}）。これに基づく利用は止まっています。`,
  'finding.assigned': (row) =>
    `監視部門の指摘（${labelOf(row.name ?? '', row.detail ?? '')}）への回答を ${jst(row.due_at)} までにしてください（対象 ${row.number}）。`,
  'finding.overdue': (row) =>
    `監視部門の指摘（${labelOf(row.name ?? '', row.detail ?? '')}）への回答が期限を過ぎています（対象 ${row.number}）。`,
  'analysis.waiting': (row) =>
    `利用の解析（${row.number}）に兆候が${row.detail}件あります。${jst(row.due_at)} までに結論を出してください。`,
  'analysis.overdue': (row) =>
    `利用の解析（${row.number}、担当 ${row.name}）の結論が期限を過ぎています（兆候${row.detail}件）。`,
  'incident.open': (row) =>
    `「${row.name}」で、見えてはいけないものが見えたとの申出がありました。項目「${row.detail}」を全員に対して止めています。`,
};

const NOTHING = {
  text: null,
  due_at: null,
  support_call_id: null,
  nomination_id: null,
  grant_id: null,
  change_id: null,
  finding_id: null,
};

const drill = (isDrill: boolean, title: string): string => (isDrill ? `【訓練】${title}` : title);

export function itemOf(row: InboxRow): InboxItemView {
  const title = TITLES[row.kind]?.(row) ?? row.kind;
  return {
    id: row.id,
    kind: row.kind,
    at: row.at.toISOString(),
    title: drill(row.is_drill, title),
    text: row.kind === 'support_call.received' ? PATTERN_0 : row.text,
    due_at: row.due_at?.toISOString() ?? null,
    is_drill: row.is_drill,
    declaration_id: row.declaration_id,
    support_call_id: row.support_call_id,
    nomination_id: row.nomination_id,
    grant_id: row.grant_id,
    change_id: row.change_id,
    finding_id: row.finding_id,
  };
}

const BEFORE_THE_END_MS = 30 * 60_000;

/** What a grantee is to know of one grant now: to acknowledge, near its end, ended (with the closing notice, EDU-6). */
export function itemOfGrant(row: OwnGrant, now: Date): InboxItemView[] {
  const base = {
    ...NOTHING,
    is_drill: row.is_drill,
    declaration_id: row.declaration_id,
    grant_id: row.grant_id,
  };
  const ending = endingOf(row, now);
  if (ending !== undefined) {
    const title = `「${row.name}」の付与は ${jst(ending.endedAt)} に終わりました（${CAUSES[ending.cause].ja}）。`;
    return [
      {
        ...base,
        id: `ended-${row.grant_id}`,
        kind: 'grant.ended',
        at: ending.endedAt.toISOString(),
        title: drill(row.is_drill, title),
        text: CLOSING_NOTICE.text,
      },
    ];
  }
  const end = row.ends_at < row.hard_end_at ? row.ends_at : row.hard_end_at;
  const items: InboxItemView[] = [];
  if (!isAcknowledged(row) && !isSuspended(row)) {
    const asked = row.resumed_at ?? row.approved_at;
    items.push({
      ...base,
      id: `acknowledge-${row.grant_id}`,
      kind: 'grant.to_acknowledge',
      at: asked.toISOString(),
      title: drill(
        row.is_drill,
        `「${row.name}」の付与: 注意事項（${NOTICE.version}版）を読み、本人確認をしてください。`,
      ),
      due_at: end.toISOString(),
    });
  }
  const soon = new Date(end.getTime() - BEFORE_THE_END_MS);
  if (now >= soon) {
    items.push({
      ...base,
      id: `ending-${row.grant_id}`,
      kind: 'grant.ending_soon',
      at: soon.toISOString(),
      title: drill(row.is_drill, `「${row.name}」の付与は ${jst(end)} に終わります。`),
      due_at: end.toISOString(),
    });
  }
  return items;
}
