import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ChangeKind } from '../changes/change-kind.js';
import { ChangesService } from '../changes/changes.service.js';
import { differenceOf, type DifferenceLine } from '../changes/change.js';
import type { ProposedView } from '../changes/changes.dto.js';
import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { Database, type Tx } from '../database/database.js';
import { fingerprintOf } from '../identity/passkeys/passkey.js';
import { PasskeysRepository, type RequestRow } from '../identity/passkeys/passkeys.repository.js';
import { Ledger } from '../ledger/ledger.js';
import { PASSKEY_ENROLLED } from './roster.records.js';

interface GivenPasskey {
  id: string;
  person_id: string;
  /** What was proposed is this key, and no other that is shown later. */
  fingerprint: string;
}

/** パスキーの登録: what a person has shown opens sessions from here; two others have compared the fingerprint. */
@Injectable()
export class PasskeyEnrolment implements OnModuleInit, ChangeKind<GivenPasskey> {
  readonly kind = 'passkey.enrol';
  readonly resourceType = 'passkey';

  constructor(
    private readonly database: Database,
    private readonly changes: ChangesService,
    private readonly passkeys: PasskeysRepository,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    this.changes.register<GivenPasskey>(this);
  }

  async propose(caller: Caller, id: string): Promise<ProposedView> {
    const row = await this.database.transaction('none', (tx) => this.passkeys.waiting(tx, id));
    if (!row) throw new DomainError('not_found');
    const body: GivenPasskey = { id, person_id: row.person_id, fingerprint: fingerprintOf(row.public_key) };
    return this.changes.propose(caller, this.kind, body);
  }

  async check(tx: Tx, given: GivenPasskey, caller: Caller): Promise<DifferenceLine[]> {
    const row = await this.waiting(tx, given);
    if (row.person_id === caller.personId) throw new DomainError('same_person');
    const { person_id, label, is_synced } = row;
    return differenceOf(null, { person_id, label, fingerprint: given.fingerprint, is_synced });
  }

  async apply(tx: Tx, given: GivenPasskey, changeId: string, confirmedBy: Caller): Promise<string> {
    const row = await this.waiting(tx, given);
    await this.passkeys.enrol(tx, given.id, changeId);
    const details = {
      passkey: given.id,
      person: row.person_id,
      fingerprint: given.fingerprint,
      change: changeId,
    };
    const subject = { personId: confirmedBy.personId, organizationId: row.organization_id };
    await this.ledger.append(tx, { type: PASSKEY_ENROLLED, subject, details });
    return given.id;
  }

  private async waiting(tx: Tx, given: GivenPasskey): Promise<RequestRow> {
    const row = await this.passkeys.waiting(tx, given.id);
    if (row?.person_id !== given.person_id) throw new DomainError('not_found');
    if (await this.passkeys.isTaken(tx, given.id)) throw new DomainError('passkey_taken');
    return row;
  }
}
