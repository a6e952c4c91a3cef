import { Injectable } from '@nestjs/common';
import type { AcceptedClocks } from '../clock/shipped-clock.js';
import { Settings } from '../config/settings.js';
import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { newId } from '../contract/ids.js';
import { PublicUrl } from '../contract/public-url.js';
import { Database, type Tx } from '../database/database.js';
import { whyNotLive } from '../grants/grant.js';
import { GrantsRepository, type GrantRow } from '../grants/grants.repository.js';
import { ProfilesRepository } from '../agreements/profiles.repository.js';
import { SessionBindings } from '../identity/session-bindings.js';
import { Ledger } from '../ledger/ledger.js';
import { TerminalsRepository, type TerminalRow } from '../roster/terminals.repository.js';
import { issueAccessToken, type OutageCallDetail } from './access-token.js';
import type { CredentialView } from './credentials.dto.js';
import { ISSUED } from './credentials.records.js';
import { CredentialsRepository } from './credentials.repository.js';
import { PROOF_WINDOW_SECONDS, type VerifiedProof } from './dpop.js';
import type { TokenKeys } from './token-keys.service.js';

/** A token whose end is nearer than this is not worth its issue: the shift is over. */
const SHORTEST_MS = 1_000;
/** More codes than this are told by prefecture, so that a token stays small; the gate reads the area from rows. */
const LONGEST_AREA = 60;

/** Issues credentials: minutes long, bound to the terminal's key, one current for each grant (law 4). */
@Injectable()
export class CredentialsService {
  constructor(
    private readonly rooms: {
      settings: Settings;
      database: Database;
      grants: GrantsRepository;
      profiles: ProfilesRepository;
      terminals: TerminalsRepository;
      credentials: CredentialsRepository;
      sessions: SessionBindings;
      ledger: Ledger;
      publicUrl: PublicUrl;
      keys: TokenKeys;
      clocks: AcceptedClocks;
    },
  ) {}

  /** For the grant's own person, while it is live, on an enrolled terminal of the own organization. */
  async issue(caller: Caller, grantId: string, proof: VerifiedProof): Promise<CredentialView> {
    const { database, grants, credentials, sessions, ledger, terminals, clocks } = this.rooms;
    return database.transaction('shared', async (tx) => {
      const terminal = await terminals.byThumbprint(tx, proof.jkt);
      const grant = await grants.lock(tx, grantId);
      if (grant?.grant_person_id !== caller.personId) throw new DomainError('not_found');
      if (!clocks.accepts(await credentials.clockText(tx))) throw new DomainError('clock_replaced');
      if (!(await credentials.burnProof(tx, proof.replayKey, proofEnd(proof))))
        throw new DomainError('dpop_replayed');
      const usable = usableTerminal(terminal, grant);
      const [reason] = whyNotLive(grant, tx.now);
      if (reason !== undefined) throw new DomainError(reason);
      await this.refuseOtherTerminal(tx, grantId, usable.id);

      const expiresAt = this.endOf(grant, tx.now);
      if (expiresAt.getTime() - tx.now.getTime() < SHORTEST_MS) throw new DomainError('expired');
      const row = {
        grant_id: grantId,
        jti: newId('token'),
        jkt: proof.jkt,
        terminal_id: usable.id,
        person_id: caller.personId,
        issued_at: tx.now,
        expires_at: expiresAt,
      };
      await credentials.put(tx, row);
      await sessions.bindTerminal(tx, caller.sessionId, usable.id);
      const { jti, jkt } = row;
      const details = { jti, jkt, terminal: usable.id, expires_at: expiresAt.toISOString() };
      await ledger.append(tx, { type: ISSUED, subject: subjectOf(caller, grant), details });
      return this.token(tx, grant, row);
    });
  }

  /** One terminal at a time; one that is lost or retired holds nothing any more. */
  private async refuseOtherTerminal(tx: Tx, grantId: string, terminalId: string): Promise<void> {
    const held = await this.rooms.credentials.held(tx, grantId);
    if (held !== undefined && held.terminal_id !== terminalId) throw new DomainError('other_terminal');
  }

  /** At most five minutes, and never past any end: shift, declaration, agreement, training, recertification. */
  private endOf(grant: GrantRow, now: Date): Date {
    const longest = now.getTime() + this.rooms.settings.policy.credentialMinutes * 60_000;
    const ends = [
      grant.left_at,
      grant.organization_ended_at,
      grant.ends_at,
      grant.hard_end_at,
      grant.agreement_until,
      grant.training_valid_until,
      grant.recertified_until,
    ];
    const times = ends.flatMap((end) => (end === null ? [] : [end.getTime()]));
    return new Date(Math.floor(Math.min(longest, ...times) / 1000) * 1000);
  }

  private async token(
    tx: Tx,
    grant: GrantRow,
    row: { jti: string; jkt: string; terminal_id: string; person_id: string; expires_at: Date },
  ): Promise<CredentialView> {
    const { keys, publicUrl } = this.rooms;
    const detail = await this.detail(tx, grant);
    const request = {
      issuer: publicUrl.value,
      audience: publicUrl.value,
      jti: row.jti,
      grantId: grant.grant_id,
      personId: row.person_id,
      terminalId: row.terminal_id,
      organizationId: grant.organization_id,
      declarationId: grant.declaration_id,
      jkt: row.jkt,
      authorizationDetails: [detail],
      expiresAt: row.expires_at,
    };
    return {
      access_token: await issueAccessToken(keys.ring, request, tx.now),
      token_type: 'DPoP',
      expires_in: Math.floor((row.expires_at.getTime() - tx.now.getTime()) / 1000),
      expires_at: row.expires_at.toISOString(),
      authorization_details: [detail],
    };
  }

  private async detail(tx: Tx, grant: GrantRow): Promise<OutageCallDetail> {
    const { fields, area } = await this.rooms.profiles.scopeOf(
      tx,
      grant.field_profile_id,
      grant.declaration_id,
    );
    const told = area.length <= LONGEST_AREA ? area : [...new Set(area.map((code) => code.slice(0, 2)))];
    return { type: 'kashikagi_outage_call', fields, area: told, declaration: grant.declaration_id };
  }
}

/** A proof may be used until its `iat` leaves the window; the clocks' difference is judged generously. */
function proofEnd({ iat }: VerifiedProof): Date {
  return new Date((iat + 2 * PROOF_WINDOW_SECONDS) * 1000);
}

function usableTerminal(terminal: TerminalRow | undefined, grant: GrantRow): TerminalRow {
  if (terminal === undefined) throw new DomainError('unknown_terminal');
  if (terminal.lost_at !== null || terminal.retired_at !== null) throw new DomainError('terminal_lost');
  if (terminal.organization_id !== grant.organization_id)
    throw new DomainError('terminal_of_other_organization');
  if (terminal.checked_out_to !== null && terminal.checked_out_to !== grant.grant_person_id)
    throw new DomainError('terminal_checked_out_to_another');
  return terminal;
}

function subjectOf(caller: Caller, grant: GrantRow): Parameters<Ledger['append']>[1]['subject'] {
  return {
    isDrill: grant.is_drill,
    personId: caller.personId,
    organizationId: grant.organization_id,
    declarationId: grant.declaration_id,
    grantId: grant.grant_id,
  };
}
