import { Injectable } from '@nestjs/common';
import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { pageOf, type Page, type PageQuery } from '../contract/page.js';
import { Database } from '../database/database.js';
import { changeOnce } from '../database/once.js';
import { Ledger } from '../ledger/ledger.js';
import type { Subject } from '../ledger/record.js';
import { hasEnded, whyNotLive } from './grant.js';
import type { GrantView } from './grants.dto.js';
import { ACKNOWLEDGED, HANDED_BACK, REVOKED } from './grants.records.js';
import { GrantsRepository, type GrantRow } from './grants.repository.js';
import { NOTICE } from './notice.js';

@Injectable()
export class GrantsService {
  constructor(
    private readonly database: Database,
    private readonly grants: GrantsRepository,
    private readonly ledger: Ledger,
  ) {}

  async show(caller: Caller, id: string): Promise<GrantView> {
    const row = await this.grants.find(id, caller);
    if (!row) throw new DomainError('not_found');
    return viewOf(row, await this.database.now());
  }

  async list(caller: Caller, query: PageQuery): Promise<Page<GrantView>> {
    const [rows, now] = await Promise.all([this.grants.page(query, caller), this.database.now()]);
    const page = pageOf(rows, query, (row) => ({ at: row.approved_at, id: row.grant_id }));
    return { ...page, items: page.items.map((row) => viewOf(row, now)) };
  }

  /** 本人確認: by that very person, of the notice in force, before the grant's end. */
  async acknowledge(caller: Caller, id: string, noticeVersion: string): Promise<GrantView> {
    return changeOnce(this.database, caller, 'shared', async (tx) => {
      const row = await this.grants.lock(tx, id);
      if (row?.grant_person_id !== caller.personId) throw new DomainError('not_found');
      if (row.acknowledged_at !== null) throw new DomainError('already_acknowledged');
      if (hasEnded(row, tx.now)) throw new DomainError('grant_ended');
      if (noticeVersion !== NOTICE.version)
        throw new DomainError('notice_outdated', { values: { version: NOTICE.version } });
      if (!(await this.grants.acknowledge(tx, id, caller.personId, noticeVersion))) {
        throw new DomainError('already_acknowledged');
      }
      const details = { notice_version: noticeVersion };
      await this.ledger.append(tx, { type: ACKNOWLEDGED, subject: subjectOf(caller, row), details });
      return viewOf({ ...row, acknowledged_at: tx.now, notice_version: noticeVersion }, tx.now);
    });
  }

  /** 取消: by HQ or the monitors, at once; idempotent for the caller: already revoked stays revoked. */
  async revoke(caller: Caller, id: string, reason: string): Promise<GrantView> {
    return changeOnce(this.database, caller, 'alone', async (tx) => {
      const row = await this.grants.get(tx, id);
      if (!row) throw new DomainError('not_found');
      if (!(await this.grants.revoke(tx, id, caller.personId, reason))) return viewOf(row, tx.now);
      const details = { grantee: row.grant_person_id, reason };
      await this.ledger.append(tx, { type: REVOKED, subject: subjectOf(caller, row), details });
      return viewOf({ ...row, revoked_at: tx.now }, tx.now);
    });
  }

  /** 返却: the person is done. The seat is free at once. */
  async handBack(caller: Caller, id: string): Promise<GrantView> {
    return changeOnce(this.database, caller, 'alone', async (tx) => {
      const row = await this.grants.get(tx, id);
      if (row?.grant_person_id !== caller.personId) throw new DomainError('not_found');
      if (!(await this.grants.handBack(tx, id, caller.personId))) return viewOf(row, tx.now);
      await this.ledger.append(tx, { type: HANDED_BACK, subject: subjectOf(caller, row), details: {} });
      return viewOf({ ...row, handed_back_at: tx.now }, tx.now);
    });
  }
}

function subjectOf(caller: Caller, row: GrantRow): Subject {
  return {
    isDrill: row.is_drill,
    personId: caller.personId,
    organizationId: row.organization_id,
    declarationId: row.declaration_id,
    grantId: row.grant_id,
  };
}

function viewOf(row: GrantRow, now: Date): GrantView {
  const whyNot = whyNotLive(row, now);
  return {
    id: row.grant_id,
    person_id: row.grant_person_id,
    organization_id: row.organization_id,
    declaration_id: row.declaration_id,
    support_call_id: row.support_call_id,
    nomination_id: row.nomination_id,
    field_profile: row.field_profile_id,
    is_drill: row.is_drill,
    live: whyNot.length === 0,
    why_not: whyNot,
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    approved_by: row.approved_by,
    approved_at: row.approved_at.toISOString(),
    acknowledged_at: row.acknowledged_at?.toISOString() ?? null,
    notice_version: row.notice_version,
    suspended_at: row.suspended_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
    handed_back_at: row.handed_back_at?.toISOString() ?? null,
  };
}
