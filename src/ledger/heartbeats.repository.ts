import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import type { SignOfLife } from './heartbeat.js';

interface SignRow {
  type: string;
  at: Date;
  payload: string;
}

/** Who was there in which slot, and what the records say of it. */
@Injectable()
export class HeartbeatsRepository {
  constructor(private readonly database: Database) {}

  /** → true for the one instance that writes the slot's record: the unique index lets no second one. */
  async beat(tx: Tx, slot: Date, instance: string): Promise<boolean> {
    const beat = (isRecord: boolean): Promise<number> =>
      tx.change(
        'insert into service_beat (slot, instance, is_record) values ($1, $2, $3) on conflict do nothing',
        [slot, instance, isRecord],
      );
    if ((await beat(true)) === 1) return true;
    await beat(false);
    return false;
  }

  /** Instances that were there since the given slot, the asker left out. */
  async others(tx: Tx, since: Date, instance: string): Promise<number> {
    const row = await tx.one<{ n: number }>(
      `select count(distinct instance)::integer as n from service_beat b where slot >= $1 and instance <> $2
          and not exists (select from service_end e where e.instance = b.instance)`,
      [since, instance],
    );
    return row?.n ?? 0;
  }

  async end(tx: Tx, instance: string): Promise<void> {
    await tx.change('insert into service_end (instance, ended_at) values ($1, $2)', [instance, tx.now]);
  }

  /** The signs of life on record in a span of time, for `gapsIn`. */
  async signs(from: Date, to: Date): Promise<SignOfLife[]> {
    const rows = await this.database.rows<SignRow>(
      `select type, at, payload from record
        where type in ('service.heartbeat', 'service.started', 'service.stopped') and at >= $1 and at < $2 order by at`,
      [from, to],
    );
    return rows.map(signOf);
  }
}

function signOf({ type, at, payload }: SignRow): SignOfLife {
  const kind = type.slice('service.'.length) as SignOfLife['kind'];
  const { details } = JSON.parse(payload) as { details: { others?: number } };
  return { kind, at, ...(details.others !== undefined && { others: details.others }) };
}
