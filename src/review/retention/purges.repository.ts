import { Injectable } from '@nestjs/common';
import { CLOCK_TEXT } from '../../clock/shipped-clock.js';
import type { PageQuery } from '../../contract/page.js';
import { Database, type Tx } from '../../database/database.js';
import { ADVISORY_LOCKS } from '../../database/locks.js';

export interface PurgeRow {
  id: string;
  /** As YYYY-MM. */
  month: string;
  retention_years: number;
  change_id: string;
  proposed_by: string;
  confirmed_by: string;
  reason: string;
  confirmed_at: Date;
  is_lapsed: boolean;
  done_at: Date | null;
  dropped: string | null;
  ids_digest: Buffer | null;
  stamped_size: string | null;
  first_position: string | null;
  last_position: string | null;
  record_ids: string[] | null;
}

/** What stands for or against the purge of a month, without reading all of it. */
export interface MonthGround {
  clock_text: string;
  is_there: boolean;
  /** Of the last record of the month, by its time; null when it has no place in the tree yet. */
  position: string | null;
  /** The size of the largest time-stamped checkpoint. */
  stamped_size: string | null;
  is_waiting: boolean;
  /** Declarations with records in the month whose rows are kept. */
  on_hold: string[];
}

/** First and last position, and the hash of the first one's leaf. */
export interface PurgedRange {
  positions: [number, number];
  firstLeaf: Buffer;
}

const LAPSED = `(p.done_at is null and p.confirmed_at <= broker_now() - interval '24 hours')`;
const COLUMNS = `p.id, to_char(p.month, 'YYYY-MM') as month, p.retention_years, p.change_id, c.proposed_by,
  c.decided_by as confirmed_by, c.body::jsonb ->> 'reason' as reason, p.confirmed_at, ${LAPSED} as is_lapsed, p.done_at,
  p.dropped, p.ids_digest, p.stamped_size, r.first_position, r.last_position, p.record_ids`;
const FROM = `purge p join change c on c.id = p.change_id
  left join lateral (select min(first_position) as first_position, max(last_position) as last_position
                       from purged_position where purge_id = p.id) r on true`;

const GROUND = `
  select ${CLOCK_TEXT} as clock_text, newest.position, newest.id is not null as is_there,
         (select max(s.size) from checkpoint_timestamp s join signed_checkpoint c on c.origin = s.origin) as stamped_size,
         exists (select from purge p where p.month = $1 and p.done_at is null and not ${LAPSED}) as is_waiting,
         array(select held from unnest(declarations_on_hold()) as held
                where exists (select from record k where k.declaration_id = held
                                 and k.at >= purge_begins($1) and k.at < purge_ends($1))
                order by held) as on_hold
    from (values (1)) as one
    left join lateral (
      select k.id, l.position from record k left join leaf l on l.record_id = k.id
       where k.at >= purge_begins($1) and k.at < purge_ends($1)
         and k.type <> all(never_purged()) and coalesce(k.declaration_id <> all(declarations_on_hold()), true)
       order by k.at desc, k.id desc limit 1) as newest on true`;

@Injectable()
export class PurgesRepository {
  constructor(private readonly database: Database) {}

  async page(query: PageQuery): Promise<PurgeRow[]> {
    return this.database.rows(
      `select ${COLUMNS} from ${FROM} where (p.confirmed_at, p.id) < ($1, $2)
        order by p.confirmed_at desc, p.id desc limit $3`,
      [query.after.at, query.after.id, query.take],
    );
  }

  /** `day`: the first of the month. */
  async ground(tx: Tx, day: string): Promise<MonthGround | undefined> {
    return tx.one(GROUND, [day]);
  }

  async insert(
    tx: Tx,
    row: { id: string; day: string; retentionYears: number; changeId: string },
  ): Promise<void> {
    await tx.change(
      `insert into purge (id, month, retention_years, change_id, confirmed_at) values ($1, $2, $3, $4, $5)`,
      [row.id, row.day, row.retentionYears, row.changeId, tx.now],
    );
  }

  /** Confirmed less than a day ago, and not done. */
  async waiting(): Promise<string[]> {
    const rows = await this.database.rows<{ id: string }>(
      `select p.id from purge p where p.done_at is null and not ${LAPSED} order by p.confirmed_at, p.id`,
    );
    return rows.map(({ id }) => id);
  }

  /** False when another instance is at a purge, or somebody is placing a hold just now. */
  async holdAlone(tx: Tx): Promise<boolean> {
    const row = await tx.one<{ held: boolean }>(
      `select pg_try_advisory_xact_lock(${ADVISORY_LOCKS.purging}) as held`,
    );
    return row?.held ?? false;
  }

  async find(tx: Tx, id: string): Promise<PurgeRow | undefined> {
    return tx.one(`select ${COLUMNS} from ${FROM} where p.id = $1`, [id]);
  }

  /** Finds and names what would go; the database asks for itself whether it may (migrations/0008). */
  async prepare(tx: Tx, id: string): Promise<void> {
    await tx.rows('select prepare_purge($1)', [id]);
  }

  /** First and last positions, in the order of the tree. */
  async rangesOf(tx: Tx, id: string): Promise<PurgedRange[]> {
    const rows = await tx.rows<{ first_position: string; last_position: string; hash: Buffer }>(
      `select r.first_position, r.last_position, l.hash from purged_position r join leaf l on l.position = r.first_position
        where r.purge_id = $1 order by r.first_position`,
      [id],
    );
    return rows.map((row) => ({
      positions: [Number(row.first_position), Number(row.last_position)],
      firstLeaf: row.hash,
    }));
  }

  /** Drops the month, with what was named; the last statement before the commit. → how many rows were kept */
  async finish(tx: Tx, id: string, recordIds: readonly string[]): Promise<number> {
    const row = await tx.one<{ kept: string }>('select finish_purge($1, $2) as kept', [id, recordIds]);
    return Number(row?.kept);
  }

  /** Whether the payload of this position of the tree went with a purge, by the tables; the records say the same. */
  async isPurged(position: number): Promise<boolean> {
    const rows = await this.database.rows(
      'select from purged_position where $1 between first_position and last_position limit 1',
      [position],
    );
    return rows.length > 0;
  }

  /** All of them, in the order of the tree: first and last positions. */
  async purgedRanges(): Promise<[number, number][]> {
    const rows = await this.database.rows<{ first_position: string; last_position: string }>(
      'select first_position, last_position from purged_position order by first_position',
    );
    return rows.map((row) => [Number(row.first_position), Number(row.last_position)]);
  }
}
