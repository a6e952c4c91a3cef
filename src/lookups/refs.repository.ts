import { Injectable } from '@nestjs/common';
import { GuardDatabase } from '../database/database.js';

export interface RefRow {
  grant_id: string;
  call_id: string;
  /** JSON: direction, start, ticket, purpose. */
  call: string;
  supply_point_ref: string;
  sealed: Buffer;
}

/** References of earlier lookups. Whether one may be used is the gate's decision; this only reads what it names. */
@Injectable()
export class RefsRepository {
  constructor(private readonly database: GuardDatabase) {}

  async find(refHash: Buffer): Promise<RefRow | undefined> {
    return this.database.one(
      `select grant_id, call_id, call, supply_point_ref, sealed from lookup_ref where ref_hash = $1 and expires_at > broker_now()`,
      [refHash],
    );
  }

  /** Takes back what is dead anyway: references, proofs and counts past their end. → rows removed */
  async sweep(): Promise<number> {
    const [row] = await this.database.rows<{ removed: number }>(
      `with refs as (delete from lookup_ref where expires_at < broker_now() returning 1),
            proofs as (delete from dpop_proof where expires_at < broker_now() returning 1),
            counts as (delete from lookup_count where expires_at < broker_now() returning 1),
            keys as (delete from idempotency where created_at < broker_now() - interval '24 hours' returning 1)
       select ((select count(*) from refs) + (select count(*) from proofs) + (select count(*) from counts) + (select count(*) from keys))::integer as removed`,
    );
    return row?.removed ?? 0;
  }
}
