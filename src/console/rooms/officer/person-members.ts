import type { Member } from '../../screens/form-spec.js';
import { member } from '../../screens/texts.js';
import { optionsOf } from './options.js';
import { of } from './texts.js';

const DUTIES = ['call_response', 'sales', 'outbound', 'receivables', 'back_office', 'network'];
const EMPLOYMENTS = ['employee', 'contractor'];
const ROLES = [
  ...['headquarters', 'officer', 'compliance_officer', 'supervisor'],
  ...['operator', 'auditor', 'regulator'],
];

/** Who somebody is; every list of staff says these. */
export const identityMembers = (): Member[] => [
  { name: 'role', kind: 'one', label: member('role'), isRequired: true, options: optionsOf(ROLES) },
  { name: 'name', kind: 'text', label: of().person.name, isRequired: true, max: 100 },
  {
    name: 'employment',
    kind: 'one',
    label: member('employment'),
    isRequired: true,
    options: optionsOf(EMPLOYMENTS),
  },
  { name: 'employer_id', kind: 'text', label: member('employer_id'), hint: of().person.firmHint, max: 40 },
];

export const dutyMembers = (): Member[] => [
  { name: 'duty', kind: 'one', label: member('duty'), options: optionsOf(DUTIES) },
  { name: 'has_conflict', kind: 'flag', label: member('has_conflict') },
  { name: 'sales_duty_until', kind: 'day', label: member('sales_duty_until') },
  { name: 'utility_staff_until', kind: 'day', label: member('utility_staff_until') },
  { name: 'utility_staff_cleared', kind: 'flag', label: member('utility_staff_cleared') },
];

export const trainingMembers = (): Member[] => [
  {
    name: 'training_for',
    kind: 'one',
    label: member('training_for'),
    hint: of().person.trainingHint,
    options: optionsOf(EMPLOYMENTS),
  },
  { name: 'training_content_version', kind: 'text', label: member('training_content_version'), max: 40 },
  { name: 'training_completed_at', kind: 'day', label: member('training_completed_at') },
  { name: 'training_valid_until', kind: 'day', label: member('training_valid_until') },
  { name: 'pledge_version', kind: 'text', label: member('pledge_version'), max: 40 },
  { name: 'pledged_at', kind: 'day', label: member('pledged_at') },
];

export const recertificationMembers = (): Member[] => [
  { name: 'recertified_until', kind: 'day', label: member('recertified_until'), isRequired: true },
];

/** The members of a list of staff: what is known of each as text, as a time, or as yes or no. */
export const FED = {
  id: 'text',
  natural_person_key: 'text',
  role: 'word',
  name: 'text',
  employment: 'word',
  employer_id: 'text',
  duty: 'word',
  training_for: 'word',
  training_content_version: 'text',
  training_completed_at: 'day',
  training_valid_until: 'day',
  pledged_at: 'day',
  pledge_version: 'text',
  recertified_until: 'day',
  has_conflict: 'flag',
  sales_duty_until: 'day',
  utility_staff_until: 'day',
  utility_staff_cleared: 'flag',
} as const;
export type FedMember = keyof typeof FED;
export const REQUIRED: readonly FedMember[] = ['id', 'natural_person_key', 'role', 'name', 'employment'];
/** The values of closed lists that a file may hold, by the identifier or by its word. */
export const WORDS: Partial<Record<FedMember, readonly string[]>> = {
  role: ROLES,
  employment: EMPLOYMENTS,
  duty: DUTIES,
  training_for: EMPLOYMENTS,
};
