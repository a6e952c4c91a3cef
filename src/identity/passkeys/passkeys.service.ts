import { Injectable } from '@nestjs/common';
import type { Caller } from '../../contract/caller.js';
import { DomainError } from '../../contract/domain-error.js';
import { newId } from '../../contract/ids.js';
import { pageOf, type Page } from '../../contract/page.js';
import { Database, type Tx } from '../../database/database.js';
import { changeOnce } from '../../database/once.js';
import type { Ledger } from '../../ledger/ledger.js';
import { SessionBindings } from '../session-bindings.js';
import { Ceremonies } from './ceremonies.js';
import { fingerprintOf, type CandidateRow } from './passkey.js';
import type {
  CeremonyView,
  PasskeysQuery,
  PasskeyView,
  RevokePasskeyDto,
  ShowPasskeyDto,
} from './passkeys.dto.js';
import { PASSKEY_REVOKED, PASSKEY_SHOWN } from './passkeys.records.js';
import { PasskeysRepository } from './passkeys.repository.js';
import type { ToldVersions } from './told-versions.js';
import { viewOf } from './passkeys.view.js';

/** Shown by their person; confirmed by two others (roster/passkey.change.ts); revoked by one, at once. */
@Injectable()
export class PasskeysService {
  constructor(
    private readonly database: Database,
    private readonly passkeys: PasskeysRepository,
    private readonly ceremonies: Ceremonies,
    private readonly sessions: SessionBindings,
    private readonly records: { ledger: Ledger; told: ToldVersions },
  ) {}

  async options(caller: Caller): Promise<CeremonyView> {
    return this.ceremonies.creation('enrol', { id: caller.personId, name: caller.name });
  }

  /** Keeps what was shown. It opens nothing until two others have confirmed it. */
  async show(caller: Caller, dto: ShowPasskeyDto): Promise<PasskeyView> {
    const shown = await this.ceremonies.shown('enrol', caller.personId, dto.response);
    const row = await this.database.transaction('none', async (tx) => {
      const id = newId('passkey');
      await this.passkeys.insertRequest(tx, id, caller.personId, dto.label, shown);
      if (await this.passkeys.isTaken(tx, id)) throw new DomainError('passkey_taken');
      const subject = { personId: caller.personId, organizationId: caller.organizationId };
      const details = {
        passkey: id,
        fingerprint: fingerprintOf(shown.publicKey),
        synced: shown.isSynced,
        label: dto.label,
      };
      await this.records.ledger.append(tx, { type: PASSKEY_SHOWN, subject, details });
      return {
        id,
        person_id: caller.personId,
        label: dto.label,
        public_key: shown.publicKey,
        is_synced: shown.isSynced,
        proven_at: tx.now,
        facts: null,
        last_used_at: null,
      };
    });
    return viewOf(row, row.proven_at);
  }

  /** The own; officers and those who audit also ask for another's, or for all that wait. */
  async list(caller: Caller, query: PasskeysQuery): Promise<Page<PasskeyView>> {
    const seesOthers = ['officer', 'auditor', 'regulator'].includes(caller.role);
    const asksForOthers = query.state === 'waiting' || query.person !== undefined;
    if (asksForOthers && !seesOthers && query.person !== caller.personId)
      throw new DomainError('role_not_allowed');
    const everybody = query.state === 'waiting' && query.person === undefined;
    const asked = {
      personId: everybody ? null : (query.person ?? caller.personId),
      asOf: query.as_of ?? null,
      isWaiting: query.state === 'waiting',
    };
    const at = query.as_of ?? (await this.database.now());
    const rows = await this.passkeys.page(query, asked);
    const page = pageOf(rows, query, (row) => ({ at: row.proven_at, id: row.id }));
    return { ...page, items: page.items.map((row) => viewOf(row, at)) };
  }

  /** By its person or an officer, at once; every session that it began, or proved presence in, ends with it. */
  async revoke(caller: Caller, id: string, dto: RevokePasskeyDto): Promise<PasskeyView> {
    await changeOnce(this.database, caller, 'none', async (tx) => {
      const row = await this.revocable(tx, caller, id);
      if (!(await this.passkeys.revoke(tx, id, caller.personId, dto.reason))) return { id };
      const ended = await this.sessions.endOfPasskey(tx, id, caller.personId);
      const versions = await this.records.told.ofNewest(tx, 'passkey', id);
      const { reason } = dto;
      const details = { passkey: id, person: row.person_id, reason, ended_sessions: ended, versions };
      const subject = { personId: caller.personId, organizationId: row.organization_id };
      await this.records.ledger.append(tx, { type: PASSKEY_REVOKED, subject, details });
      return { id };
    });
    return viewOf(await this.passkeys.shownAs(id), await this.database.now());
  }

  private async revocable(tx: Tx, caller: Caller, id: string): Promise<CandidateRow> {
    const row = await this.passkeys.find(tx, id);
    const isOwn = row?.person_id === caller.personId;
    if (row?.enrolled_at == null || !(isOwn || caller.role === 'officer')) throw new DomainError('not_found');
    return row;
  }
}
