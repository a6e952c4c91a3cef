import { recordType } from '../../ledger/record.js';

export const ANALYSED = recordType<{
  analysis: string;
  kind: string;
  from: string;
  to: string;
  rules: string;
  uses: number;
  signs: Record<string, number>;
  /** Who concludes it, and by which day; null where there is nothing to conclude. */
  owner: string | null;
  due_date: string | null;
}>('analysis.made', {
  analysis: 'public',
  kind: 'public',
  from: 'public',
  to: 'public',
  rules: 'public',
  uses: 'public',
  signs: 'public',
  owner: 'public',
  due_date: 'public',
});
export const ANALYSIS_GIVEN = recordType<{ analysis: string; owner: string; reason: string }>(
  'analysis.given',
  { analysis: 'public', owner: 'public', reason: 'public' },
);
/** What was concluded of people is sealed, as a finding is. */
export const ANALYSIS_CONCLUDED = recordType<{ analysis: string; conclusion: string }>('analysis.concluded', {
  analysis: 'public',
  conclusion: 'sensitive',
});
