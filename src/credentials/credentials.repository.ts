import { Injectable } from '@nestjs/common';
import { CLOCK_TEXT } from '../clock/shipped-clock.js';
import { GuardDatabase, type Tx } from '../database/database.js';
import { GRANT_COLUMNS, GRANT_TABLES, type GrantFacts } from '../grants/grant.js';

export interface CredentialRow {
  grant_id: string;
  jti: string;
  jkt: string;
  terminal_id: string;
  person_id: string;
  issued_at: Date;
  expires_at: Date;
  released_at: Date | null;
}

export interface IntrospectedRow extends GrantFacts, CredentialRow {
  declaration_id: string;
  target_area: string[];
  organization_id: string;
  terminal_is_usable: boolean;
  is_drill: boolean;
  now: Date;
  clock_text: string;
}

@Injectable()
export class CredentialsRepository {
  constructor(private readonly database: GuardDatabase) {}

  /** The credential of a grant that somebody could still use; its grant's row is locked already. */
  async held(tx: Tx, grantId: string): Promise<CredentialRow | undefined> {
    return tx.one(
      `select c.* from credential c join terminal t on t.id = c.terminal_id
        where c.grant_id = $1 and c.released_at is null and c.expires_at > $2 and t.lost_at is null and t.retired_at is null`,
      [grantId, tx.now],
    );
  }

  /** Issues or renews: one row a grant, so the credential before it is dead from here. */
  async put(tx: Tx, row: Omit<CredentialRow, 'released_at'>): Promise<void> {
    await tx.change(
      `insert into credential (grant_id, jti, jkt, terminal_id, person_id, issued_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (grant_id) do update set jti = excluded.jti, jkt = excluded.jkt, terminal_id = excluded.terminal_id,
         person_id = excluded.person_id, issued_at = excluded.issued_at, expires_at = excluded.expires_at, released_at = null`,
      [row.grant_id, row.jti, row.jkt, row.terminal_id, row.person_id, row.issued_at, row.expires_at],
    );
  }

  /** Burns a proof or an assertion until it can no longer be used; false when it was seen before, on any instance. */
  async burnProof(tx: Tx, replayKey: Buffer, usableUntil: Date): Promise<boolean> {
    const added = await tx.change(
      `insert into dpop_proof (replay_key, expires_at) values ($1, $2) on conflict do nothing`,
      [replayKey, usableUntil],
    );
    return added === 1;
  }

  async release(tx: Tx, jti: string): Promise<CredentialRow | undefined> {
    const released = await tx.change(
      `update credential set released_at = $2 where jti = $1 and released_at is null`,
      [jti, tx.now],
    );
    return released === 1 ? tx.one(`select * from credential where jti = $1`, [jti]) : undefined;
  }

  /** Issued, and not released since. */
  async isOut(jti: string): Promise<boolean> {
    const found = await this.database.one(`select from credential where jti = $1 and released_at is null`, [
      jti,
    ]);
    return found !== undefined;
  }

  /** What the clock is made of, read in the transaction that issues by it (law 8). */
  async clockText(tx: Tx): Promise<string> {
    const row = await tx.one<{ clock_text: string }>(`select ${CLOCK_TEXT} as clock_text`);
    return row?.clock_text ?? '';
  }

  /** Those of the clients that are registered and not withdrawn at this instant. */
  async clientsByIds(
    ids: readonly string[],
  ): Promise<{ id: string; secret_hash: Buffer | null; jwks: string | null }[]> {
    return this.database.rows(
      `select id, secret_hash, jwks from system_client where id = any($1::text[]) and retired_at is null`,
      [ids],
    );
  }

  /** A token's row with every fact of its grant, at this instant. */
  async introspect(jti: string): Promise<IntrospectedRow | undefined> {
    return this.database.one(
      `select c.*, ${GRANT_COLUMNS}, g.declaration_id, g.organization_id, g.is_drill, d.target_area,
              t.lost_at is null and t.retired_at is null and t.organization_id = g.organization_id
                and coalesce(t.checked_out_to, c.person_id) = c.person_id as terminal_is_usable,
              broker_now() as now, ${CLOCK_TEXT} as clock_text
         from ${GRANT_TABLES}
         join credential c on c.grant_id = g.id
         join terminal t on t.id = c.terminal_id
        where c.jti = $1`,
      [jti],
    );
  }
}
