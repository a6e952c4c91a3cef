import type { ExportRow } from './export-row.js';

/** A cell: text, a whole number, or nothing. */
export type Cell = string | number | null;

/** What people read, in this order, in CSV and in the workbook. */
export const COLUMNS: readonly (readonly [heading: string, cell: (row: ExportRow) => Cell])[] = [
  ['台帳の位置', ({ position }) => position],
  ['記録番号', ({ record }) => record.id],
  ['日時（日本時間）', ({ record }) => japanTime(record.at)],
  ['種別', ({ record }) => record.type],
  ['結果', ({ record }) => DECISIONS[record.decision] ?? record.decision],
  ['理由コード', ({ record }) => record.code],
  ['訓練', ({ record }) => (record.isDrill ? '訓練' : '')],
  ['人', ({ record }) => record.personId],
  ['会社', ({ record }) => record.organizationId],
  ['発令', ({ record }) => record.declarationId],
  ['付与', ({ record }) => record.grantId],
  ['利用番号', ({ record }) => record.useNo],
  ['供給地点の参照', ({ record }) => record.supplyPointRef],
  ['内容（JSON）', ({ record }) => JSON.stringify(record.details)],
  ['封印された値', ({ record }) => (record.hasSealed ? 'あり' : '')],
];

const DECISIONS: Readonly<Record<string, string>> = { done: '実施', permit: '許可', refuse: '拒否' };
const NINE_HOURS = 9 * 3_600_000;

/** `YYYY-MM-DD HH:MM:SS.mmm`, Japan Standard Time. */
export function japanTime(at: Date): string {
  return new Date(at.getTime() + NINE_HOURS).toISOString().slice(0, 23).replace('T', ' ');
}
