import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';

export interface UseRow {
  declaration_id: string;
  is_drill: boolean;
  /** It let something out, within the last 24 hours. */
  is_recent: boolean;
  /** What it could have shown: its own fields, or for a lookup every field of the profile as it was then. */
  fields: string[];
}

export interface IncidentRow {
  id: string;
  field_id: string;
  released_at: Date | null;
}

export interface NewIncident {
  id: string;
  field: string;
  useKey: Buffer;
}

const IS_USE_OF = `
  r.id = $1 and r.person_id = $2 and r.declaration_id is not null
  and r.type in ('use.lookup', 'use.match', 'use.reveal', 'use.evaluation', 'drill.use.lookup', 'drill.use.match',
                 'drill.use.reveal', 'drill.use.evaluation')`;

@Injectable()
export class IncidentsRepository {
  async isUseOf(reader: Pick<Tx, 'one'>, recordId: string, personId: string): Promise<boolean> {
    const found = await reader.one(`select from record r where ${IS_USE_OF}`, [recordId, personId]);
    return found !== undefined;
  }

  /** A use of that very person, permitted or refused. */
  async useOf(tx: Tx, recordId: string, personId: string): Promise<UseRow | undefined> {
    return tx.one(
      `select r.declaration_id, r.is_drill,
              r.decision = 'permit' and r.at > $3::timestamptz - interval '24 hours' as is_recent,
              case
                when d.details ? 'field' then array[d.details ->> 'field']
                when r.type like '%use.evaluation' then array(select jsonb_array_elements_text(d.details -> 'fields'))
                else array(
                  select f.field_id from access_grant g
                    join field_profile fp on fp.id = g.field_profile_id
                    join field_profile_field f on f.profile_id = fp.id and f.version = coalesce((
                      select (v.facts ->> 'current_version')::integer from fact_version v
                       where v.resource_type = 'field_profile' and v.resource_id = fp.id and v.at <= r.at
                       order by v.version desc limit 1), fp.current_version)
                   where g.id = r.grant_id)
              end as fields
         from record r cross join lateral (select r.payload::jsonb -> 'details' as details) d
        where ${IS_USE_OF}`,
      [recordId, personId, tx.now],
    );
  }

  /** What was reported after the same use, by the key of that use. */
  async ofUse(tx: Tx, useKey: Buffer): Promise<IncidentRow[]> {
    return tx.rows(`select id, field_id, released_at from incident where use_key = $1`, [useKey]);
  }

  async insert(tx: Tx, { id, field, useKey }: NewIncident, use: UseRow): Promise<void> {
    await tx.change(
      `insert into incident (id, at, field_id, declaration_id, is_drill, use_key) values ($1, $2, $3, $4, $5, $6)`,
      [id, tx.now, field, use.declaration_id, use.is_drill, useKey],
    );
  }
}
