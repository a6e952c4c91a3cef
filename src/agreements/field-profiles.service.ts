import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { DifferenceLine } from '../changes/change.js';
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
import type { Caller } from '../contract/caller.js';
import { DomainError, invariant } from '../contract/domain-error.js';
import type { Page } from '../contract/page.js';
import type { Tx } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { PROFILE_ADDED, PROFILE_CHANGED, PROFILE_RETIRED } from './agreements.records.js';
import {
  aboveCeiling,
  namedTwice,
  profileDifference,
  versionAfter,
  type ProfileField,
  type ProfileRow,
} from './field-profile.js';
import { FIELD_IDS, fieldEntry, isFieldId, isFieldMode } from './field-catalogue.js';
import { FieldRelease } from './field-release.js';
import type {
  AddFieldProfileDto,
  CatalogueFieldView,
  ChangeFieldProfileDto,
  FieldProfileView,
  ProfileDifferenceView,
  ProfileFieldDto,
} from './field-profiles.dto.js';
import { fieldDifference, seenThere } from './switching-difference.js';
import { ProfilesRepository } from './profiles.repository.js';

/** A proposal as it is kept; a change names its profile, and says all fields or none. */
type Body = { id: string; label?: string | undefined; fields?: ProfileFieldDto[] | undefined };

/** 項目プロファイル: added, changed by versions, and retired, by two persons and under the ceiling. */
@Injectable()
export class FieldProfilesService implements OnModuleInit, MasterData<ProfileRow, Body> {
  readonly type = 'field_profile';
  readonly records = { add: PROFILE_ADDED, change: PROFILE_CHANGED, retire: PROFILE_RETIRED };

  constructor(
    private readonly changes: ChangesService,
    private readonly versions: VersionsRepository,
    readonly rows: ProfilesRepository,
    private readonly release: FieldRelease,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    for (const kind of kindsOf<ProfileRow, Body>(this, this.ledger)) this.changes.register(kind);
    this.changes.register(this.release);
  }

  async list(caller: Caller, query: AsOfQuery): Promise<Page<FieldProfileView>> {
    const page = await this.versions.page<KeptFacts, Version<KeptFacts>>(
      this.type,
      query,
      null,
      (one) => one,
    );
    const asked = page.items.map(({ facts }) => ({ id: facts.id, version: facts.current_version }));
    const fields = await this.rows.fieldsOfMany(asked);
    const view = (one: Version<KeptFacts>): FieldProfileView => ({
      ...viewOf(one, fields),
      actions: actionsNow(caller, query, () => actsOn('field-profiles', one.facts.retired_at !== null)),
    });
    return { ...page, items: page.items.map(view) };
  }

  /** FAIR-4: what the version in force shows beyond what every retailer sees in the switching support system. */
  async switchingDifference(caller: Caller, id: string): Promise<ProfileDifferenceView> {
    const version = await this.rows.version(id);
    if (version === undefined) throw new DomainError('not_found');
    const fields = (await this.rows.fields(id, version)).map(({ field_id: field, mode }) => {
      invariant(isFieldId(field) && isFieldMode(mode), 'the ceiling is of the catalogue');
      return { ...fieldDifference(field, mode), label: fieldEntry(field)[caller.language] };
    });
    return {
      ...{ id, fields_version: version, fields },
      additional: fields.filter((one) => one.is_additional).length,
      advantages: fields.filter((one) => one.is_advantage).length,
    };
  }

  catalogue(caller: Caller): CatalogueFieldView[] {
    return FIELD_IDS.map((field) => {
      const { modes, nonPublic, [caller.language]: label } = fieldEntry(field);
      return {
        field,
        label,
        modes: [...modes],
        is_non_public: nonPublic,
        switching_system: seenThere(field),
      };
    });
  }

  propose(caller: Caller, { id, label, fields }: AddFieldProfileDto): Promise<ProposedView> {
    return this.changes.propose(caller, 'field_profile.add', { id, label, fields });
  }

  proposeChange(caller: Caller, id: string, dto: ChangeFieldProfileDto): Promise<ProposedView> {
    const { label, fields, release, reason } = dto;
    const isChange = label !== undefined || fields !== undefined;
    if (release === undefined && reason === undefined)
      return this.changes.propose(caller, 'field_profile.change', { id, label, fields });
    if (isChange || release === undefined || reason === undefined)
      throw new DomainError('invalid_input', { faults: [ONE_OR_THE_OTHER] });
    return this.changes.propose(caller, 'field.release', { id, release: release.toSorted(), reason });
  }

  proposeRetirement(caller: Caller, id: string): Promise<ProposedView> {
    return this.changes.propose(caller, 'field_profile.retire', { id });
  }

  isEnded(row: ProfileRow): boolean {
    return row.retired_at !== null;
  }

  after(before: ProfileRow | undefined, body: Body): ProfileRow {
    const label = body.label ?? before?.label;
    const fields = body.fields?.map(({ field, mode }) => ({ field_id: field, mode })) ?? before?.fields;
    invariant(label !== undefined && fields !== undefined, 'a new profile says everything');
    const version = before === undefined ? 1 : versionAfter(before, fields);
    return { id: body.id, label, current_version: version, fields, retired_at: null };
  }

  refuse(_tx: Tx, _before: ProfileRow | undefined, after: ProfileRow): Promise<void> {
    const above = aboveCeiling(after.fields);
    if (above.length > 0) throw new DomainError('above_ceiling', { faults: above });
    const twice = namedTwice(after.fields);
    if (twice.length > 0) throw new DomainError('invalid_input', { faults: twice });
    return Promise.resolve();
  }

  difference(before: ProfileRow | undefined, after: ProfileRow): DifferenceLine[] {
    return profileDifference(before, after);
  }

  /** A profile is the utility's own: the record names the organization of who confirmed. */
  organizationOf(): undefined {
    return undefined;
  }
}

const ONE_OR_THE_OTHER = {
  pointer: '/release',
  detail: 'release は理由（reason）とともに、label・fields とは別に送ってください',
};

/** A row of `field_profile` as a version keeps it. */
interface KeptFacts {
  id: string;
  label: string;
  current_version: number;
  retired_at: string | null;
}

function viewOf(
  { facts, version, at, change_id }: Version<KeptFacts>,
  fields: Map<string, ProfileField[]>,
): Omit<FieldProfileView, 'actions'> {
  const own = fields.get(`${facts.id} ${facts.current_version}`) ?? [];
  return {
    id: facts.id,
    label: facts.label,
    fields: own.map(({ field_id: field, mode }) => ({ field, mode })),
    fields_version: facts.current_version,
    retired_at: facts.retired_at === null ? null : new Date(facts.retired_at).toISOString(),
    change_id,
    version,
    changed_at: at.toISOString(),
  };
}
