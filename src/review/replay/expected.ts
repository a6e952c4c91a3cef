/** A member of a row as the records give it; undefined: the record of its time did not tell it. */
export type Told =
  string | number | boolean | null | undefined | Date | readonly Told[] | { readonly [name: string]: Told };

/**
 * Each column of a row that decides access, or stands beside one, that is compared with the ledger. Rows that belong to
 * another one (amendments, called organizations, nominated people) are members of it.
 */
export const COMPARED = {
  declaration: [
    'number', 'name', 'hazard_types', 'target_area', 'posture_level', 'legal_basis', 'necessity_statement', 'rule_version',
    'is_drill', 'expected_end_at', 'declared_by', 'declared_at', 'confirmed_by', 'confirmed_at', 'hard_end_at', 'lifted_by',
    'lifted_at', 'lift_reason', 'waits_for_confirmation', 'told', 'declared_area', 'amendments',
  ],
  support_call: [
    'number', 'declaration_id', 'field_profile_id', 'response_pattern', 'necessity', 'capacity_evidence', 'alternatives_tried',
    'shift_hours_max', 'called_by', 'called_at', 'selection_reason', 'offers', 'organizations',
  ],
  nomination: [
    'support_call_id', 'organization_id', 'nominated_by', 'nominated_at', 'starts_at', 'ends_at', 'note', 'decision',
    'decided_by', 'decided_at', 'decision_reason', 'standing_plan_id', 'people',
  ],
  access_grant: [
    'nomination_id', 'support_call_id', 'declaration_id', 'person_id', 'natural_person_key', 'organization_id',
    'field_profile_id', 'is_drill', 'starts_at', 'ends_at', 'nominated_by', 'approved_by', 'approved_at', 'acknowledged_at',
    'notice_version', 'suspended_at', 'suspended_by', 'suspend_reason', 'revoked_at', 'revoked_by', 'revoke_reason',
    'handed_back_at', 'standing_plan_id', 'resumed_at', 'resumed_by', 'resume_reason', 'suspenders',
  ],
  credential: ['jti', 'jkt', 'terminal_id', 'person_id', 'issued_at', 'expires_at', 'released_at'],
  incident: ['at', 'field_id', 'declaration_id', 'is_drill', 'released_at', 'released_by_change'],
} as const; // prettier-ignore

export type Table = keyof typeof COMPARED;
export type RowOf<T extends Table> = Record<(typeof COMPARED)[T][number], Told>;

/** In `access_grant`, whose key it is stands for the key itself: keys of natural persons are not told in the open. */
export const KEY_OF_ITS_PERSON = 'of its person';

/** What the records say the tables hold; grown step by step. A row's key is its id, a credential's that of its grant. */
export class Expected {
  readonly declaration = new Map<string, RowOf<'declaration'>>();
  readonly support_call = new Map<string, RowOf<'support_call'>>();
  readonly nomination = new Map<string, RowOf<'nomination'>>();
  readonly access_grant = new Map<string, RowOf<'access_grant'>>();
  readonly credential = new Map<string, RowOf<'credential'>>();
  readonly incident = new Map<string, RowOf<'incident'>>();
  /** `type id version` → the digest that a record carries, and when it last did. */
  readonly versions = new Map<string, { digest: string; at: Date }>();
  /** How many entries the records of each purge name. */
  readonly purged = new Map<string, number>();
  /** How many uses the end of a grant states. */
  readonly closed = new Map<string, number>();
  adoptions = 0;

  rows(table: Table): Map<string, Record<string, Told>> {
    return this[table];
  }
}
