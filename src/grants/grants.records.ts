import { recordType } from '../ledger/record.js';

export const APPROVED = recordType<{ nomination: string; people: string[]; left_out: string[] }>(
  'nomination.approved',
  {
    nomination: 'public',
    people: 'public',
    left_out: 'public',
  },
);
export const GRANTED = recordType<{
  nomination: string;
  grantee: string;
  field_profile: string;
  starts_at: string;
  ends_at: string;
}>('grant.given', {
  nomination: 'public',
  grantee: 'public',
  field_profile: 'public',
  starts_at: 'public',
  ends_at: 'public',
});
export const ACKNOWLEDGED = recordType<{ notice_version: string }>('grant.acknowledged', {
  notice_version: 'public',
});
export const REVOKED = recordType<{ grantee: string; reason: string }>('grant.revoked', {
  grantee: 'public',
  reason: 'public',
});
export const HANDED_BACK = recordType<Record<string, never>>('grant.handed_back', {});
