import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import type { Cause } from './ending.js';

/** How far a declaration is on the way to its certificate. */
export interface ClosingState {
  id: string;
  number: string;
  name: string;
  is_drill: boolean;
  lifted_at: Date | null;
  /** When it stopped being in force; null while it is in force. */
  ended_at: Date | null;
  granted: number;
  closed: number;
  last_ended_at: Date | null;
  /** Grants with a credential that lack a refused probe of either kind. */
  unproved: number;
  unresolved: number;
  completed_at: Date | null;
  record_id: string | null;
}

export interface ProbeLine {
  target: string;
  is_refused: boolean;
  code: string | null;
  record_id: string | null;
  at: string;
}

export interface CertifiedGrant {
  id: string;
  person_id: string;
  organization_id: string;
  starts_at: Date;
  ends_at: Date;
  ended_at: Date | null;
  cause: Cause | null;
  record_id: string | null;
  uses: number;
  had_credential: boolean;
  probes: ProbeLine[];
}

const ENDED_AT = `
  case when d.lifted_at is not null then least(d.lifted_at, d.hard_end_at)
       when d.hard_end_at <= broker_now() then d.hard_end_at end`;

const STATE = `
  select d.id, d.number, d.name, d.is_drill, d.lifted_at, ${ENDED_AT} as ended_at, n.granted, n.closed, n.last_ended_at,
         n.unproved, x.unresolved, z.completed_at, z.record_id
    from declaration d
    left join certificate z on z.declaration_id = d.id
    cross join lateral (
      select count(*)::integer as granted, count(e.grant_id)::integer as closed, max(e.ended_at) as last_ended_at,
             (count(*) filter (where c.grant_id is not null and 2 > (
               select count(distinct b.target) from probe b where b.grant_id = g.id and b.is_refused)))::integer as unproved
        from access_grant g
        left join grant_ending e on e.grant_id = g.id
        left join credential c on c.grant_id = g.id
       where g.declaration_id = d.id) n
    cross join lateral (
      select count(*)::integer as unresolved from exposure y join access_grant g on g.id = y.grant_id
       where g.declaration_id = d.id and y.resolved_at is null) x`;

@Injectable()
export class CertificatesRepository {
  constructor(private readonly database: Database) {}

  async state(id: string): Promise<ClosingState | undefined> {
    return this.database.one(`${STATE} where d.id = $1`, [id]);
  }

  async stateIn(tx: Tx, id: string): Promise<ClosingState | undefined> {
    return tx.one(`${STATE} where d.id = $1`, [id]);
  }

  /** Those that seem complete and have no certificate; judged again under the lock. */
  async candidates(): Promise<ClosingState[]> {
    return this.database.rows(
      `select * from (${STATE} where z.declaration_id is null
          and (d.lifted_at is not null or d.hard_end_at <= broker_now() - interval '10 seconds')) s
        where s.closed = s.granted and s.unproved = 0 and s.unresolved = 0 order by s.id limit 100`,
    );
  }

  async insert(tx: Tx, declarationId: string, recordId: string): Promise<void> {
    await tx.change(`insert into certificate (declaration_id, completed_at, record_id) values ($1, $2, $3)`, [
      declarationId,
      tx.now,
      recordId,
    ]);
  }

  /** Every grant of the declaration, in the order of the ends. */
  async grants(declarationId: string): Promise<CertifiedGrant[]> {
    return this.database.rows(
      `select g.id, g.person_id, g.organization_id, g.starts_at, g.ends_at, e.ended_at, e.cause, e.record_id,
              coalesce(u.last_no, 0) as uses, c.grant_id is not null as had_credential, coalesce(b.probes, '[]') as probes
         from access_grant g
         left join grant_ending e on e.grant_id = g.id
         left join grant_use u on u.grant_id = g.id
         left join credential c on c.grant_id = g.id
         left join lateral (
           select jsonb_agg(jsonb_build_object('target', p.target, 'is_refused', p.is_refused, 'code', p.code,
                    'record_id', p.record_id, 'at', p.at) order by p.id) as probes
             from probe p where p.grant_id = g.id) b on true
        where g.declaration_id = $1 order by e.ended_at, g.id`,
      [declarationId],
    );
  }
}
