import { DUE_END } from './findings.repository.js';

const IS_OVERDUE = `broker_now() >= ${DUE_END}`;

const OPEN = {
  name: 'x.type',
  number: 'x.subject_id',
  detail: 'x.severity',
  due_at: DUE_END,
  finding_id: 'x.id',
};

/** Sources of the inbox: what waits for an answer of the person who reads: from the assignment on, and more loudly when the day is over. */
export const OWN_FINDINGS = {
  ...OPEN,
  kind: `case when ${IS_OVERDUE} then 'finding.overdue' else 'finding.assigned' end`,
  id: `'finding-' || x.id`,
  at: `case when ${IS_OVERDUE} then ${DUE_END} else x.assigned_at end`,
  text: 'x.text',
  from: 'finding x',
  where: 'x.answered_at is null and x.owner_person_id = me.person_id',
};

/** For those who found it. */
export const OVERDUE_FINDINGS = {
  ...OPEN,
  kind: `'finding.overdue'`,
  id: `'finding-' || x.id`,
  at: DUE_END,
  text: 'x.text',
  from: 'finding x',
  where: `x.answered_at is null and ${IS_OVERDUE}`,
};
