import { recordType } from '../ledger/record.js';

export const APPROVED = recordType<{
  nomination: string;
  standing_plan: string | null;
  people: string[];
  left_out: string[];
}>('nomination.approved', {
  nomination: 'public',
  standing_plan: 'public',
  people: 'public',
  left_out: 'public',
});
export const GRANTED = recordType<{
  nomination: string;
  standing_plan: string | null;
  grantee: string;
  field_profile: string;
  starts_at: string;
  ends_at: string;
}>('grant.given', {
  nomination: 'public',
  standing_plan: 'public',
  grantee: 'public',
  field_profile: 'public',
  starts_at: 'public',
  ends_at: 'public',
});
export const ACKNOWLEDGED = recordType<{ notice_version: string }>('grant.acknowledged', {
  notice_version: 'public',
});
export const SUSPENDED = recordType<{ grantee: string; reason: string }>('grant.suspended', {
  grantee: 'public',
  reason: 'public',
});
export const RESUMED = recordType<{ grantee: string; suspended_by: string; reason: string }>(
  'grant.resumed',
  {
    grantee: 'public',
    suspended_by: 'public',
    reason: 'public',
  },
);
export const REVOKED = recordType<{
  grantee: string;
  reason: string;
  /** The real declaration for which a drill ended. */
  gives_way_to: string | null;
}>('grant.revoked', { grantee: 'public', reason: 'public', gives_way_to: 'public' });
export const REVOKED_ALL = recordType<{ organization: string | null; revoked: number; reason: string }>(
  'declaration.grants_revoked',
  { organization: 'public', revoked: 'public', reason: 'public' },
);
export const HANDED_BACK = recordType<Record<string, never>>('grant.handed_back', {});
