import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import type { Shift } from './nomination.js';
import { holds } from './nominations.repository.js';
import type { StandingPlan } from './standing-plan.js';

const COLUMNS = `id, organization_id, field_profile_id, people, seats, shift_hours_max::float8 as shift_hours_max, valid_from,
  valid_until, retired_at`;

/** What stands in the way of a plan. */
export interface PlanGround {
  no_organization: boolean;
  no_profile: boolean;
  /** In a declaration in which the organization saw data; who reported it is nobody's to know, nor whose people. */
  has_open_incident: boolean;
  /** Named people who are not operators of that organization. */
  strangers: string[];
  /** Whoever acts is one of the people, under whatever id. */
  gains: boolean;
}

const GROUND = `
  select not exists (select from organization where id = $1 and kind = 'retailer' and ended_at is null) as no_organization,
         not exists (select from field_profile where id = $2 and retired_at is null) as no_profile,
         exists (select from incident i join access_grant g on g.declaration_id = i.declaration_id
                  where i.released_at is null and not i.is_drill and g.organization_id = $1) as has_open_incident,
         array(select named from unnest($3::text[]) as named
                where not exists (select from person p where p.id = named and p.organization_id = $1 and p.role = 'operator'
                                     and (p.left_at is null or p.left_at > $5))) as strangers,
         exists (select from person a join person b on b.natural_person_key = a.natural_person_key
                  where a.id = $4 and b.id = any($3)) as gains`;

@Injectable()
export class StandingPlansRepository {
  constructor(private readonly database: Database) {}

  async ground(tx: Tx, plan: StandingPlan, actorId: string): Promise<PlanGround | undefined> {
    return tx.one(GROUND, [plan.organization_id, plan.field_profile_id, plan.people, actorId, tx.now]);
  }

  async get(tx: Tx, id: string): Promise<StandingPlan | undefined> {
    return tx.one(`select ${COLUMNS} from standing_plan where id = $1`, [id]);
  }

  async insert(tx: Tx, plan: StandingPlan, changeId: string): Promise<void> {
    await tx.change(
      `insert into standing_plan (id, organization_id, field_profile_id, people, seats, shift_hours_max, valid_from,
         valid_until, change_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        plan.id, plan.organization_id, plan.field_profile_id, plan.people, plan.seats, plan.shift_hours_max,
        plan.valid_from, plan.valid_until, changeId,
      ], // prettier-ignore
    );
  }

  /** False when it was retired meanwhile: a retired plan changes no more. */
  async update(tx: Tx, plan: StandingPlan, changeId: string): Promise<boolean> {
    const changed = await tx.change(
      `update standing_plan set people = $2, seats = $3, shift_hours_max = $4, valid_until = $5, retired_at = $6, change_id = $7
        where id = $1 and retired_at is null`,
      [plan.id, plan.people, plan.seats, plan.shift_hours_max, plan.valid_until, plan.retired_at, changeId],
    );
    return changed === 1;
  }

  /** A hint only, asked before the transaction; `inForce` decides. */
  async hasAny(organizationId: string): Promise<boolean> {
    const row = await this.database.one(
      `select 1 as found from standing_plan
        where organization_id = $1 and retired_at is null and valid_until > broker_now() limit 1`,
      [organizationId],
    );
    return row !== undefined;
  }

  /**
   * The organization's plans, the oldest first, each with the seats that its grants hold during the shift. Locked: who
   * narrows a plan waits for what it is approving, and then sees it.
   */
  async inForce(
    tx: Tx,
    organizationId: string,
    shift: Shift,
  ): Promise<(StandingPlan & { seats_taken: number })[]> {
    return tx.rows(
      `select ${COLUMNS},
              (select count(*) from access_grant g join declaration d on d.id = g.declaration_id
                where g.standing_plan_id = s.id and g.starts_at < $3 and g.ends_at > $2 and ${holds('$4')})::integer as seats_taken
         from standing_plan s
        where s.organization_id = $1 and s.retired_at is null and s.valid_from <= $4 and s.valid_until > $4
        order by s.valid_from, s.id for share of s`,
      [organizationId, shift.startsAt, shift.endsAt, tx.now],
    );
  }
}
