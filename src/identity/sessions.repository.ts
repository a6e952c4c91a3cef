import { Injectable } from '@nestjs/common';
import type { Role } from '../contract/caller.js';
import { Database, type Tx } from '../database/database.js';

export interface SessionRow {
  person_id: string;
  name: string;
  role: Role;
  organization_id: string;
  organization_name: string;
  organization_kind: string;
  stepped_up_at: Date;
  now: Date;
}

const PERSON = `
  select p.id as person_id, p.name, p.role, p.organization_id, o.name as organization_name, o.kind as organization_kind
  from person p join organization o on o.id = p.organization_id
  where p.id = $1 and (p.left_at is null or p.left_at > broker_now()) and o.ended_at is null`;

const LIVE_SESSION = `
  select p.id as person_id, p.name, p.role, p.organization_id, o.name as organization_name, o.kind as organization_kind,
         s.stepped_up_at, broker_now() as now
  from session s join person p on p.id = s.person_id join organization o on o.id = p.organization_id
  where s.token_hash = $1 and s.ended_at is null and s.expires_at > broker_now()
    and (p.left_at is null or p.left_at > broker_now()) and o.ended_at is null`;

/** Sessions are rows; only the hash of a cookie's token is kept. A person who left has none, at once. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  async person(id: string): Promise<Omit<SessionRow, 'stepped_up_at' | 'now'> | undefined> {
    return this.database.one(PERSON, [id]);
  }

  async live(tokenHash: Buffer): Promise<SessionRow | undefined> {
    return this.database.one(LIVE_SESSION, [tokenHash]);
  }

  async start(tx: Tx, tokenHash: Buffer, personId: string, expiresAt: Date): Promise<void> {
    await tx.change(
      `insert into session (token_hash, person_id, created_at, stepped_up_at, expires_at) values ($1, $2, $3, $3, $4)`,
      [tokenHash, personId, tx.now, expiresAt],
    );
  }

  async end(tx: Tx, tokenHash: Buffer): Promise<boolean> {
    const ended = await tx.change(
      `update session set ended_at = $2 where token_hash = $1 and ended_at is null`,
      [tokenHash, tx.now],
    );
    return ended === 1;
  }
}
