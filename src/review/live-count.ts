/**
 * The declarations in force, and the live grants, counted by SQL of its own: nothing here is shared with the predicate
 * that decides access, so that a defect in either shows as a difference (`attestations.service.ts` compares them each day).
 * $1 is the instant.
 */
export const IN_FORCE = `
  (d.lifted_at is null and d.declared_at <= $1 and $1 < d.hard_end_at and d.posture_level <> '警戒本部'
    and (d.confirmed_at is not null
      or not d.waits_for_confirmation and $1 < d.declared_at + interval '30 minutes'))`;

/** Of `access_grant g`, its declaration `d`, person `p`, organization `o` and field profile `f`. */
export const COUNTED_LIVE = `(
  ${IN_FORCE} and p.organization_id = g.organization_id and g.starts_at <= $1 and $1 < g.ends_at
    and g.revoked_at is null and g.handed_back_at is null
    and g.acknowledged_at is not null and g.acknowledged_at >= coalesce(g.resumed_at, '-infinity')
    and coalesce(g.suspended_at <= g.resumed_at, g.suspended_at is null)
    and coalesce(o.ended_at > $1, true) and coalesce(f.retired_at > $1, true)
    and p.role = 'operator' and coalesce(p.left_at > $1, true) and p.joined_at <= g.approved_at and not p.has_conflict
    and p.training_valid_until > $1 and p.training_for = p.employment and p.pledged_at <= $1
    and p.recertified_until > $1
    and coalesce(p.sales_duty_until + interval '90 days' <= $1, true)
    and (p.utility_staff_cleared or coalesce(p.utility_staff_until + interval '1 year' <= $1, true))
    and exists (select from entrustment_agreement a where a.organization_id = g.organization_id and a.is_complete
                  and a.registered_at <= g.approved_at and a.valid_from <= $1 and least(a.valid_until, a.ended_at) > $1)
    and (p.employer_id is null and p.employment <> 'contractor'
      or exists (select from entrustment_agreement a join organization e on e.id = p.employer_id
                  where a.organization_id = g.organization_id and a.is_complete and a.sub_contracting_permitted
                    and e.id = any(a.sub_contractors) and coalesce(e.ended_at > $1, true)
                    and a.registered_at <= g.approved_at and a.valid_from <= $1
                    and least(a.valid_until, a.ended_at) > $1))
    and not exists (select from mismatch m where m.cleared_at is null and (
            m.resource_id = g.id and m.resource_type in ('grant', 'credential')
         or m.resource_id in (g.nomination_id, g.support_call_id, g.declaration_id, g.person_id, g.organization_id,
                              g.field_profile_id, g.standing_plan_id, p.employer_id)
              and m.resource_type in ('nomination', 'support_call', 'declaration', 'person', 'organization',
                                      'field_profile', 'standing_plan')
         or m.resource_type = 'terminal' and m.resource_id in (select c.terminal_id from credential c where c.grant_id = g.id)
         or m.resource_type = 'agreement' and m.resource_id in (
              select a.id from entrustment_agreement a where a.organization_id = g.organization_id))))`;
