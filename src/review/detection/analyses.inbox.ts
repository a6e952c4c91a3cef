import { ANALYSIS_DUE_END } from './analyses.repository.js';

const IS_OVERDUE = `broker_now() >= ${ANALYSIS_DUE_END}`;

/** Source of the inbox: what waits for the conclusion of the auditor who reads; everybody's when the day is over. */
export const WAITING_ANALYSES = {
  kind: `case when ${IS_OVERDUE} then 'analysis.overdue' else 'analysis.waiting' end`,
  id: `'analysis-' || x.id`,
  at: 'x.made_at',
  due_at: ANALYSIS_DUE_END,
  name: 'x.owner_person_id',
  number: 'x.id',
  detail: 'x.signs::text',
  from: 'analysis x',
  where: `x.concluded_at is null and x.owner_person_id is not null and (x.owner_person_id = me.person_id or ${IS_OVERDUE})`,
};
