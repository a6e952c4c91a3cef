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
  waits_for_confirmation: boolean;
  told: string[];
  /** Whether checkpoints leave the house: a witness or a time-stamping authority is configured. */
  ledger_witnessed: boolean;
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
  waits_for_confirmation: 'public',
  told: 'public',
  ledger_witnessed: 'public',
});
export const CONFIRMED = recordType<{ hard_end_at: string }>('declaration.confirmed', {
  hard_end_at: 'public',
});
export const EXTENDED = recordType<{
  hard_end_at: string;
  reason: string;
  outage_households: number;
  change: string;
  told: string[];
}>('declaration.extended', {
  hard_end_at: 'public',
  reason: 'public',
  outage_households: 'public',
  change: 'public',
  told: 'public',
});
export const GROWN = recordType<{ target_area: string[]; reason: string; change: string; told: string[] }>(
  'declaration.grown',
  { target_area: 'public', reason: 'public', change: 'public', told: 'public' },
);
export const SHRUNK = recordType<{ target_area: string[]; reason: string; told: string[] }>(
  'declaration.shrunk',
  { target_area: 'public', reason: 'public', told: 'public' },
);
export const LIFTED = recordType<{ reason: string; told: string[] }>('declaration.lifted', {
  reason: 'public',
  told: 'public',
});
export const DECLINED = recordType<{ call: string; reason: string }>('support_call.declined', {
  call: 'public',
  reason: 'public',
});
export const CALLED = recordType<{
  call: string;
  number: string;
  organizations: { organization_id: string; seats: number }[];
  offers: { organization_id: string; called: boolean; agreement_valid: boolean }[];
  selection_reason: string | null;
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
  offers: 'public',
  selection_reason: 'public',
  field_profile: 'public',
  response_pattern: 'public',
  necessity: 'public',
  capacity_evidence: 'public',
  alternatives_tried: 'public',
  shift_hours_max: 'public',
});
