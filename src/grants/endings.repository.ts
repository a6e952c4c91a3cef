import { Injectable } from '@nestjs/common';
import { invariant } from '../contract/domain-error.js';
import { GATE_LOCK, type Tx } from '../database/database.js';
import { holds } from '../nominations/nominations.repository.js';
import type { Shift } from '../nominations/nomination.js';

/** A grant that an act has just ended. */
export interface EndedGrant {
  id: string;
  person_id: string;
  organization_id: string;
  declaration_id: string;
  is_drill: boolean;
}
const ENDED = `g.id, g.person_id, g.organization_id, g.declaration_id, g.is_drill`;

/** The guarded updates that end grants; every one of them stands alone at the gate. */
@Injectable()
export class EndingsRepository {
  async revoke(tx: Tx, id: string, by: string, reason: string): Promise<boolean> {
    const changed = await tx.change(
      `update access_grant set revoked_at = $2, revoked_by = $3, revoke_reason = $4 where id = $1 and revoked_at is null`,
      [id, tx.now, by, reason],
    );
    return changed === 1;
  }

  async handBack(tx: Tx, id: string, personId: string): Promise<boolean> {
    const changed = await tx.change(
      `update access_grant set handed_back_at = $3 where id = $1 and person_id = $2 and handed_back_at is null`,
      [id, personId, tx.now],
    );
    return changed === 1;
  }

  /** A declaration, and whether the organization (if one is named) exists. */
  async declarationOf(
    tx: Tx,
    id: string,
    organizationId: string | null,
  ): Promise<{ is_drill: boolean; is_organization: boolean } | undefined> {
    return tx.one(
      `select is_drill, $2::text is null or exists (select from organization where id = $2) as is_organization
         from declaration where id = $1`,
      [id, organizationId],
    );
  }

  /** One statement for thousands: what is over by itself stays as it is. */
  async revokeAll(
    tx: Tx,
    scope: { declarationId: string; organizationId: string | null },
    by: string,
    reason: string,
  ): Promise<EndedGrant[]> {
    return tx.rows(
      `update access_grant g set revoked_at = $1, revoked_by = $2, revoke_reason = $3 from declaration d
        where d.id = g.declaration_id and d.id = $4 and ($5::text is null or g.organization_id = $5) and ${holds('$1')}
       returning ${ENDED}`,
      [tx.now, by, reason, scope.declarationId, scope.organizationId],
    );
  }

  /** What the plan approved, has not begun, and is no longer within the plan. */
  async revokeOutsidePlan(tx: Tx, planId: string, by: string, reason: string): Promise<EndedGrant[]> {
    return tx.rows(
      `update access_grant g set revoked_at = $1, revoked_by = $2, revoke_reason = $3 from declaration d, standing_plan s
        where d.id = g.declaration_id and s.id = g.standing_plan_id and s.id = $4 and g.starts_at > $1 and ${holds('$1')}
          and (s.retired_at is not null or g.ends_at > s.valid_until or g.person_id <> all (s.people))
       returning ${ENDED}`,
      [tx.now, by, reason, planId],
    );
  }

  /** Has one of these natural people a grant in this declaration that was revoked, or suspended and not resumed? */
  async wasStopped(tx: Tx, people: readonly string[], declarationId: string): Promise<boolean> {
    const row = await tx.one(
      `select 1 as found from access_grant g
        where g.natural_person_key in (select natural_person_key from person where id = any($1)) and g.declaration_id = $2
          and (g.revoked_at is not null
            or g.suspended_at is not null and (g.resumed_at is null or g.resumed_at < g.suspended_at)) limit 1`,
      [people, declarationId],
    );
    return row !== undefined;
  }

  /** Drills of these natural people that overlap the shift and are not over. */
  async drillsDuring(tx: Tx, people: readonly string[], shift: Shift): Promise<string[]> {
    const rows = await tx.rows<{ id: string }>(
      `select g.id from access_grant g join declaration d on d.id = g.declaration_id
        where g.natural_person_key in (select natural_person_key from person where id = any($1))
          and g.is_drill and g.starts_at < $3 and g.ends_at > $2 and ${holds('$4')}`,
      [people, shift.startsAt, shift.endsAt, tx.now],
    );
    return rows.map((row) => row.id);
  }

  async revokeThese(
    tx: Tx,
    ids: string[],
    end: { at: Date; by: string; reason: string },
  ): Promise<EndedGrant[]> {
    return tx.rows(
      `update access_grant g set revoked_at = $2, revoked_by = $3, revoke_reason = $4
        where g.id = any($1) and g.revoked_at is null and g.handed_back_at is null
       returning ${ENDED}`,
      [ids, end.at, end.by, end.reason],
    );
  }

  /**
   * Takes the gate alone in the middle of an approval, for what it must end: waits for the decisions under way.
   * → an instant after all of them. Bounded, since decisions queue behind it.
   */
  async standAlone(tx: Tx): Promise<Date> {
    await tx.rows(`set local lock_timeout = '6s'`);
    await tx.rows(`select pg_advisory_xact_lock($1)`, [GATE_LOCK]);
    const row = await tx.one<{ now: Date }>(`select broker_now() as now`);
    invariant(row, 'broker_now() answers');
    return row.now;
  }
}
