import { Injectable } from '@nestjs/common';
import { BrokerClock } from '../clock/broker-clock.js';
import type { AcceptedClocks } from '../clock/shipped-clock.js';
import { DomainError } from '../contract/domain-error.js';
import { PublicUrl } from '../contract/public-url.js';
import { Database } from '../database/database.js';
import { whyNotLive } from '../grants/grant.js';
import type { GrantsRepository } from '../grants/grants.repository.js';
import { Ledger } from '../ledger/ledger.js';
import type { AccessTokenClaims } from './access-token.js';
import { verifyAccessToken, VerifiedTokens } from './access-token.js';
import type { IntrospectionView } from './credentials.dto.js';
import { RELEASED } from './credentials.records.js';
import { CredentialsRepository } from './credentials.repository.js';
import type { TokenKeys } from './token-keys.service.js';

const INACTIVE: IntrospectionView = { active: false };

/** Introspection (RFC 7662), revocation (RFC 7009), and the verification of a token's form. */
@Injectable()
export class OauthService {
  private readonly verified = new VerifiedTokens();

  constructor(
    private readonly rooms: {
      database: Database;
      credentials: CredentialsRepository;
      grants: GrantsRepository;
      ledger: Ledger;
      clock: BrokerClock;
      clocks: AcceptedClocks;
      publicUrl: PublicUrl;
      keys: TokenKeys;
    },
  ) {}

  /** Signature, issuer, audience, times. Whether the token opens anything is the gate's decision, from rows. */
  verify(token: string): AccessTokenClaims {
    const { keys, publicUrl, clock } = this.rooms;
    const { value } = publicUrl;
    return verifyAccessToken(keys.ring, token, {
      issuer: value,
      audience: value,
      now: clock.now(),
      verified: this.verified,
    });
  }

  /** The same for those who answer a bad token like an unknown one. */
  verifyOrNothing(token: string): AccessTokenClaims | undefined {
    try {
      return this.verify(token);
    } catch (error) {
      if (error instanceof DomainError) return undefined;
      throw error;
    }
  }

  /**
   * Active only if a use would find a live grant at this instant, by the same comparisons as the gate's; nothing
   * else is told of a dead one. A drill's token is not active: whoever asks here holds real data (law 9).
   */
  async introspect(token: string): Promise<IntrospectionView> {
    const claims = this.verifyOrNothing(token);
    if (!claims) return INACTIVE;
    const row = await this.rooms.credentials.introspect(claims.jti);
    const isActive =
      row !== undefined &&
      row.jkt === claims.jkt &&
      row.terminal_id === claims.terminalId &&
      row.person_id === claims.personId &&
      row.grant_person_id === claims.personId &&
      row.grant_id === claims.grantId &&
      row.terminal_is_usable &&
      row.released_at === null &&
      !row.is_drill &&
      this.rooms.clocks.accepts(row.clock_text) &&
      row.expires_at > row.now &&
      whyNotLive(row, row.now).length === 0;
    if (!isActive) return INACTIVE;
    return {
      active: true,
      iss: this.rooms.publicUrl.value,
      aud: this.rooms.publicUrl.value,
      sub: claims.personId,
      client_id: claims.terminalId,
      jti: claims.jti,
      iat: claims.iat,
      exp: claims.exp,
      token_type: 'DPoP',
      cnf: { jkt: claims.jkt },
      authorization_details: claims.authorizationDetails,
    };
  }

  /**
   * Releases a credential: an ending. An unknown or foreign token is answered like a released one (RFC 7009
   * §2.2). `by` is the person whose token it must be, or the client that asks.
   */
  async revoke(token: string, by: { personId: string } | { clientId: string }): Promise<void> {
    const claims = this.verifyOrNothing(token);
    if (!claims || ('personId' in by && by.personId !== claims.personId)) return;
    const { database, credentials, grants, ledger } = this.rooms;
    // What is released already holds nobody back at the gate.
    if (!(await credentials.isOut(claims.jti))) return;
    await database.transaction('alone', async (tx) => {
      const released = await credentials.release(tx, claims.jti);
      if (!released) return;
      const grant = await grants.placeOf(tx, claims.grantId);
      const subject = {
        isDrill: grant?.is_drill ?? false,
        organizationId: grant?.organization_id,
        personId: claims.personId,
        declarationId: claims.declarationId,
        grantId: claims.grantId,
      };
      const client = 'clientId' in by ? by.clientId : null;
      const details = { jti: claims.jti, terminal: released.terminal_id, client };
      await ledger.append(tx, { type: RELEASED, subject, details });
    });
  }
}
