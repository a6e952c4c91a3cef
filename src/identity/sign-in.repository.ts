import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { ADVISORY_LOCKS } from '../database/locks.js';
import { aloneWithChains } from './session-chains.js';

/** On the way to a provider and back. */
export interface Attempt {
  provider: string;
  nonce: string;
  code_verifier: string;
  is_step_up: boolean;
  session_id: string | null;
  return_to: string;
  created_at: Date;
  expires_at: Date;
}

/** Whom a provider means, and whether that person may sign in now. */
export interface MappedPerson {
  person_id: string;
  organization_id: string;
  has_left: boolean;
  /** The mapping, or the person's row, is not what the ledger says. */
  is_mismatched: boolean;
}

export interface ProvidedSession {
  id: string;
  person_id: string;
}

@Injectable()
export class SignInRepository {
  /** Sweeps what has expired along with it: nothing else does. */
  async begin(
    tx: Tx,
    hashes: { state: Buffer; browser: Buffer },
    attempt: Omit<Attempt, 'created_at'>,
  ): Promise<void> {
    await this.sweep(tx);
    await tx.change(
      `insert into sign_in_attempt (state_hash, browser_hash, provider, nonce, code_verifier, is_step_up, session_id,
                                    return_to, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        hashes.state,
        hashes.browser,
        attempt.provider,
        attempt.nonce,
        attempt.code_verifier,
        attempt.is_step_up,
        attempt.session_id,
        attempt.return_to,
        tx.now,
        attempt.expires_at,
      ],
    );
  }

  /** Takes it out, once: of two returns one finds it. Another browser, or another provider's return, leaves it. */
  async take(
    tx: Tx,
    hashes: { state: Buffer; browser: Buffer },
    provider: string,
  ): Promise<Attempt | undefined> {
    const [attempt] = await tx.rows<Attempt>(
      `delete from sign_in_attempt where state_hash = $1 and browser_hash = $2 and provider = $3
       returning provider, nonce, code_verifier, is_step_up, session_id, return_to, created_at, expires_at`,
      [hashes.state, hashes.browser, provider],
    );
    return attempt;
  }

  async mapped(tx: Tx, provider: string, subject: string): Promise<MappedPerson | undefined> {
    return tx.one(
      `select p.id as person_id, p.organization_id,
              (coalesce(p.left_at <= $3, false) or o.ended_at is not null) as has_left,
              exists (select from mismatch m where m.cleared_at is null and (m.resource_type, m.resource_id)
                        in (('person_identity', i.id), ('person', p.id))) as is_mismatched
         from person_identity i join person p on p.id = i.person_id join organization o on o.id = p.organization_id
        where i.provider = $1 and i.subject = $2 and i.retired_at is null`,
      [provider, subject, tx.now],
    );
  }

  /** Whose session it is, dead or alive. */
  async personOf(tx: Tx, sessionId: string): Promise<string | undefined> {
    const row = await tx.one<{ person_id: string }>(`select person_id from session where id = $1`, [
      sessionId,
    ]);
    return row?.person_id;
  }

  /** False: this logout token was used before. */
  async noticed(tx: Tx, provider: string, jti: string, expiresAt: Date): Promise<boolean> {
    await this.sweep(tx);
    const kept = await tx.change(
      `insert into logout_notice (provider, jti, expires_at) values ($1, $2, $3) on conflict do nothing`,
      [provider, jti, expiresAt],
    );
    return kept === 1;
  }

  /** One at a time: two that delete the same rows in another order would wait for each other. */
  private async sweep(tx: Tx): Promise<void> {
    const lock = await tx.one<{ is_ours: boolean }>(`select pg_try_advisory_xact_lock($1) as is_ours`, [
      ADVISORY_LOCKS.signInSweep,
    ]);
    if (lock?.is_ours !== true) return;
    await tx.change(`delete from sign_in_attempt where expires_at < $1`, [tx.now]);
    await tx.change(`delete from logout_notice where expires_at < $1`, [tx.now]);
  }

  /** Ends what stands on the provider's session or person, stepped up or not; with both given, both must fit. */
  async endProvided(
    tx: Tx,
    provider: string,
    by: { sub: string | undefined; sid: string | undefined },
  ): Promise<ProvidedSession[]> {
    await aloneWithChains(tx);
    return tx.rows(
      `update session set ended_at = $2, end_cause = 'provider_logout'
        where ended_at is null and id in (
          select session_id from session_provider
           where provider = $1 and ($3::text is null or provider_sub = $3) and ($4::text is null or provider_sid = $4))
       returning id, person_id`,
      [provider, tx.now, by.sub ?? null, by.sid ?? null],
    );
  }
}
