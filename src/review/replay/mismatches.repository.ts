import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/database.js';
import { ADVISORY_LOCKS } from '../../database/locks.js';
import type { Finding, Resource } from './finding.js';

interface OpenMismatch {
  id: string;
  finding: Finding;
  foundAt: Date;
}
interface OpenRow {
  id: string;
  type: Resource;
  resource_id: string;
  what: string;
  found_at: Date;
}
const OPEN = `select id, resource_type as type, resource_id, what, found_at from mismatch where cleared_at is null order by id`;
const openOf = ({ id, type, resource_id, what, found_at }: OpenRow): OpenMismatch => ({
  id,
  finding: { type, id: resource_id, what },
  foundAt: found_at,
});

@Injectable()
export class MismatchesRepository {
  constructor(private readonly database: Database) {}

  /** Whoever opens or clears waits here, and reads in later statements. */
  async lock(tx: Tx): Promise<void> {
    await tx.rows(`select pg_advisory_xact_lock(${ADVISORY_LOCKS.mismatches})`);
  }

  async open(tx: Tx): Promise<OpenMismatch[]> {
    return (await tx.rows<OpenRow>(OPEN)).map(openOf);
  }

  async openNow(): Promise<OpenMismatch[]> {
    return (await this.database.rows<OpenRow>(OPEN)).map(openOf);
  }

  async insert(tx: Tx, found: readonly { id: string; finding: Finding; recordId: string }[]): Promise<void> {
    await tx.change(
      `insert into mismatch (id, resource_type, resource_id, what, found_at, record_id)
       select id, type, resource_id, what, $1, record_id
         from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as one (id, type, resource_id, what, record_id)`,
      [
        tx.now,
        found.map((one) => one.id),
        found.map((one) => one.finding.type),
        found.map((one) => one.finding.id),
        found.map((one) => one.finding.what),
        found.map((one) => one.recordId),
      ],
    );
  }

  async clear(tx: Tx, cleared: readonly { id: string; recordId: string }[]): Promise<void> {
    await tx.change(
      `update mismatch m set cleared_at = $1, cleared_record = one.record_id
         from unnest($2::text[], $3::text[]) as one (id, record_id) where m.id = one.id and m.cleared_at is null`,
      [tx.now, cleared.map((one) => one.id), cleared.map((one) => one.recordId)],
    );
  }
}
