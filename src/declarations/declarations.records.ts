import { recordType } from '../ledger/record.js';

export const DECLARED = recordType<{
  number: string;
  name: string;
  hazard_types: string[];
  target_area: string[];
  posture_level: string;
  legal_basis: string;
  necessity_statement: string;
  rule_version: string;
  expected_end_at: string;
  hard_end_at: string;
}>('declaration.declared', {
  number: 'public',
  name: 'public',
  hazard_types: 'public',
  target_area: 'public',
  posture_level: 'public',
  legal_basis: 'public',
  necessity_statement: 'public',
  rule_version: 'public',
  expected_end_at: 'public',
  hard_end_at: 'public',
});
export const CONFIRMED = recordType<{ hard_end_at: string }>('declaration.confirmed', {
  hard_end_at: 'public',
});
export const LIFTED = recordType<{ reason: string }>('declaration.lifted', { reason: 'public' });
export const CALLED = recordType<{
  call: string;
  number: string;
  organizations: { organization_id: string; seats: number }[];
  field_profile: string;
  response_pattern: number;
  necessity: string;
  capacity_evidence: string;
  alternatives_tried: string[];
  shift_hours_max: number;
}>('support_call.called', {
  call: 'public',
  number: 'public',
  organizations: 'public',
  field_profile: 'public',
  response_pattern: 'public',
  necessity: 'public',
  capacity_evidence: 'public',
  alternatives_tried: 'public',
  shift_hours_max: 'public',
});
