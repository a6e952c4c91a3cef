import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ChangeKind } from '../changes/change-kind.js';
import { ChangesService } from '../changes/changes.service.js';
import type { DifferenceLine } from '../changes/change.js';
import { refuseIf } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import { DomainError, invariant } from '../contract/domain-error.js';
import type { Tx } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { isLastOfHeadquarters, whyNotChanged, whyNotRetired } from './person.acts.js';
import { linesOf, PeoplePlans, writtenOf, type GivenPerson } from './people.plan.js';
import { PeopleRepository, type PersonRow } from './people.repository.js';
import type { Planned } from './person-rules.js';
import { AT_CONFIRMATION, membersOf } from './person.js';
import { PERSON_CHANGED, PERSON_LEFT } from './roster.records.js';

/** Someone on the roster who has not left; bringing back is for a feed, which says that they are employed. */
async function active(tx: Tx, people: PeopleRepository, id: string): Promise<PersonRow> {
  const row = (await people.find(tx, [id])).get(id);
  if (!row) throw new DomainError('not_found');
  refuseIf(whyNotChanged(membersOf(row.facts)));
  return row;
}

/** 名簿の変更: some members of one person. */
@Injectable()
export class PersonChange implements OnModuleInit, ChangeKind<GivenPerson> {
  readonly kind = 'person.change';
  readonly resourceType = 'person';

  constructor(
    private readonly changes: ChangesService,
    private readonly plans: PeoplePlans,
    private readonly people: PeopleRepository,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    this.changes.register<GivenPerson>(this);
  }

  async check(tx: Tx, given: GivenPerson, caller: Caller): Promise<DifferenceLine[]> {
    const { planned } = await this.plan(tx, given, caller);
    return linesOf(planned);
  }

  async apply(tx: Tx, given: GivenPerson, changeId: string, confirmedBy: Caller): Promise<string> {
    const { planned, organizationId } = await this.plan(tx, given, confirmedBy);
    const written = await this.people.write(tx, organizationId, [writtenOf(planned, tx.now)], changeId);
    invariant(written === 1, 'the person is of this organization');
    const fields = linesOf(planned).map((line) => line.field);
    const details = { change: changeId, person: given.id, fields };
    const subject = { personId: confirmedBy.personId, organizationId };
    await this.ledger.append(tx, { type: PERSON_CHANGED, subject, details });
    return given.id;
  }

  private async plan(
    tx: Tx,
    given: GivenPerson,
    caller: Caller,
  ): Promise<{ planned: Planned; organizationId: string }> {
    const { organization_id: organizationId } = await active(tx, this.people, given.id);
    const asked = { organizationId, people: [given], at: () => '' };
    const [planned] = await this.plans.of(tx, asked, caller.personId);
    invariant(planned, 'one was asked for');
    return { planned, organizationId };
  }
}

/** 在籍の終わり: an ending at once; sessions, credentials and grants of the person are dead from here. */
@Injectable()
export class PersonRetirement implements OnModuleInit, ChangeKind<{ id: string }> {
  readonly kind = 'person.retire';
  readonly resourceType = 'person';

  constructor(
    private readonly changes: ChangesService,
    private readonly people: PeopleRepository,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    this.changes.register<{ id: string }>(this);
  }

  async check(tx: Tx, { id }: { id: string }): Promise<DifferenceLine[]> {
    const { left_at } = membersOf((await active(tx, this.people, id)).facts);
    const is_last_of_headquarters = isLastOfHeadquarters(await this.people.headquarters(tx), [id]);
    refuseIf(whyNotRetired({ left_at, is_last_of_headquarters }));
    return [{ field: 'left_at', before: null, after: AT_CONFIRMATION }];
  }

  async apply(tx: Tx, { id }: { id: string }, changeId: string, confirmedBy: Caller): Promise<string> {
    const { organization_id: organizationId } = await active(tx, this.people, id);
    invariant(await this.people.retire(tx, id, changeId), 'active a moment ago, at the gate alone');
    const subject = { personId: confirmedBy.personId, organizationId };
    await this.ledger.append(tx, { type: PERSON_LEFT, subject, details: { change: changeId, person: id } });
    return id;
  }
}
