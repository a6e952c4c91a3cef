import { Injectable } from '@nestjs/common';
import { ChangesService } from '../changes/changes.service.js';
import type { ProposedView } from '../changes/changes.dto.js';
import { VersionsRepository, type AsOfQuery, type Version } from '../changes/versions.repository.js';
import { actionsFor, type ActionView } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import type { Page } from '../contract/page.js';
import { Database } from '../database/database.js';
import { whyNotEligible } from './eligibility.js';
import type { ChangePersonDto, FeedDto, PersonView } from './people.dto.js';
import { PeopleRepository } from './people.repository.js';
import { actsOn, isLastOfHeadquarters } from './person.acts.js';
import { membersOf } from './person.js';

type Facts = Readonly<Record<string, unknown>> & { organization_id: string };

/** 名簿: everybody whose facts decide access; changed by two persons, and asked as of any instant. */
@Injectable()
export class PeopleService {
  constructor(
    private readonly changes: ChangesService,
    private readonly versions: VersionsRepository,
    private readonly people: PeopleRepository,
    private readonly database: Database,
  ) {}

  async list(caller: Caller, query: AsOfQuery): Promise<Page<PersonView>> {
    const isSupervisor = caller.role === 'supervisor';
    const own = isSupervisor ? caller.organizationId : null;
    const page = await this.versions.page('person', query, own, (version: Version<Facts>) => version);
    if (query.as_of !== undefined) {
      const then = { whyNot: null, actions: [] };
      return { ...page, items: page.items.map((one) => viewOf(one, then, isSupervisor)) };
    }
    const [reasons, headquarters] = await Promise.all([
      this.reasons(page.items.map((one) => one.resource_id)),
      this.people.headquarters(this.database),
    ]);
    const now = ({ resource_id: id, facts }: Version<Facts>): OfNow => {
      const is_last_of_headquarters = isLastOfHeadquarters(headquarters, [id]);
      const acts = actsOn(
        { id, left_at: membersOf(facts).left_at, is_last_of_headquarters },
        caller.personId,
      );
      return { whyNot: reasons.get(id) ?? null, actions: actionsFor(caller, acts) };
    };
    return { ...page, items: page.items.map((one) => viewOf(one, now(one), isSupervisor)) };
  }

  feed(caller: Caller, dto: FeedDto): Promise<ProposedView> {
    return this.changes.propose(caller, 'person.feed', asStored(dto));
  }

  change(caller: Caller, id: string, dto: ChangePersonDto): Promise<ProposedView> {
    return this.changes.propose(caller, 'person.change', asStored({ id, ...dto }));
  }

  retire(caller: Caller, id: string): Promise<ProposedView> {
    return this.changes.propose(caller, 'person.retire', { id });
  }

  private async reasons(ids: string[]): Promise<Map<string, string[]>> {
    const rows = await this.people.eligibility(ids);
    return new Map(rows.map((row) => [row.id, whyNotEligible(row, row.now)]));
  }
}

/** The proposal as the confirmation will read it: nothing left out, times as text. */
const asStored = (dto: object): object => JSON.parse(JSON.stringify(dto)) as object;

/** Of a past instant nobody can say it, or do anything. */
interface OfNow {
  whyNot: string[] | null;
  actions: ActionView[];
}

function viewOf(version: Version<Facts>, { whyNot, actions }: OfNow, isSupervisor: boolean): PersonView {
  const members = membersOf(version.facts);
  return {
    id: version.resource_id,
    organization_id: version.facts.organization_id,
    ...members,
    // One key for one natural person across organizations: a retailer must not join lists by it.
    natural_person_key: isSupervisor ? null : members.natural_person_key,
    version: version.version,
    changed_at: version.at.toISOString(),
    change_id: version.change_id,
    eligible_now: whyNot === null ? null : whyNot.length === 0,
    why_not: whyNot,
    actions,
  };
}
