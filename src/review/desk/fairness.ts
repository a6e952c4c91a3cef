import type { GroupTotals, RetailerLine } from './reports.dto.js';

const rate = (approved: number, nominated: number): number | null =>
  nominated === 0 ? null : Math.round((approved / nominated) * 1000) / 1000;

/** What SQL counts of one retailer, before the rate. */
export type RetailerCounts = Omit<RetailerLine, 'approval_rate'>;

export const withRate = (line: RetailerCounts): RetailerLine => ({
  ...line,
  approval_rate: rate(line.approved, line.nominated),
});

/** FAIR-2: pure; the affiliated on one side, all others on the other, by the same counts. */
export function totals(lines: readonly RetailerCounts[]): GroupTotals {
  const sum = (of: (line: RetailerCounts) => number): number =>
    Math.round(lines.reduce((total, line) => total + of(line), 0) * 100) / 100;
  const [nominated, approved] = [sum((line) => line.nominated), sum((line) => line.approved)];
  return {
    organizations: lines.length,
    called: sum((line) => line.called),
    offered: sum((line) => line.offered),
    declined: sum((line) => line.declined),
    nominated,
    approved,
    denied: sum((line) => line.denied),
    approval_rate: rate(approved, nominated),
    shift_hours: sum((line) => line.shift_hours),
    live_hours: sum((line) => line.live_hours),
  };
}
