import { recordType } from '../../ledger/record.js';

/** What people wrote of people (the finding, the answer) is sealed; who has to answer what by when is not. */
export const FOUND = recordType<{
  finding: string;
  subject_type: string;
  subject: string;
  finding_type: string;
  severity: string;
  owner: string;
  due_date: string;
  text: string;
}>('finding.made', {
  finding: 'public',
  subject_type: 'public',
  subject: 'public',
  finding_type: 'public',
  severity: 'public',
  owner: 'public',
  due_date: 'public',
  text: 'sensitive',
});
export const FINDING_AMENDED = recordType<{
  finding: string;
  severity: string;
  owner: string;
  due_date: string;
  reason: string;
}>('finding.amended', {
  finding: 'public',
  severity: 'public',
  owner: 'public',
  due_date: 'public',
  reason: 'public',
});
export const FINDING_ANSWERED = recordType<{ finding: string; owner: string; answer: string }>(
  'finding.answered',
  { finding: 'public', owner: 'public', answer: 'sensitive' },
);
export const FINDING_CLOSED = recordType<{ finding: string; reason: string }>('finding.closed', {
  finding: 'public',
  reason: 'public',
});
