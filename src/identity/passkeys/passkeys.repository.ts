import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { GuardDatabase, type Tx } from '../../database/database.js';
import { invariant } from '../../contract/domain-error.js';
import type { PageQuery } from '../../contract/page.js';
import { WAITING_HOURS, type CandidateRow } from './passkey.js';
import type { KnownKey, Registration } from './relying-party.js';

/** A key as it was shown. */
export interface RequestRow {
  id: string;
  person_id: string;
  organization_id: string;
  public_key: Buffer;
  label: string;
  is_synced: boolean;
  proven_at: Date;
  sign_count: string;
}

/** A passkey as of an instant, or what waits to become one. */
export interface ListedRow {
  id: string;
  person_id: string;
  label: string;
  public_key: Buffer;
  is_synced: boolean;
  proven_at: Date;
  /** As the row's version has them: times as text. */
  facts: {
    enrolled_at: string;
    change_id: string | null;
    revoked_at: string | null;
    suspended_at: string | null;
  } | null;
  last_used_at: Date | null;
}

const CANDIDATE = `
  select r.id, r.person_id, p.organization_id, r.credential_id, r.public_key, k.enrolled_at, k.revoked_at, k.suspended_at,
         u.sign_count, p.left_at, p.joined_at, o.ended_at as organization_ended_at,
         exists (select from mismatch m where m.cleared_at is null and (m.resource_type, m.resource_id)
                   in (('passkey', r.id), ('person', p.id))) as is_mismatched
    from passkey_request r join person p on p.id = r.person_id join organization o on o.id = p.organization_id
    left join passkey k on k.id = r.id left join passkey_use u on u.passkey_id = r.id`;

/** $1: as of which instant; null: now. */
const LISTED = `
  select r.id, r.person_id, r.label, r.public_key, r.is_synced, r.proven_at, v.facts,
         case when $1::timestamptz is null then u.last_used_at end as last_used_at
    from passkey_request r left join passkey_use u on u.passkey_id = r.id
    left join lateral (
      select facts from fact_version
       where resource_type = 'passkey' and resource_id = r.id and at <= coalesce($1, broker_now())
       order by version desc limit 1) v on true`;

const LIVE = `k.revoked_at is null and k.suspended_at is null`;

@Injectable()
export class PasskeysRepository {
  constructor(private readonly database: GuardDatabase) {}

  async person(id: string): Promise<{ id: string; name: string; organization_id: string } | undefined> {
    return this.database.one(`select id, name, organization_id from person where id = $1`, [id]);
  }

  /** Those that a person can answer with now. */
  async keysOf(personId: string): Promise<KnownKey[]> {
    return this.database.rows(
      `select r.credential_id as "credentialId", k.public_key as "publicKey"
         from passkey k join passkey_request r on r.id = k.id where k.person_id = $1 and ${LIVE}`,
      [personId],
    );
  }

