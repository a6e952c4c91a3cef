import type { Act } from '../../contract/actions.js';
import type { Code } from '../../contract/codes.js';

/** 指摘: what an auditor found, whose it is to answer, and by when. Pure. */

/** Closed list: the common signs (D0), 類型1–6, and what is no matter of a use. The migration holds the same. */
export const FINDING_TYPES = {
  outside_declaration: '発令の外での閲覧',
  outside_area: '対象区域の外の閲覧',
  wrong_terminal: '登録されていない端末',
  two_places: '同じ時刻に二か所',
  shift_edges: 'シフトの始めと終わりに偏る閲覧',
  repeated_views: '同じ供給地点の繰り返しの閲覧',
  quiet_disaster: '通話が減るなかで増える閲覧',
  contractor_enquiry: '類型1 工事会社問い合わせ',
  receivables: '類型2 未収金',
  moving_in: '類型3 引っ越し名義',
  switching: '類型4 切替の事実確認',
  outbound_sales: '類型5 アウトバウンド営業',
  analysis: '類型6 分析',
  separation_of_duties: '職務の分離',
  eligibility: '応援者の適格',
  training: '研修と誓約',
  terminals_and_rooms: '端末と部屋',
  records_and_retention: '記録と保存',
  procedure: '手続',
} as const;
export type FindingType = keyof typeof FINDING_TYPES;

export const SEVERITIES = { low: '低', medium: '中', high: '高' } as const;
export type Severity = keyof typeof SEVERITIES;

export const SUBJECT_TYPES = [
  'declaration',
  'grant',
  'person',
  'record',
  'supply_point_ref',
  'organization',
] as const;
export type SubjectType = (typeof SUBJECT_TYPES)[number];

export const FINDING_STATES = ['open', 'answered', 'closed'] as const;
export type FindingState = (typeof FINDING_STATES)[number];

/** Whom a finding can be given to: those who answer for the facts and for the law. */
export const OWNERS = ['officer', 'compliance_officer'] as const;

/** Read from the times; nothing stores it. */
export function stateOf({ answered_at, closed_at }: FindingTimes): FindingState {
  if (closed_at !== null) return 'closed';
  return answered_at === null ? 'open' : 'answered';
}

/** 期限超過: no answer when the due day of Japan is over. `dueEnd` is that midnight. */
export function isOverdue(state: FindingState, dueEnd: Date, now: Date): boolean {
  return state === 'open' && now >= dueEnd;
}

/** The lines of the inbox say type and severity in Japanese; an unknown word stands as it is. */
export function labelOf(type: string, severity: string): string {
  const types: Record<string, string> = FINDING_TYPES;
  const severities: Record<string, string> = SEVERITIES;
  return `${types[type] ?? type}、重要度${severities[severity] ?? severity}`;
}

interface FindingTimes {
  answered_at: Date | null;
  closed_at: Date | null;
}

/** 回答を記す・重要度や担当や期限を変える: until it is closed. */
export function whyNotStepped({ closed_at }: FindingTimes): Code | undefined {
  return closed_at === null ? undefined : 'finding_closed';
}

/** 完了: once, and of what was answered. */
export function whyNotClosed(finding: FindingTimes): Code | undefined {
  const isOpen = finding.answered_at === null;
  return whyNotStepped(finding) ?? (isOpen ? 'finding_not_answered' : undefined);
}

/** Three steps by one route. */
export function actsOn(finding: FindingTimes): Act[] {
  const route = 'PATCH /api/v1/findings/:id';
  const whyNot = whyNotStepped(finding);
  return [
    { name: 'answer', route, whyNot },
    { name: 'amend', route, whyNot },
    { name: 'close', route, whyNot: whyNotClosed(finding) },
  ];
}
