import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { DifferenceLine } from '../changes/change.js';
import type { ChangeKind } from '../changes/change-kind.js';
import { ChangesService } from '../changes/changes.service.js';
import { Settings } from '../config/settings.js';
import { refuseIf } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import { DomainError, invariant } from '../contract/domain-error.js';
import { newId } from '../contract/ids.js';
import type { Tx } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { IdentitiesRepository, type IdentityRow } from './identities.repository.js';
import { PeopleRepository, type PersonRow } from './people.repository.js';
import { whyNotIdentified } from './person.acts.js';
import { AT_CONFIRMATION, membersOf } from './person.js';
import { IDENTITY_ADDED, IDENTITY_RETIRED } from './roster.records.js';

export interface AddedIdentity {
  person_id: string;
  provider: string;
  subject: string;
}

export interface RetiredIdentity {
  id: string;
  person_id: string;
}

/** 認証基盤での識別子の登録: from here on whoever the provider calls so is this person. */
@Injectable()
export class IdentityAddition implements OnModuleInit, ChangeKind<AddedIdentity> {
  readonly kind = 'person_identity.add';
  readonly resourceType = 'person_identity';

  constructor(
    private readonly changes: ChangesService,
    private readonly settings: Settings,
    private readonly people: PeopleRepository,
    private readonly identities: IdentitiesRepository,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    this.changes.register<AddedIdentity>(this);
  }

  async check(tx: Tx, added: AddedIdentity, caller: Caller): Promise<DifferenceLine[]> {
    await this.allowed(tx, added, caller);
    const { person_id, provider, subject } = added;
    return Object.entries({ person_id, provider, subject }).map(([field, after]) => ({
      field,
      before: null,
      after,
    }));
  }

  async apply(tx: Tx, added: AddedIdentity, changeId: string, confirmedBy: Caller): Promise<string> {
    const person = await this.allowed(tx, added, confirmedBy);
    const id = newId('personIdentity');
    const { person_id, provider, subject } = added;
    await this.identities.add(tx, { id, person_id, provider, subject }, changeId);
    await this.ledger.append(tx, {
      type: IDENTITY_ADDED,
      subject: { personId: confirmedBy.personId, organizationId: person.organization_id },
      details: { change: changeId, identity: id, person: person_id, provider, subject },
    });
    return id;
  }

  /** Nobody maps an account to themselves, at either step. A provider vouches for people of its organizations only. */
  private async allowed(tx: Tx, added: AddedIdentity, caller: Caller): Promise<PersonRow> {
    const person = (await this.people.find(tx, [added.person_id])).get(added.person_id);
    if (!person) throw new DomainError('not_found');
    const { left_at } = membersOf(person.facts);
    refuseIf(whyNotIdentified({ id: person.id, left_at }, caller.personId));
    const provider = this.settings.identityProviders.find(({ id }) => id === added.provider);
    if (!provider) throw new DomainError('unknown_provider');
    if (!provider.organizationIds.includes(person.organization_id)) {
      throw new DomainError('provider_of_other_organization');
    }
    if (await this.identities.isTaken(tx, added.provider, added.subject, added.person_id)) {
      throw new DomainError('identity_taken');
    }
    return person;
  }
}

/** 認証基盤での識別子の廃止: the sessions that stand on it end in the same transaction (a trigger). */
@Injectable()
export class IdentityRetirement implements OnModuleInit, ChangeKind<RetiredIdentity> {
  readonly kind = 'person_identity.retire';
  readonly resourceType = 'person_identity';

  constructor(
    private readonly changes: ChangesService,
    private readonly identities: IdentitiesRepository,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    this.changes.register<RetiredIdentity>(this);
  }

  async check(tx: Tx, retired: RetiredIdentity): Promise<DifferenceLine[]> {
    await this.open(tx, retired);
    return [{ field: 'retired_at', before: null, after: AT_CONFIRMATION }];
  }

  async apply(tx: Tx, retired: RetiredIdentity, changeId: string, confirmedBy: Caller): Promise<string> {
    const { id } = retired;
    const row = await this.open(tx, retired);
    invariant(await this.identities.retire(tx, id, changeId), 'the locked row was open');
    await this.ledger.append(tx, {
      type: IDENTITY_RETIRED,
      subject: { personId: confirmedBy.personId, organizationId: confirmedBy.organizationId },
      details: { change: changeId, identity: id, person: row.person_id, provider: row.provider },
    });
    return id;
  }

  private async open(tx: Tx, retired: RetiredIdentity): Promise<IdentityRow> {
    const row = await this.identities.find(tx, retired.id);
    if (row?.person_id !== retired.person_id) throw new DomainError('not_found');
    if (row.retired_at !== null) throw new DomainError('already_retired');
    return row;
  }
}
