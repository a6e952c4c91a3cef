import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { Database } from '../../database/database.js';
import { CEREMONY_MS } from './relying-party.js';

export type Purpose = 'enrol' | 'first' | 'sign_in' | 'presence';

/** Dead rows that each new challenge sweeps away: more than it adds, so that a flood leaves nothing behind. */
const SWEPT_AT_ONCE = 5;

const hashOf = (challenge: Buffer): Buffer => createHash('sha256').update(challenge).digest();

/** Challenges: random, for one purpose and one person, five minutes, answered once. Only their hashes are kept. */
@Injectable()
export class ChallengesRepository {
  constructor(private readonly database: Database) {}

  async make(purpose: Purpose, personId: string | null): Promise<{ challenge: Buffer; expiresAt: Date }> {
    const challenge = randomBytes(32);
    return this.database.transaction('none', async (tx) => {
      const expiresAt = new Date(tx.now.getTime() + CEREMONY_MS);
      await tx.change(
        `delete from passkey_challenge where challenge_hash in
           (select challenge_hash from passkey_challenge where expires_at <= $1 order by expires_at limit $2 for update skip locked)`,
        [tx.now, SWEPT_AT_ONCE],
      );
      await tx.change(
        `insert into passkey_challenge (challenge_hash, purpose, person_id, expires_at) values ($1, $2, $3, $4)`,
        [hashOf(challenge), purpose, personId, expiresAt],
      );
      return { challenge, expiresAt };
    });
  }

  /**
   * Takes it away, in a transaction of its own: a wrong answer has used it up as well, and of two answers at once one
   * finds it. False: never made, for something or somebody else, too old, or answered before.
   */
  async take(challenge: string, purpose: Purpose, personId: string | null): Promise<boolean> {
    return this.database.transaction('none', async (tx) => {
      const taken = await tx.change(
        `delete from passkey_challenge
          where challenge_hash = $1 and purpose = $2 and person_id is not distinct from $3 and expires_at > $4`,
        [hashOf(Buffer.from(challenge, 'base64url')), purpose, personId, tx.now],
      );
      return taken === 1;
    });
  }
}
