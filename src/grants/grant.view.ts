import { actionsFor } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import type { Subject } from '../ledger/record.js';
import type { Selves } from '../roster/selves.repository.js';
import { actsOn } from './grant.acts.js';
import { whyNotLive } from './grant.js';
import type { GrantView } from './grants.dto.js';
import type { GrantRow } from './grants.repository.js';

export function subjectOf(caller: Caller, row: GrantRow): Subject {
  return {
    isDrill: row.is_drill,
    personId: caller.personId,
    organizationId: row.organization_id,
    declarationId: row.declaration_id,
    grantId: row.grant_id,
  };
}

/** Who looks, under which ids, and when. */
export interface Looking {
  caller: Caller;
  selves: Selves;
  now: Date;
}

export function viewOf(row: GrantRow, { caller, selves, now }: Looking): GrantView {
  const whyNot = whyNotLive(row, now);
  return {
    id: row.grant_id,
    person_id: row.grant_person_id,
    person_name: row.person_name,
    organization_id: row.organization_id,
    organization_name: row.organization_name,
    declaration_id: row.declaration_id,
    declaration_name: row.declaration_name,
    support_call_id: row.support_call_id,
    nomination_id: row.nomination_id,
    field_profile: row.field_profile_id,
    field_profile_label: row.field_profile_label,
    is_drill: row.is_drill,
    live: whyNot.length === 0,
    why_not: whyNot,
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    approved_by: row.approved_by,
    standing_plan_id: row.standing_plan_id,
    approved_at: row.approved_at.toISOString(),
    acknowledged_at: row.acknowledged_at?.toISOString() ?? null,
    notice_version: row.notice_version,
    suspended_at: row.suspended_at?.toISOString() ?? null,
    resumed_at: row.resumed_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
    handed_back_at: row.handed_back_at?.toISOString() ?? null,
    actions: actionsFor(caller, actsOn(row, selves, now)),
  };
}
