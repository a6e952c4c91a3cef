/** What a finding names; while one of it is open, what stands on it is denied. `record` and `ledger` are alarms alone. */
export type Resource =
  | 'declaration'
  | 'support_call'
  | 'nomination'
  | 'grant'
  | 'credential'
  | 'organization'
  | 'person'
  | 'terminal'
  | 'agreement'
  | 'field_profile'
  | 'standing_plan'
  | 'passkey'
  | 'person_identity'
  | 'field'
  | 'record'
  | 'ledger';

export interface Finding {
  type: Resource;
  id: string;
  /** A column that differs; `no_record`, `no_row`; or what else can be wrong with the resource. */
  what: string;
}
