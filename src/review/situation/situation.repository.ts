import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { DeclarationFacts } from '../../declarations/declaration.js';
import { holds } from '../../nominations/nominations.repository.js';
import { COUNTED_LIVE } from '../live-count.js';
import type { CallInSituation, GrantsOfOrganization } from './situation.dto.js';
import type { CountedMinute } from './situation.js';

/** Newest first; more at once than any utility will have. */
const DECLARATIONS_MAX = 20;
/** What has ended is still shown for a day: the closing is under way. */
const RECENT = `interval '24 hours'`;

/** Whose part it is: of one organization, of one person, or (both null) all of it. */
export interface Part {
  organizationId: string | null;
  personId: string | null;
}

export interface DeclarationRow extends DeclarationFacts {
  id: string;
  number: string;
  name: string;
  is_drill: boolean;
  target_area: string[];
}

const DECLARATIONS = `
  select d.id, d.number, d.name, d.is_drill, d.posture_level, d.target_area, d.declared_at, d.confirmed_at, d.hard_end_at,
         d.lifted_at, d.waits_for_confirmation
    from declaration d
   where least(d.lifted_at, d.hard_end_at) > $1::timestamptz - ${RECENT}
     and ($2::text is null or exists (select from support_call c join support_call_organization o on o.support_call_id = c.id
                                       where c.declaration_id = d.id and o.organization_id = $2))
     and ($3::text is null or exists (select from access_grant g where g.declaration_id = d.id and g.person_id = $3))
   order by d.declared_at desc, d.id desc limit ${DECLARATIONS_MAX}`;

/** A seat is filled by a grant whose shift it is now. */
const CALLS = `
  select c.declaration_id, c.id, c.number, c.response_pattern, c.called_at,
         json_agg(json_build_object('organization_id', o.organization_id, 'seats', o.seats,
                                    'declined', o.declined_at is not null, 'filled', f.filled) order by o.organization_id) as organizations
    from support_call c
    join declaration d on d.id = c.declaration_id
    join support_call_organization o on o.support_call_id = c.id
    cross join lateral (
      select count(*)::integer as filled from access_grant g
       where g.support_call_id = c.id and g.organization_id = o.organization_id and g.starts_at <= $2 and ${holds('$2')}) f
   where c.declaration_id = any($1) and ($3::text is null or o.organization_id = $3)
   group by c.declaration_id, c.id, c.number, c.response_pattern, c.called_at order by c.called_at desc, c.id desc limit 200`;

/** Those that nothing has ended, each in one state; thousands are counted where they lie. */
const GRANTS = `
  select declaration_id, organization_id, (count(*) filter (where state = 'live'))::integer as live,
         (count(*) filter (where state = 'not_acknowledged'))::integer as not_acknowledged,
         (count(*) filter (where state = 'not_started'))::integer as not_started,
         (count(*) filter (where state = 'suspended'))::integer as suspended,
         (count(*) filter (where state = 'held_back'))::integer as held_back
    from (
      select g.declaration_id, g.organization_id,
             case when ${COUNTED_LIVE} then 'live'
                  when not coalesce(g.suspended_at <= g.resumed_at, g.suspended_at is null) then 'suspended'
                  when coalesce(g.acknowledged_at < g.resumed_at, g.acknowledged_at is null) then 'not_acknowledged'
                  when $1 < g.starts_at then 'not_started' else 'held_back' end as state
        from access_grant g
        join declaration d on d.id = g.declaration_id
        join person p on p.id = g.person_id
        join organization o on o.id = g.organization_id
        join field_profile f on f.id = g.field_profile_id
       where g.declaration_id = any($2) and ${holds('$1')} and ($3::text is null or g.organization_id = $3)) as one
   group by declaration_id, organization_id order by declaration_id, organization_id`;

const TYPES = ['lookup', 'match', 'reveal', 'evaluation', 'dispatch_failed'].flatMap((use) => [
  `use.${use}`,
  `drill.use.${use}`,
]);

/** By the index that leads with the declaration: the table itself is not read. */
const USES = `
  select r.declaration_id, date_bin('1 minute', r.at, $2) as at,
         count(*) filter (where r.decision = 'permit' and r.type in ('use.lookup', 'drill.use.lookup'))::integer as lookups,
         count(*) filter (where r.decision = 'refuse')::integer as refused
    from record r
   where r.declaration_id = any($1) and r.at >= $2 and r.decision <> 'done' and r.type = any($4)
     and ($3::text is null or r.organization_id = $3)
   group by 1, 2`;

const EXPOSURES = `
  select g.declaration_id, count(*)::integer as open from exposure x join access_grant g on g.id = x.grant_id
   where x.resolved_at is null and g.declaration_id = any($1) group by g.declaration_id`;

const LEDGER = `
  select coalesce((select size from signed_checkpoint), 0)::float8 as size, (select signed_at from signed_checkpoint) as signed_at,
         (select max(at) from replay) as compared_at,
         (select count(*) from mismatch where cleared_at is null)::integer as mismatches_open`;

@Injectable()
export class SituationRepository {
  constructor(private readonly database: Database) {}

  async declarations(now: Date, part: Part): Promise<DeclarationRow[]> {
    return this.database.rows(DECLARATIONS, [now, part.organizationId, part.personId]);
  }

  async calls(
    ids: readonly string[],
    now: Date,
    organizationId: string | null,
  ): Promise<(Omit<CallInSituation, 'called_at'> & { declaration_id: string; called_at: Date })[]> {
    return this.database.rows(CALLS, [ids, now, organizationId]);
  }

  async grants(
    ids: readonly string[],
    now: Date,
    organizationId: string | null,
  ): Promise<(GrantsOfOrganization & { declaration_id: string })[]> {
    return this.database.rows(GRANTS, [now, ids, organizationId]);
  }

  async uses(
    ids: readonly string[],
    from: Date,
    organizationId: string | null,
  ): Promise<(CountedMinute & { declaration_id: string })[]> {
    return this.database.rows(USES, [ids, from, organizationId, TYPES]);
  }

  async exposures(ids: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.database.rows<{ declaration_id: string; open: number }>(EXPOSURES, [ids]);
    return new Map(rows.map((row) => [row.declaration_id, row.open]));
  }

  async ledger(): Promise<{
    size: number;
    signed_at: Date | null;
    compared_at: Date | null;
    mismatches_open: number;
  }> {
    const [row] = await this.database.rows<{
      size: number;
      signed_at: Date | null;
      compared_at: Date | null;
      mismatches_open: number;
    }>(LEDGER);
    return row ?? { size: 0, signed_at: null, compared_at: null, mismatches_open: 0 };
  }
}
