import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { LedgerDatabase } from '../../database/database.js';

/** Longer than any asking; so long nobody asks again after a failure, or after the asking instance died. */
const HELD = '60 s';

/** Of all instances one asks at a time. Not a safeguard: two that ask get two good answers. */
@Injectable()
export class TurnsRepository {
  constructor(private readonly database: LedgerDatabase) {}

  /** → what this instance holds the turn by; undefined while another has it, or the last asking failed. */
  async take(name: string): Promise<string | undefined> {
    const holder = randomUUID();
    const taken = await this.database.rows(
      `insert into outside_turn (name, holder, until) values ($1, $2, clock_timestamp() + $3::interval)
       on conflict (name) do update set holder = excluded.holder, until = excluded.until
         where outside_turn.until < clock_timestamp() returning name`,
      [name, holder, HELD],
    );
    return taken.length === 1 ? holder : undefined;
  }

  async giveBack(name: string, holder: string): Promise<void> {
    await this.database.rows('delete from outside_turn where name = $1 and holder = $2 returning name', [
      name,
      holder,
    ]);
  }
}
