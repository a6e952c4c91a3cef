import { Injectable } from '@nestjs/common';
import { ProfilesRepository } from '../agreements/profiles.repository.js';
import { actionsFor, reasonFor, refuseIf } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import { DomainError, invariant } from '../contract/domain-error.js';
import { newId } from '../contract/ids.js';
import { pageOf, type Page, type PageQuery } from '../contract/page.js';
import { Database, type Tx } from '../database/database.js';
import { changeOnce } from '../database/once.js';
import { Ledger } from '../ledger/ledger.js';
import { whyNotInForce, whyNotOpen } from './declaration.js';
import { CALLED, DECLINED } from './declarations.records.js';
import { DeclarationsRepository, type DeclarationRow } from './declarations.repository.js';
import { actsOnCall, whyNotDeclined } from './support-call.js';
import type { CallableView, CallForSupportDto, SupportCallView } from './support-calls.dto.js';
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
    return viewOf(caller, row, await this.database.now());
  }

  async list(caller: Caller, query: PageQuery): Promise<Page<SupportCallView>> {
    const [rows, now] = await Promise.all([this.calls.page(query, caller), this.database.now()]);
    const page = pageOf(rows, query, (row) => ({ at: row.called_at, id: row.id }));
    return { ...page, items: page.items.map((row) => viewOf(caller, row, now)) };
  }

  /** FAIR-3: all registered retailers alike, those without an agreement too; of each, why it could be given no access now. */
  async callable(caller: Caller, declarationId: string, query: PageQuery): Promise<Page<CallableView>> {
    const now = await this.database.now();
    const rows = await this.calls.callablePage(query, now);
    const declaration = await this.declarations.find(declarationId, caller);
    if (!declaration) throw new DomainError('not_found');
    const whyNone = whyNotOpen(declaration, now);
    const page = pageOf(rows, query, (row) => ({ at: row.registered_at, id: row.id }));
    const items = page.items.map(({ id, name, is_affiliated, has_agreement }) => {
      const why_not = reasonFor(caller, whyNone ?? (has_agreement ? undefined : 'agreement_invalid'));
      return { organization_id: id, name, is_affiliated, has_agreement, why_not };
    });
    return { items, next: page.next };
  }

  /** 応援要請: the utility's call, under one live declaration. The retail side answers; it never asks. */
  async call(caller: Caller, declarationId: string, dto: CallForSupportDto): Promise<SupportCallView> {
    return changeOnce(this.database, caller, 'shared', async (tx) => {
      const declaration = await this.declarations.get(tx, declarationId);
      if (!declaration) throw new DomainError('not_found');
      refuseIf(whyNotOpen(declaration, tx.now));
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
          offers: row.offers,
          selection_reason: row.selection_reason,
        },
      });
      const call = await this.calls.get(tx, row.id, null);
      invariant(call, 'a call that was just made');
      return viewOf(caller, call, tx.now);
    });
  }

  /** 辞退: the called organization's answer, on record like any other (ART-6); it ends no grant that it was given. */
  async decline(caller: Caller, id: string, reason: string): Promise<SupportCallView> {
    return changeOnce(this.database, caller, 'none', async (tx) => {
      const row = await this.calls.get(tx, id, caller.organizationId);
      if (!row) throw new DomainError('not_found');
      refuseIf(whyNotDeclined(row, tx.now));
      if (!(await this.calls.decline(tx, id, caller.organizationId, caller.personId, reason)))
        throw new DomainError('call_declined');
      const subject = {
        isDrill: row.is_drill,
        personId: caller.personId,
        organizationId: caller.organizationId,
        declarationId: row.declaration_id,
      };
      await this.ledger.append(tx, { type: DECLINED, subject, details: { call: id, reason } });
      return viewOf(caller, (await this.calls.get(tx, id, caller.organizationId)) ?? row, tx.now);
    });
  }

  private async check(tx: Tx, dto: CallForSupportDto): Promise<void> {
    if (isFiller(dto.necessity)) {
      const detail = '必要性を具体的に書いてください（同じ文字や語の繰返しは受け付けません）';
      throw new DomainError('invalid_input', { faults: [{ pointer: '/necessity', detail }] });
    }
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
      selection_reason: dto.selection_reason ?? null,
      called_by: caller.personId,
      called_at: tx.now,
      offers: await this.calls.offers(
        tx,
        dto.organizations.map((one) => one.organization_id),
      ),
    };
  }
}

/** NEC-4: what a retailer does without any grant, and first of all. */
const GUIDANCE =
  '自社のお客さまには自社のデータで、そのほかのお客さまには公表されている停電情報でご案内し、必要な通話は一般送配電事業者の窓口へ転送してください。閲覧権限は付与しません。';

/** NEC-1: one short piece over and over is no reason. */
const isFiller = (text: string): boolean => /^(.{1,8}?)\1+$/su.test(text.replace(/\s/gu, ''));

function viewOf(caller: Caller, row: SupportCallWithState, now: Date): SupportCallView {
  return {
    id: row.id,
    number: row.number,
    declaration_id: row.declaration_id,
    declaration_name: row.declaration_name,
    live: whyNotInForce(row, now) === undefined,
    organizations: row.organizations,
    offers: row.offers,
    selection_reason: row.selection_reason,
    guidance: row.response_pattern === 0 ? GUIDANCE : null,
    field_profile: row.field_profile_id,
    field_profile_label: row.field_profile_label,
    response_pattern: row.response_pattern,
    necessity: row.necessity,
    capacity_evidence: row.capacity_evidence,
    alternatives_tried: row.alternatives_tried,
    shift_hours_max: row.shift_hours_max,
    called_by: row.called_by,
    called_at: row.called_at.toISOString(),
    actions: actionsFor(caller, actsOnCall(row, now)),
  };
}
