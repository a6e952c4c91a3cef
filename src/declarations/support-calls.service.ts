import { Injectable } from '@nestjs/common';
import { ProfilesRepository } from '../agreements/profiles.repository.js';
import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { newId } from '../contract/ids.js';
import { pageOf, type Page, type PageQuery } from '../contract/page.js';
import { Database, type Tx } from '../database/database.js';
import { changeOnce } from '../database/once.js';
import { Ledger } from '../ledger/ledger.js';
import { whyNotInForce } from './declaration.js';
import { CALLED } from './declarations.records.js';
import { DeclarationsRepository, type DeclarationRow } from './declarations.repository.js';
import type { CallForSupportDto, SupportCallView } from './support-calls.dto.js';
import {
  SupportCallsRepository,
  type SupportCallRow,
  type SupportCallWithState,
} from './support-calls.repository.js';

@Injectable()
export class SupportCallsService {
  constructor(
    private readonly database: Database,
    private readonly calls: SupportCallsRepository,
    private readonly declarations: DeclarationsRepository,
    private readonly profiles: ProfilesRepository,
    private readonly ledger: Ledger,
  ) {}

  async show(caller: Caller, id: string): Promise<SupportCallView> {
    const row = await this.calls.find(id, caller);
    if (!row) throw new DomainError('not_found');
    return viewOf(row, await this.database.now());
  }

  async list(caller: Caller, query: PageQuery): Promise<Page<SupportCallView>> {
    const [rows, now] = await Promise.all([this.calls.page(query, caller), this.database.now()]);
    const page = pageOf(rows, query, (row) => ({ at: row.called_at, id: row.id }));
    return { ...page, items: page.items.map((row) => viewOf(row, now)) };
  }

  /** 応援要請: the utility's call, under one live declaration. The retail side answers; it never asks. */
  async call(caller: Caller, declarationId: string, dto: CallForSupportDto): Promise<SupportCallView> {
    return changeOnce(this.database, caller, 'shared', async (tx) => {
      const declaration = await this.declarations.get(tx, declarationId);
      if (!declaration) throw new DomainError('not_found');
      const refusal = whyNotInForce(declaration, tx.now);
      if (refusal !== undefined) throw new DomainError('declaration_not_live', { internal: refusal });
      await this.check(tx, dto);
      const row = await this.newCall(tx, caller, declaration, dto);
      await this.calls.insert(tx, row, dto.organizations);
      await this.ledger.append(tx, {
        type: CALLED,
        subject: {
          isDrill: declaration.is_drill,
          personId: caller.personId,
          organizationId: caller.organizationId,
          declarationId,
        },
        details: {
          call: row.id,
          number: row.number,
          organizations: dto.organizations.map(({ organization_id, seats }) => ({ organization_id, seats })),
          field_profile: dto.field_profile,
          response_pattern: dto.response_pattern,
          necessity: dto.necessity,
          capacity_evidence: dto.capacity_evidence,
          alternatives_tried: dto.alternatives_tried,
          shift_hours_max: dto.shift_hours_max,
        },
      });
      const organizations = dto.organizations.map((one) => ({ ...one, declined: false }));
      return viewOf({ ...row, ...declaration, id: row.id, number: row.number, organizations }, tx.now);
    });
  }

  private async check(tx: Tx, dto: CallForSupportDto): Promise<void> {
    const ids = dto.organizations.map((one) => one.organization_id);
    const callable = await this.calls.callable(tx, ids);
    const faults = ids.flatMap((id, index) => {
      const pointer = `/organizations/${index}/organization_id`;
      if (!callable.has(id)) return [{ pointer, detail: '登録された小売電気事業者ではありません' }];
      return ids.indexOf(id) < index ? [{ pointer, detail: '同じ会社が二度書かれています' }] : [];
    });
    if (faults.length > 0) throw new DomainError('organization_not_callable', { faults });
    if (!(await this.profiles.exists(tx, dto.field_profile))) throw new DomainError('unknown_field_profile');
  }

  private async newCall(
    tx: Tx,
    caller: Caller,
    declaration: DeclarationRow,
    dto: CallForSupportDto,
  ): Promise<SupportCallRow> {
    const number = await this.declarations.nextNumber(tx, declaration.number);
    return {
      id: newId('supportCall'),
      number: `${declaration.number}-${number}`,
      declaration_id: declaration.id,
      field_profile_id: dto.field_profile,
      response_pattern: dto.response_pattern,
      necessity: dto.necessity,
      capacity_evidence: dto.capacity_evidence,
      alternatives_tried: dto.alternatives_tried,
      shift_hours_max: dto.shift_hours_max,
      called_by: caller.personId,
      called_at: tx.now,
    };
  }
}

type Viewed = SupportCallRow &
  Pick<SupportCallWithState, 'organizations'> &
  Parameters<typeof whyNotInForce>[0];

function viewOf(row: Viewed, now: Date): SupportCallView {
  return {
    id: row.id,
    number: row.number,
    declaration_id: row.declaration_id,
    live: whyNotInForce(row, now) === undefined,
    organizations: row.organizations,
    field_profile: row.field_profile_id,
    response_pattern: row.response_pattern,
    necessity: row.necessity,
    capacity_evidence: row.capacity_evidence,
    alternatives_tried: row.alternatives_tried,
    shift_hours_max: row.shift_hours_max,
    called_by: row.called_by,
    called_at: row.called_at.toISOString(),
  };
}
