import { Injectable } from '@nestjs/common';
import { differenceOf, type DifferenceLine } from '../changes/change.js';
import { DomainError, type InputFault } from '../contract/domain-error.js';
import type { Tx } from '../database/database.js';
import { isLastOfHeadquarters } from './person.acts.js';
import { PeopleRepository, type KinRow, type WrittenPerson } from './people.repository.js';
import { faultsOf, refusePlanned, type Organization, type Planned } from './person-rules.js';
import { AT_CONFIRMATION, afterOf, membersOf, type GivenMembers } from './person.js';

/** A person as the body of a proposal has it: JSON, times in ISO 8601. */
export type GivenPerson = GivenMembers & { id: string };

export interface Asked {
  organizationId: string;
  people: readonly GivenPerson[];
  /** JSON pointer of the n-th person in the body. */
  at: (index: number) => string;
}

/** What a proposal comes to, read anew at the proposal, at the confirmation and at the write. */
@Injectable()
export class PeoplePlans {
  constructor(private readonly people: PeopleRepository) {}

  /** Refuses what could never be confirmed. Nothing here depends on the instant, but that the past is over. */
  async of(tx: Tx, asked: Asked, callerId: string): Promise<Planned[]> {
    const { organizationId } = asked;
    const organization = (await this.people.organizations(tx, [organizationId])).get(organizationId);
    if (!organization || organization.is_ended) throw new DomainError('unknown_organization');
    const planned = await this.planned(tx, asked);
    refuseFaults(planned.flatMap((one) => faultsOf(one, organization.kind, tx.now)));
    const employers = await this.employers(tx, planned);
    for (const one of planned) refusePlanned(one, employers.get(one.after.employer_id ?? ''), callerId);
    const moved = planned.filter(({ after }) => after.role !== 'headquarters').map(({ id }) => id);
    if (isLastOfHeadquarters(await this.people.headquarters(tx), moved))
      throw new DomainError('last_of_headquarters');
    return planned;
  }

  private async planned(tx: Tx, { organizationId, people, at }: Asked): Promise<Planned[]> {
    const rows = await this.people.find(
      tx,
      people.map((one) => one.id),
    );
    const keys = people.map((one) => one.natural_person_key ?? keyOf(rows.get(one.id)?.facts));
    const sharing = byKey(await this.people.sharing(tx, keys));
    return people.map((given, index) => {
      const row = rows.get(given.id);
      if (row && row.organization_id !== organizationId) {
        throw new DomainError('id_taken', { values: { person: given.id } });
      }
      const { id, ...members } = given;
      const before = row ? membersOf(row.facts) : null;
      const same = sharing.get(keys[index] ?? '') ?? [];
      const kin = same.filter((one) => one.organization_id !== organizationId);
      const namesake = same.find((one) => one.organization_id === organizationId && one.id !== id)?.id;
      return { id, at: at(index), before, after: afterOf(before, members, kin), kin, namesake };
    });
  }

  private employers(tx: Tx, planned: readonly Planned[]): Promise<Map<string, Organization>> {
    return this.people.organizations(tx, [...new Set(planned.map((one) => one.after.employer_id))]);
  }
}

function byKey(rows: readonly KinRow[]): Map<string, KinRow[]> {
  const found = new Map<string, KinRow[]>();
  for (const row of rows) {
    found.set(row.natural_person_key, [...(found.get(row.natural_person_key) ?? []), row]);
  }
  return found;
}

const keyOf = (facts: Readonly<Record<string, unknown>> | undefined): string =>
  facts === undefined ? '' : membersOf(facts).natural_person_key;

export function refuseFaults(faults: InputFault[]): void {
  if (faults.length > 0) throw new DomainError('invalid_input', { faults });
}

export const linesOf = ({ before, after }: Planned): DifferenceLine[] => differenceOf(before, after);

/** With the instant of the confirmation where the plan could only name it. */
export function writtenOf({ id, after }: Planned, now: Date): WrittenPerson {
  const { sales_duty_until: sales } = after;
  return { id, ...after, sales_duty_until: sales === AT_CONFIRMATION ? now.toISOString() : sales };
}
