import { Injectable } from '@nestjs/common';
import { ReportsDatabase } from '../../database/reports-database.js';
import type { LedgerState, MonthLine, Silence } from './reports.dto.js';

const MONTHS = `
  select json_build_object('month', to_char(month, 'YYYY-MM'), 'records', records, 'first_at', first_at, 'last_at', last_at) as item
    from (select date_trunc('month', at at time zone 'Asia/Tokyo') as month, count(*) as records, min(at) as first_at, max(at) as last_at
            from record group by 1) m order by month`;

/** LOG-4: two heartbeats further apart than `$1` minutes, and the time since the last. */
const SILENCES = `
  select json_build_object('from', at, 'to', next, 'minutes', round(extract(epoch from next - at) / 60)) as item
    from (select at, coalesce(lead(at) over (order by at), broker_now()) as next from record where type = 'service.heartbeat') h
   where next - at > make_interval(mins => $1) order by at`;

const LEDGER = `
  select (select size from tree_state)::float8 as size, (select count(*) from pending)::float8 as waiting,
         (select size from signed_checkpoint)::float8 as signed_size, (select signed_at from signed_checkpoint) as signed_at`;

@Injectable()
export class RetentionRepository {
  constructor(private readonly database: ReportsDatabase) {}

  /** By months of Japan, oldest first; a month without a record has no line. */
  async months(): Promise<MonthLine[]> {
    return (await this.database.rows<{ item: MonthLine }>(MONTHS)).map((row) => row.item);
  }

  async heartbeats(): Promise<number> {
    const row = await this.database.one<{ count: number }>(
      `select count(*)::float8 as count from record where type = 'service.heartbeat'`,
    );
    return row?.count ?? 0;
  }

  async silences(longerThanMinutes: number): Promise<Silence[]> {
    const rows = await this.database.rows<{ item: Silence }>(SILENCES, [longerThanMinutes]);
    return rows.map((row) => row.item);
  }

  async ledger(): Promise<LedgerState> {
    const row = await this.database.one<Omit<LedgerState, 'signed_at'> & { signed_at: Date | null }>(LEDGER);
    return {
      size: row?.size ?? 0,
      waiting: row?.waiting ?? 0,
      signed_size: row?.signed_size ?? null,
      signed_at: row?.signed_at?.toISOString() ?? null,
    };
  }
}
