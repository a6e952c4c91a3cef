import { Injectable } from '@nestjs/common';
import { GuardDatabase } from '../database/database.js';

/** Fewer months ahead than this, and the owner is told to make more (make_record_partitions). */
const FEWEST_MONTHS = 3;

/** Until when the months of `record` are made. A missing one falls into the default partition: nothing fails, but no purge is cheap. */
@Injectable()
export class Partitions {
  constructor(private readonly database: GuardDatabase) {}

  /** Whole months from now to the end of the last one made in a row; 0 when this month's is missing. */
  async monthsAhead(): Promise<number> {
    const row = await this.database.one<{ months: number }>(`
      select count(*)::integer as months from (
        select n, bool_and(to_regclass(format('public.record_%s', to_char(
                 (broker_now() at time zone 'Asia/Tokyo') + make_interval(months => n), 'YYYY_MM'))) is not null)
               over (order by n) as is_there
          from generate_series(0, 24) n) as ahead
       where is_there`);
    return Math.max(0, (row?.months ?? 0) - 1);
  }

  async areShort(): Promise<boolean> {
    return (await this.monthsAhead()) < FEWEST_MONTHS;
  }
}
