import type { AnalysisLine, AnalysisView, SignView } from './analyses.dto.js';
import type { AnalysisRow, SignRow } from './analyses.repository.js';
import { NOT_COVERED, RULES } from './rules.js';

function stateOf(row: AnalysisRow, isOverdue: boolean): string {
  if (row.signs === 0) return 'nothing_found';
  if (row.concluded_at !== null) return 'concluded';
  return isOverdue ? 'overdue' : 'waiting';
}

export function lineOf(row: AnalysisRow): AnalysisLine {
  const { from_at, to_at, made_at, is_overdue: isOverdue, concluded_at, ...rest } = row;
  return {
    ...rest,
    from: from_at.toISOString(),
    to: to_at.toISOString(),
    made_at: made_at.toISOString(),
    state: stateOf(row, isOverdue),
    concluded_at: concluded_at?.toISOString() ?? null,
  };
}

export function viewOf(row: AnalysisRow, signs: readonly SignRow[]): AnalysisView {
  const not_covered = NOT_COVERED.map(({ finding, ja }) => ({ finding_type: finding, needs: ja }));
  return { ...lineOf(row), items: signs.map(signView), not_covered };
}

function signView({ first_at, last_at, ...row }: SignRow): SignView {
  const { finding, severity, ja, lawful } = RULES[row.rule];
  return {
    ...row,
    what: ja,
    finding_type: finding,
    severity,
    first_at: first_at.toISOString(),
    last_at: last_at.toISOString(),
    lawful_alternative: lawful?.ja ?? null,
  };
}
