import type { DifferenceLine } from '../changes/change.js';
import { recordType } from '../ledger/record.js';

/** What a record says of a change that took effect. A mapped type: an interface would be no value of a record. */
export type AppliedDetails = {
  id: string;
  change: string;
  difference: readonly Pick<DifferenceLine, keyof DifferenceLine>[];
};
const APPLIED_CLASSES = { id: 'public', change: 'public', difference: 'public' } as const;

export const ORGANIZATION_ADDED = recordType<AppliedDetails>('organization.added', APPLIED_CLASSES);
export const ORGANIZATION_CHANGED = recordType<AppliedDetails>('organization.changed', APPLIED_CLASSES);
export const ORGANIZATION_RETIRED = recordType<AppliedDetails>('organization.retired', APPLIED_CLASSES);

export const AGREEMENT_ADDED = recordType<AppliedDetails>('agreement.added', APPLIED_CLASSES);
export const AGREEMENT_CHANGED = recordType<AppliedDetails>('agreement.changed', APPLIED_CLASSES);
export const AGREEMENT_RETIRED = recordType<AppliedDetails>('agreement.retired', APPLIED_CLASSES);

export const PROFILE_ADDED = recordType<AppliedDetails>('field_profile.added', APPLIED_CLASSES);
export const PROFILE_CHANGED = recordType<AppliedDetails>('field_profile.changed', APPLIED_CLASSES);
export const PROFILE_RETIRED = recordType<AppliedDetails>('field_profile.retired', APPLIED_CLASSES);

export const FIELD_RELEASED = recordType<{
  profile: string;
  fields: readonly string[];
  incidents: readonly string[];
  reason: string;
  change: string;
}>('field.released', {
  profile: 'public',
  fields: 'public',
  incidents: 'public',
  reason: 'public',
  change: 'public',
});
