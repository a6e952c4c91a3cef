import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import type { ProbeTarget } from './prober.js';

/** `grant`: closed, and live again. */
export type ExposedTarget = ProbeTarget | 'grant';

export interface ExposureRow {
  id: string;
  grant_id: string;
  target: ExposedTarget;
  found_at: Date;
  what: string;
}

export interface NewProbe {
  grantId: string;
  target: ProbeTarget;
  isRefused: boolean;
  code: string | null;
  recordId: string | null;
}

@Injectable()
export class ExposuresRepository {
  constructor(private readonly database: Database) {}

  async open(take: number): Promise<ExposureRow[]> {
    return this.database.rows(
      `select id, grant_id, target, found_at, what from exposure where resolved_at is null order by found_at, id limit $1`,
      [take],
    );
  }

  async openOf(tx: Tx, grantIds: readonly string[]): Promise<ExposureRow[]> {
    return tx.rows(
      `select id, grant_id, target, found_at, what from exposure where resolved_at is null and grant_id = any($1)`,
      [grantIds],
    );
  }

  async insert(tx: Tx, rows: readonly Omit<ExposureRow, 'found_at'>[]): Promise<void> {
    await tx.change(
      `insert into exposure (id, grant_id, target, found_at, what)
       select one.id, one.grant_id, one.target, $1, one.what
         from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as one (id, grant_id, target, what)`,
      [
        tx.now,
        rows.map((row) => row.id),
        rows.map((row) => row.grant_id),
        rows.map((row) => row.target),
        rows.map((row) => row.what),
      ],
    );
  }

  async resolve(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.change(`update exposure set resolved_at = $1 where id = any($2) and resolved_at is null`, [
      tx.now,
      ids,
    ]);
  }

  async insertProbes(tx: Tx, probes: readonly NewProbe[]): Promise<void> {
    await tx.change(
      `insert into probe (grant_id, target, at, is_refused, code, record_id)
       select one.grant_id, one.target, $1, one.is_refused, one.code, one.record_id
         from unnest($2::text[], $3::text[], $4::boolean[], $5::text[], $6::text[])
           as one (grant_id, target, is_refused, code, record_id)`,
      [
        tx.now,
        probes.map((one) => one.grantId),
        probes.map((one) => one.target),
        probes.map((one) => one.isRefused),
        probes.map((one) => one.code),
        probes.map((one) => one.recordId),
      ],
    );
  }
}
