import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import { ADVISORY_LOCKS } from '../database/locks.js';
import { GRANT_COLUMNS, GRANT_TABLES, type GrantFacts } from '../grants/grant.js';
import type { Ending } from './ending.js';

/** Held for a batch by the one instance that is at it: an economy. That a grant is closed once is CLOSING's. */
const AT_IT = ADVISORY_LOCKS.endingsAtWork;
const CLOSING = ADVISORY_LOCKS.closing;

export interface EndedRow extends GrantFacts {
  declaration_id: string;
  organization_id: string;
  is_drill: boolean;
  uses: number;
  jti: string | null;
  jkt: string | null;
  terminal_id: string | null;
  holder_id: string | null;
}

const FACTS = `
  select ${GRANT_COLUMNS}, g.declaration_id, g.organization_id, g.is_drill, coalesce(u.last_no, 0) as uses,
         c.jti, c.jkt, c.terminal_id, c.person_id as holder_id
    from ${GRANT_TABLES}
    left join grant_use u on u.grant_id = g.id
    left join credential c on c.grant_id = g.id`;

/**
 * A declaration that is over and has its certificate is closed with all its grants: only the others are looked through.
 * While it is in force, a certificate says nothing.
 */
const OPEN = `
  not (exists (select from certificate z where z.declaration_id = d.id)
       and (d.lifted_at is not null or d.hard_end_at <= broker_now()))
  and not exists (select from grant_ending e where e.grant_id = g.id)`;

const BY_PERSON = `(g.revoked_at is not null or g.handed_back_at is not null or d.lifted_at is not null)`;

/**
 * An end by the clock alone is closed when it has settled: a decision from just before it may take as long as the
 * database lets a transaction stand still. An end by an act has waited for those decisions itself.
 */
const SETTLED = `broker_now() - interval '10 seconds'`;
const LOOKS_ENDED = `(
  ${BY_PERSON} or g.ends_at <= ${SETTLED} or d.hard_end_at <= ${SETTLED} or p.left_at <= ${SETTLED} or p.joined_at > g.approved_at
  or o.ended_at <= ${SETTLED} or fp.retired_at <= ${SETTLED}
  or not exists (select from entrustment_agreement a where a.organization_id = g.organization_id and a.is_complete
                  and a.registered_at <= g.approved_at and a.valid_from <= broker_now() and least(a.valid_until, a.ended_at) > ${SETTLED}))`;

export interface Counted {
  is_drill: boolean;
  open: number;
  by_clock: number;
}

@Injectable()
export class EndingsRepository {
  constructor(private readonly database: Database) {}

  /** False when another instance is at it; let go with the transaction, also when its process dies. */
  async holdAlone(tx: Tx): Promise<boolean> {
    const row = await tx.one<{ held: boolean }>(`select pg_try_advisory_xact_lock(${AT_IT}) as held`);
    return row?.held ?? false;
  }

  /** Whoever closes grants or settles exposures waits here, and reads in later statements. */
  async lockClosing(tx: Tx): Promise<void> {
    await tx.rows(`select pg_advisory_xact_lock(${CLOSING})`);
  }

  /** The next ids after `after` that look ended and are not closed; of braked kinds only those ended by an act. */
  async nextEnded(after: string, brakedKinds: readonly boolean[], take: number): Promise<string[]> {
    const rows = await this.database.rows<{ id: string }>(
      `select g.id from ${GRANT_TABLES}
        where ${OPEN} and ${LOOKS_ENDED} and g.id > $1 and (g.is_drill <> all ($2::boolean[]) or ${BY_PERSON})
        order by g.id limit $3`,
      [after, brakedKinds, take],
    );
    return rows.map((row) => row.id);
  }

  async facts(ids: readonly string[]): Promise<EndedRow[]> {
    return this.database.rows(`${FACTS} where g.id = any($1)`, [ids]);
  }

  /** The same under the lock: those of them that nobody has closed meanwhile. */
  async stillOpen(tx: Tx, ids: readonly string[]): Promise<EndedRow[]> {
    return tx.rows(`${FACTS} where g.id = any($1) and ${OPEN} order by g.id`, [ids]);
  }

  async factsOf(tx: Tx, ids: readonly string[]): Promise<EndedRow[]> {
    return tx.rows(`${FACTS} where g.id = any($1)`, [ids]);
  }

  /** Closed, and yet nothing that ends it stands any more: an agreement that was renewed, a person who is back. */
  async closedAndPerhapsBack(): Promise<EndedRow[]> {
    return this.database.rows(
      `${FACTS} where exists (select from grant_ending e where e.grant_id = g.id)
          and not ${BY_PERSON} and g.ends_at > broker_now() and d.hard_end_at > broker_now()
        order by g.id limit 1000`,
    );
  }

  /** Open grants, and those of them that the clock alone has ended: real ones and drills apart (law 9). */
  async counted(): Promise<Counted[]> {
    return this.database.rows(
      `select g.is_drill, count(*)::integer as open,
              (count(*) filter (where not ${BY_PERSON} and (g.ends_at <= ${SETTLED} or d.hard_end_at <= ${SETTLED})))::integer as by_clock
         from ${GRANT_TABLES} where ${OPEN} group by g.is_drill`,
    );
  }

  async wasBrakedWithinTheHour(tx: Tx, isDrill: boolean): Promise<boolean> {
    const rows = await tx.rows(
      `select from endings_brake where is_drill = $1 and at > $2::timestamptz - interval '1 hour' limit 1`,
      [isDrill, tx.now],
    );
    return rows.length > 0;
  }

  async insertBrake(tx: Tx, counted: Counted, recordId: string): Promise<void> {
    await tx.change(
      `insert into endings_brake (is_drill, at, by_clock, open, record_id) values ($1, $2, $3, $4, $5)`,
      [counted.is_drill, tx.now, counted.by_clock, counted.open, recordId],
    );
  }

  async insertEndings(
    tx: Tx,
    endings: readonly (Ending & { grantId: string; recordId: string })[],
  ): Promise<void> {
    await tx.change(
      `insert into grant_ending (grant_id, ended_at, cause, closed_at, record_id)
       select one.id, one.ended_at, one.cause, $1, one.record_id
         from unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[]) as one (id, ended_at, cause, record_id)`,
      [
        tx.now,
        endings.map((one) => one.grantId),
        endings.map((one) => one.endedAt),
        endings.map((one) => one.cause),
        endings.map((one) => one.recordId),
      ],
    );
  }
}
