import { Injectable, type OnModuleInit } from '@nestjs/common';
import { differenceOf, type DifferenceLine } from '../changes/change.js';
import type { ProposedView } from '../changes/changes.dto.js';
import { ChangesService } from '../changes/changes.service.js';
import { actsOn } from './master-data.acts.js';
import { kindsOf, type MasterData } from './master-data.js';
import {
  actionsNow,
  VersionsRepository,
  type AsOfQuery,
  type Version,
} from '../changes/versions.repository.js';
import { refuseIf, type ActionView } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import { DomainError, invariant } from '../contract/domain-error.js';
import type { Page } from '../contract/page.js';
import { Database, type Tx } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { ORGANIZATION_ADDED, ORGANIZATION_CHANGED, ORGANIZATION_RETIRED } from './agreements.records.js';
import { organizationFacts, organizationFaults, whyNotRetired, type Organization } from './organization.js';
import type { AddOrganizationDto, ChangeOrganizationDto, OrganizationView } from './organizations.dto.js';
import { OrganizationsRepository } from './organizations.repository.js';

/** A proposal as it is kept; a change names its organization and some members. */
type Body = Pick<AddOrganizationDto, 'id'> & Partial<AddOrganizationDto>;

/** 会社: added, changed and retired by two persons. */
@Injectable()
export class OrganizationsService implements OnModuleInit, MasterData<Organization, Body> {
  readonly type = 'organization';
  readonly records = {
    add: ORGANIZATION_ADDED,
    change: ORGANIZATION_CHANGED,
    retire: ORGANIZATION_RETIRED,
  };

  constructor(
    private readonly changes: ChangesService,
    private readonly versions: VersionsRepository,
    readonly rows: OrganizationsRepository,
    private readonly ledger: Ledger,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    for (const kind of kindsOf<Organization, Body>(this, this.ledger)) this.changes.register(kind);
  }

  async list(caller: Caller, query: AsOfQuery): Promise<Page<OrganizationView>> {
    const page = await this.versions.page('organization', query, null, (one: Version<KeptFacts>) => one);
    const grounds = await this.rows.retirementGrounds(
      this.database,
      page.items.map(({ facts }) => facts.id),
    );
    const actions = ({ facts: { id, ended_at } }: Version<KeptFacts>): ActionView[] =>
      actionsNow(caller, query, () =>
        actsOn('organizations', ended_at !== null, whyNotRetired(grounds.get(id))),
      );
    return { ...page, items: page.items.map((one) => ({ ...viewOf(one), actions: actions(one) })) };
  }

  propose(caller: Caller, dto: AddOrganizationDto): Promise<ProposedView> {
    return this.changes.propose(caller, 'organization.add', dto);
  }

  proposeChange(caller: Caller, id: string, dto: ChangeOrganizationDto): Promise<ProposedView> {
    return this.changes.propose(caller, 'organization.change', { ...dto, id });
  }

  proposeRetirement(caller: Caller, id: string): Promise<ProposedView> {
    return this.changes.propose(caller, 'organization.retire', { id });
  }

  isEnded(row: Organization): boolean {
    return row.ended_at !== null;
  }

  after(before: Organization | undefined, body: Body): Organization {
    const kind = before?.kind ?? body.kind;
    const name = body.name ?? before?.name;
    const isAffiliated = body.is_affiliated ?? before?.is_affiliated;
    invariant(
      kind !== undefined && name !== undefined && isAffiliated !== undefined,
      'a new one says everything',
    );
    return {
      id: body.id,
      kind,
      name,
      is_affiliated: isAffiliated,
      is_legally_separated: body.is_legally_separated ?? before?.is_legally_separated ?? true,
      retailer_code: body.retailer_code ?? before?.retailer_code ?? null,
      works_for: body.works_for ?? before?.works_for ?? [],
      ended_at: null,
    };
  }

  async refuse(tx: Tx, before: Organization | undefined, after: Organization): Promise<void> {
    const ground = await this.rows.ground(tx, after);
    invariant(ground, 'one row');
    const faults = organizationFaults(before, after, ground);
    if (faults.length > 0) throw new DomainError('invalid_input', { faults });
    if (ground.is_code_taken)
      throw new DomainError('id_taken', {
        faults: [{ pointer: '/retailer_code', detail: '別の会社のコードです' }],
      });
    if (ground.has_administrators_of_both_sides) throw new DomainError('both_sides');
  }

  /** Those who lift and suspend must be there while there is something to lift. */
  async refuseRetirement(tx: Tx, { id }: Organization): Promise<void> {
    const grounds = await this.rows.retirementGrounds(tx, [id]);
    refuseIf(whyNotRetired(grounds.get(id)));
  }

  difference(before: Organization | undefined, after: Organization): DifferenceLine[] {
    return differenceOf(before ? organizationFacts(before) : null, organizationFacts(after));
  }

  organizationOf(row: Organization): string {
    return row.id;
  }
}

/** A row of `organization` as a version keeps it: times as PostgreSQL writes them in JSON. */
type KeptFacts = Omit<Organization, 'ended_at'> & {
  staff_feed_at: string | null;
  registered_at: string;
  ended_at: string | null;
};

function viewOf({ facts, version, at, change_id }: Version<KeptFacts>): Omit<OrganizationView, 'actions'> {
  const iso = (text: string): string => new Date(text).toISOString();
  return {
    id: facts.id,
    kind: facts.kind,
    name: facts.name,
    is_affiliated: facts.is_affiliated,
    is_legally_separated: facts.is_legally_separated,
    retailer_code: facts.retailer_code,
    works_for: facts.works_for,
    staff_feed_at: facts.staff_feed_at === null ? null : iso(facts.staff_feed_at),
    registered_at: iso(facts.registered_at),
    ended_at: facts.ended_at === null ? null : iso(facts.ended_at),
    change_id,
    version,
    changed_at: at.toISOString(),
  };
}