  async insertRequest(
    tx: Tx,
    id: string,
    personId: string,
    label: string,
    shown: Registration,
  ): Promise<void> {
    await tx.change(
      `insert into passkey_request (id, person_id, credential_id, public_key, sign_count, is_synced, label, proven_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        id, personId, shown.credentialId, shown.publicKey, shown.signCount, shown.isSynced, label, tx.now,
      ], // prettier-ignore
    );
  }

  /** What waits for two others; undefined when nobody has shown it, or it is confirmed already. */
  async waiting(tx: Tx, id: string): Promise<RequestRow | undefined> {
    return tx.one(
      `select r.id, r.person_id, p.organization_id, r.public_key, r.label, r.is_synced, r.proven_at, r.sign_count
         from passkey_request r join person p on p.id = r.person_id
        where r.id = $1 and not exists (select from passkey k where k.id = r.id)
          and (p.left_at is null or p.left_at > $2) and p.joined_at <= r.proven_at
          and r.proven_at > $2::timestamptz - make_interval(hours => $3)`,
      [id, tx.now, WAITING_HOURS],
    );
  }

  async isTaken(tx: Tx, requestId: string): Promise<boolean> {
    const row = await tx.one(
      `select from passkey k join passkey_request r on r.credential_hash = k.credential_hash where r.id = $1`,
      [requestId],
    );
    return row !== undefined;
  }

  async enrol(tx: Tx, requestId: string, changeId: string | null): Promise<void> {
    await tx.change(
      `insert into passkey (id, person_id, credential_hash, public_key, label, enrolled_at, change_id)
       select id, person_id, credential_hash, public_key, label, $2, $3 from passkey_request where id = $1`,
      [requestId, tx.now, changeId],
    );
    await tx.change(
      `insert into passkey_use (passkey_id, sign_count) select id, sign_count from passkey_request where id = $1`,
      [requestId],
    );
  }

  /** As of an instant (null: now); of one person, or of all (null); `waiting`: only what waits. */
  async page(
    query: PageQuery,
    asked: { personId: string | null; asOf: Date | null; isWaiting: boolean },
  ): Promise<ListedRow[]> {
    return this.database.rows(
      `${LISTED} where (r.proven_at, r.id) < ($2, $3) and ($5::text is null or r.person_id = $5)
          and r.proven_at <= coalesce($1, broker_now()) and (not $6 or v.facts is null)
        order by r.proven_at desc, r.id desc limit $4`,
      [
        asked.asOf, query.after.at, query.after.id, query.take, asked.personId, asked.isWaiting,
      ], // prettier-ignore
    );
  }

  /** As it is now. */
  async shownAs(id: string): Promise<ListedRow> {
    const row = await this.database.one<ListedRow>(`${LISTED} where r.id = $2`, [null, id]);
    invariant(row, 'a passkey is never deleted');
    return row;
  }

  async find(tx: Tx, id: string): Promise<CandidateRow | undefined> {
    return tx.one(`${CANDIDATE} where r.id = $1`, [id]);
  }

  /** Whose answer it could be: the passkey of that credential, or else what waits under its name. */
  async candidate(credentialId: string): Promise<CandidateRow | undefined> {
    const hash = createHash('sha256').update(Buffer.from(credentialId, 'base64url')).digest();
    return this.database.one(
      `${CANDIDATE} where r.credential_hash = $1 order by k.id is null, r.proven_at desc limit 1`,
      [hash],
    );
  }

  /** The row of its use, locked, and the facts read after the lock: of two answers at once the second sees the first. */
  async lock(tx: Tx, id: string): Promise<CandidateRow | undefined> {
    await tx.rows(`select from passkey_use where passkey_id = $1 for update`, [id]);
    return this.find(tx, id);
  }

  async keepUse(tx: Tx, id: string, counter: number): Promise<void> {
    await tx.change(`update passkey_use set sign_count = $2, last_used_at = $3 where passkey_id = $1`, [
      id,
      counter,
      tx.now,
    ]);
  }

  async suspend(tx: Tx, id: string): Promise<boolean> {
    const changed = await tx.change(
      `update passkey set suspended_at = $2 where id = $1 and suspended_at is null`,
      [id, tx.now],
    );
    return changed === 1;
  }

  async revoke(tx: Tx, id: string, by: string, reason: string): Promise<boolean> {
    const changed = await tx.change(
      `update passkey set revoked_at = $2, revoked_by = $3, revoke_reason = $4 where id = $1 and revoked_at is null`,
      [id, tx.now, by, reason],
    );
    return changed === 1;
  }

  async firstEnrolment(codeHash: Buffer): Promise<{ person_id: string; name: string } | undefined> {
    return this.database.one(
      `select f.person_id, p.name from first_enrolment f join person p on p.id = f.person_id
        where f.code_hash = $1 and f.used_at is null and f.expires_at > broker_now() and p.left_at is null`,
      [codeHash],
    );
  }

  /** Spends the code: the table refuses one whose hash is another. */
  async spendCode(tx: Tx, personId: string, code: string, passkeyId: string): Promise<boolean> {
    const changed = await tx.change(
      `update first_enrolment set used_at = $2, used_code = $3, passkey_id = $4
        where person_id = $1 and used_at is null and expires_at > $2`,
      [personId, tx.now, code, passkeyId],
    );
    return changed === 1;
  }
}
