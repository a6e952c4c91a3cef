import { Injectable } from '@nestjs/common';
import { ReportsDatabase } from '../../database/reports-database.js';
import type { RoomLine, TrainingGroup, TrainingLine, TrainingQuery } from './roster-reports.dto.js';

export interface TrainingRow {
  line: TrainingLine;
  joined_at: Date;
}

/** EDU-5: training of the other kind is none. */
const IS_TRAINED = `(p.training_valid_until > broker_now() and p.training_for is not distinct from p.employment) is true`;
const IS_PLEDGED = `(p.pledged_at <= broker_now()) is true`;
const OF_ORGANIZATION = `(p.left_at is null or p.left_at > broker_now()) and ($1::text is null or p.organization_id = $1)`;

const TRAINING = `
  select p.joined_at, json_build_object('person_id', p.id, 'name', p.name, 'role', p.role, 'organization_id', p.organization_id,
           'employment', p.employment, 'employer_id', p.employer_id, 'training_for', p.training_for,
           'content_version', p.training_content_version, 'completed_at', p.training_completed_at, 'valid_until', p.training_valid_until,
           'is_trained', ${IS_TRAINED}, 'pledge_version', p.pledge_version, 'pledged_at', p.pledged_at,
           'recertified_until', p.recertified_until) as line
    from person p where ${OF_ORGANIZATION} and (p.joined_at, p.id) < ($2, $3) order by p.joined_at desc, p.id desc limit $4`;

const GROUPS = `
  select p.organization_id, p.employment, count(*)::float8 as people, count(*) filter (where ${IS_TRAINED})::float8 as trained,
         count(*) filter (where ${IS_PLEDGED})::float8 as pledged,
         count(*) filter (where p.recertified_until > broker_now())::float8 as recertified
    from person p where ${OF_ORGANIZATION} group by 1, 2 order by 1, 2`;

/** Retired terminals are gone; lost ones are still somebody's to find. */
const ROOMS = `
  with terminals as (
    select t.*, c.used_by, c.last_issued_at from terminal t
      left join lateral (
        select max(c.issued_at) as last_issued_at,
               max(c.person_id) filter (where c.released_at is null and c.expires_at > broker_now()) as used_by
          from credential c where c.terminal_id = t.id) c on true
     where t.retired_at is null)
  select json_build_object('id', r.id, 'name', r.name, 'organization_id', r.organization_id,
           'is_shared', (select count(distinct t.organization_id) > 1 from terminals t where t.room_id = r.id),
           'occupancy', (select coalesce(json_agg(o order by o.organization_id), '[]') from (
              select t.organization_id, count(*) as terminals, count(t.lost_at) as lost, count(t.used_by) as in_use
                from terminals t where t.room_id = r.id group by 1) o),
           'terminals', (select coalesce(json_agg(o order by o.serial), '[]') from (
              select t.id, t.serial, t.organization_id, t.custodian_person_id, t.checked_out_to, t.checked_out_at, t.room_entry_log_ref,
                     t.enrolled_at, t.lost_at, t.used_by, t.last_issued_at
                from terminals t where t.room_id = r.id) o)) as room
    from room r order by r.id`;

@Injectable()
export class RosterReportsRepository {
  constructor(private readonly database: ReportsDatabase) {}

  /** Who joined last, first. */
  async training({ organization, after, take }: TrainingQuery): Promise<TrainingRow[]> {
    return this.database.rows(TRAINING, [organization ?? null, after.at, after.id, take]);
  }

  async groups(organization: string | null): Promise<TrainingGroup[]> {
    return this.database.rows(GROUPS, [organization]);
  }

  async rooms(): Promise<RoomLine[]> {
    return (await this.database.rows<{ room: RoomLine }>(ROOMS)).map((row) => row.room);
  }
}
